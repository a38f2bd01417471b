// Transcodes what comes on stdin with @bufbuild/protobuf: the descriptors (base64) on the first line, then one case a line,
// {"message": base64, "json": text}. Answers each with {"json": text, "message": base64}: the first from the message, the
// second from the JSON; or with {"error": text}.
import { createFileRegistry, fromBinary, fromJsonString, toBinary, toJsonString } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { text } from "node:stream/consumers";

const [descriptors, ...cases] = (await text(process.stdin)).trimEnd().split("\n");
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(descriptors, "base64")));
const type = registry.getMessage("rpc.tests.json.Everything");

for (const { message, json } of cases.map((line) => JSON.parse(line))) {
  try {
    console.log(JSON.stringify({
      json: toJsonString(type, fromBinary(type, Buffer.from(message, "base64")), { registry }),
      message: Buffer.from(toBinary(type, fromJsonString(type, json, { registry }))).toString("base64"),
    }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
