// node client.mjs <host:port> <proto file> <case>...
// gRPC's interop cases (doc/interop-test-descriptions.md in grpc/grpc) by @grpc/grpc-js. Prints one line of JSON a case:
// {"case": name, "error"?: text}.
import { credentials, loadPackageDefinition, Metadata, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import assert from "node:assert/strict";

const [address, proto, ...names] = process.argv.slice(2);
const { TestService, UnimplementedService } = loadPackageDefinition(loadSync(proto)).grpc.testing;
const gzip = 2;
const client = new TestService(address, credentials.createInsecure());
const compressing = new TestService(address, credentials.createInsecure(), { "grpc.default_compression_algorithm": gzip });
const stranger = new UnimplementedService(address, credentials.createInsecure());

const requestSizes = [27182, 8, 1828, 45904];
const responseSizes = [31415, 9, 2653, 58979];
const large = { responseSize: 314159, payload: zeros(271828) };

const cases = {
  async empty_unary() {
    assert.deepEqual(await unary(client, "EmptyCall", {}), {});
  },

  async large_unary() {
    await largeUnary(client);
  },

  async client_compressed_unary() {
    await fails(unary(client, "UnaryCall", { ...large, expectCompressed: { value: true } }), status.INVALID_ARGUMENT);
    await largeUnary(compressing, { expectCompressed: { value: true } });
    await largeUnary(client, { expectCompressed: { value: false } });
  },

  async server_compressed_unary() {
    await largeUnary(client, { responseCompressed: { value: true } });
    await largeUnary(client, { responseCompressed: { value: false } });
  },

  async client_streaming() {
    assert.equal((await send(client, requestSizes.map((size) => ({ payload: zeros(size) })))).aggregatedPayloadSize, 74922);
  },

  async client_compressed_streaming() {
    const requests = [27182, 45904].map((size) => ({ payload: zeros(size), expectCompressed: { value: true } }));
    await fails(send(client, requests), status.INVALID_ARGUMENT);
    assert.equal((await send(compressing, requests)).aggregatedPayloadSize, 73086);
  },

  async server_streaming() {
    assert.deepEqual(await sizes(client.StreamingOutputCall({ responseParameters: responseSizes.map((size) => ({ size })) })), responseSizes);
  },

  async server_compressed_streaming() {
    const responseParameters = [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }];
    assert.deepEqual(await sizes(client.StreamingOutputCall({ responseParameters })), [31415, 92653]);
  },

  async ping_pong() {
    const call = client.FullDuplexCall();
    const responses = call[Symbol.asyncIterator]();
    for (const [index, size] of responseSizes.entries()) {
      call.write({ responseParameters: [{ size }], payload: zeros(requestSizes[index]) });
      assert.equal((await responses.next()).value.payload.body.length, size);
    }
    call.end();
    assert.equal((await responses.next()).done, true);
  },

  async empty_stream() {
    const call = client.FullDuplexCall();
    call.end();
    assert.deepEqual(await sizes(call), []);
  },

  async custom_metadata() {
    const metadata = new Metadata();
    metadata.set("x-grpc-test-echo-initial", "test_initial_metadata_value");
    metadata.set("x-grpc-test-echo-trailing-bin", Buffer.from([0xab, 0xab, 0xab]));
    const duplex = client.FullDuplexCall(metadata);
    duplex.end({ responseParameters: [{ size: 314159 }], payload: zeros(271828) });
    duplex.resume();
    await Promise.all([client.UnaryCall(large, metadata, () => {}), duplex].map(async (call) => {
      const [initial, end] = await Promise.all(["metadata", "status"].map((event) => new Promise((resolve) => call.on(event, resolve))));
      assert.equal(end.code, status.OK);
      assert.deepEqual(initial.get("x-grpc-test-echo-initial"), ["test_initial_metadata_value"]);
      assert.deepEqual(end.metadata.get("x-grpc-test-echo-trailing-bin"), [Buffer.from([0xab, 0xab, 0xab])]);
    }));
  },

  async status_code_and_message() {
    const responseStatus = { code: 2, message: "test status message" };
    assert.equal((await fails(unary(client, "UnaryCall", { responseStatus }), status.UNKNOWN)).details, responseStatus.message);
    const call = client.FullDuplexCall();
    call.end({ responseStatus });
    assert.equal((await fails(sizes(call), status.UNKNOWN)).details, responseStatus.message);
  },

  async special_status_message() {
    const responseStatus = { code: 2, message: "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n" };
    assert.equal((await fails(unary(client, "UnaryCall", { responseStatus }), status.UNKNOWN)).details, responseStatus.message);
  },

  async unimplemented_method() {
    await fails(unary(client, "UnimplementedCall", {}), status.UNIMPLEMENTED);
  },

  async unimplemented_service() {
    await fails(unary(stranger, "UnimplementedCall", {}), status.UNIMPLEMENTED);
  },

  async cancel_after_begin() {
    let call;
    const response = new Promise((resolve, reject) => (call = client.StreamingInputCall(callback(resolve, reject))));
    call.cancel();
    await fails(response, status.CANCELLED);
  },

  async cancel_after_first_response() {
    const call = client.FullDuplexCall();
    call.write({ responseParameters: [{ size: 31415 }], payload: zeros(27182) });
    const responses = call[Symbol.asyncIterator]();
    assert.equal((await responses.next()).value.payload.body.length, 31415);
    call.cancel();
    await fails(responses.next(), status.CANCELLED);
  },

  async timeout_on_sleeping_server() {
    const call = client.FullDuplexCall({ deadline: Date.now() + 1 });
    call.on("error", () => {});
    call.write({ payload: zeros(27182) });
    await fails(sizes(call), status.DEADLINE_EXCEEDED);
  },

  async concurrent_large_unary() {
    await Promise.all(Array.from({ length: 50 }, () => largeUnary(client)));
  },
};

for (const name of names) {
  try {
    await cases[name]();
    console.log(JSON.stringify({ case: name }));
  } catch (error) {
    console.log(JSON.stringify({ case: name, error: String(error.stack) }));
  }
}
process.exit();

function unary(service, method, request) {
  return new Promise((resolve, reject) => service[method](request, callback(resolve, reject)));
}

function send(service, requests) {
  return new Promise((resolve, reject) => {
    const call = service.StreamingInputCall(callback(resolve, reject));
    for (const request of requests)
      call.write(request);
    call.end();
  });
}

async function sizes(responses) {
  const found = [];
  for await (const response of responses)
    found.push(response.payload.body.length);
  return found;
}

async function largeUnary(service, more) {
  assert.equal((await unary(service, "UnaryCall", { ...large, ...more })).payload.body.length, 314159);
}

async function fails(promise, code) {
  try {
    await promise;
  } catch (error) {
    assert.equal(error.code, code, `${error} instead of ${status[code]}`);
    return error;
  }
  assert.fail(`Success instead of ${status[code]}`);
}

function callback(resolve, reject) {
  return (error, response) => (error ? reject(error) : resolve(response));
}

function zeros(size) {
  return { body: Buffer.alloc(size) };
}
