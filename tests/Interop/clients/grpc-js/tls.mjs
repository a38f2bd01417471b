// node tls.mjs <host:port> <folder of protos> <counter> <authority.pem> [<certificate.pem> <key.pem>]
// Counts twice over TLS, by a unary call and by a stream that waits. Prints a line for each answer, or the error.
import { credentials, loadPackageDefinition, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { readFileSync } from "node:fs";

const [address, protos, key, ...files] = process.argv.slice(2);
const [authority, certificate, certificateKey] = files.map((file) => readFileSync(file));
const { CounterService } = loadPackageDefinition(loadSync("counter/v1/counter.proto", { includeDirs: [protos], longs: Number })).counter.v1;
const counter = new CounterService(address, credentials.createSsl(authority, certificateKey, certificate));
const event = { increment: {} };

try {
  const sent = await new Promise((resolve, reject) => counter.send({ key, event }, (error, answer) => (error ? reject(error) : resolve(answer))));
  console.log("sent", sent.context.total);
  for await (const { started, matched } of counter.waitFor({ key, condition: { afterRevision: sent.info.revision }, event }))
    console.log(started ? "started" : `matched ${matched.context.total}`);
} catch (error) {
  console.log(status[error.code], error.details);
}
counter.close();
