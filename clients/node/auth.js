// The auth machine, start to finish, from Node.js. Usage: node auth.js [key] [address]
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const [key = `node-${randomUUID()}`, address = "localhost:50051"] = process.argv.slice(2);
const protos = fileURLToPath(new URL("../../protos", import.meta.url));
const definition = protoLoader.loadSync("auth/v1/auth.proto", { includeDirs: [protos], enums: String, longs: Number });
const { AuthService } = grpc.loadPackageDefinition(definition).auth.v1;
const auth = new AuthService(address, grpc.credentials.createInsecure());

/** Calls a unary rpc; retries under the same idempotency key are safe, so waiting for a connection is too. */
const call = (method, request) =>
  new Promise((resolve, reject) => {
    const options = { deadline: Date.now() + 10_000 };
    auth[method](request, new grpc.Metadata({ waitForReady: true }), options, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

const show = (step, { info, states }) => console.log(step.padEnd(12), info.status, `revision ${info.revision}`, states.join(" "));

show("created", await call("create", { key }));
show("sent AUTH", await call("send", { key, event: { auth: {} } }));
show("meanwhile", await call("getSnapshot", { key }));

for await (const message of auth.waitFor({ key, condition: { done: true } })) {
  if (message.started) console.log("waiting".padEnd(12), "resume with", message.started.idempotencyKey);
  if (message.matched) show("authorized", message.matched);
}
auth.close();
