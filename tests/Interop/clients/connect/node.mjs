// node node.mjs <grpc|grpc-web|connect> <1.1|2> <proto|json> <address> <descriptor set> <case>...
// Prints one line of JSON a case: {"case": name, "error"?: text}.
import { compressionGzip, createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { readFileSync } from "node:fs";
import { run } from "./cases.mjs";

const [protocol, httpVersion, format, baseUrl, descriptors, ...names] = process.argv.slice(2);
const create = { grpc: createGrpcTransport, "grpc-web": createGrpcWebTransport, connect: createConnectTransport }[protocol];

await run(
  names,
  readFileSync(descriptors),
  ({ compress }) => create({
    baseUrl,
    httpVersion,
    useBinaryFormat: format === "proto",
    useHttpGet: true,
    acceptCompression: [compressionGzip],
    sendCompression: compress ? compressionGzip : undefined,
    compressMinBytes: 0,
  }),
  (outcome) => console.log(JSON.stringify(outcome)));
process.exit();
