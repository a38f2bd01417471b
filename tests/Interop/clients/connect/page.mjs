// A page's script: runs what its server asks for, and posts the outcomes back to it.
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { run } from "./cases.mjs";

const post = (path, body) => fetch(path, { method: "POST", body: JSON.stringify(body) });

try {
  const { protocol, format, address, descriptors, cases } = await (await fetch("/plan")).json();
  const create = { "grpc-web": createGrpcWebTransport, connect: createConnectTransport }[protocol];
  const outcomes = [];
  await run(
    cases,
    Uint8Array.from(atob(descriptors), (character) => character.charCodeAt(0)),
    () => create({ baseUrl: address, useBinaryFormat: format === "proto", useHttpGet: true }),
    (outcome) => outcomes.push(outcome));
  await post("/outcomes", outcomes);
} catch (error) {
  await post("/outcomes", [{ case: "", error: String(error?.stack ?? error) }]);
}
