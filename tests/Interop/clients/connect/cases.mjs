// gRPC's interop cases (doc/interop-test-descriptions.md in grpc/grpc) on a Connect-ES transport, be it Node's or the browser's.
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";

const requestSizes = [27182, 8, 1828, 45904];
const responseSizes = [31415, 9, 2653, 58979];
const echoInitial = "x-grpc-test-echo-initial";
const echoTrailing = "x-grpc-test-echo-trailing-bin";

/**
 * Runs cases one after another.
 * @param names the cases' names
 * @param descriptors the service's FileDescriptorSet
 * @param createTransport makes a transport; with {compress: true} it compresses all that it sends
 * @param report is called with {case, error?} for each
 */
export async function run(names, descriptors, createTransport, report) {
  const files = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
  const service = files.getService("grpc.testing.TestService");
  const context = {
    client: createClient(service, createTransport({ compress: false })),
    compressing: createClient(service, createTransport({ compress: true })),
    stranger: createClient(files.getService("grpc.testing.UnimplementedService"), createTransport({ compress: false })),
  };
  for (const name of names) {
    try {
      await cases[name](context);
      report({ case: name });
    } catch (error) {
      report({ case: name, error: String(error?.stack ?? error) });
    }
  }
}

const cases = {
  async empty_unary({ client }) {
    await client.emptyCall({});
  },

  async cacheable_unary({ client }) {
    let method;
    const response = await client.cacheableUnaryCall({ responseSize: 314 }, { onHeader: (headers) => (method = headers.get("x-http-method")) });
    equal(response.payload.body.length, 314);
    equal(method, "GET");
  },

  async large_unary({ client }) {
    await largeUnary(client);
  },

  async client_compressed_unary({ client, compressing }) {
    await fails(client.unaryCall({ ...large, expectCompressed: { value: true } }), Code.InvalidArgument);
    await largeUnary(compressing, { expectCompressed: { value: true } });
    await largeUnary(client, { expectCompressed: { value: false } });
  },

  async server_compressed_unary({ client }) {
    await largeUnary(client, { responseCompressed: { value: true } });
    await largeUnary(client, { responseCompressed: { value: false } });
  },

  async client_streaming({ client }) {
    const response = await client.streamingInputCall(iterate(requestSizes.map((size) => ({ payload: zeros(size) }))));
    equal(response.aggregatedPayloadSize, 74922);
  },

  async client_compressed_streaming({ client, compressing }) {
    const requests = [27182, 45904].map((size) => ({ payload: zeros(size), expectCompressed: { value: true } }));
    await fails(client.streamingInputCall(iterate(requests)), Code.InvalidArgument);
    equal((await compressing.streamingInputCall(iterate(requests))).aggregatedPayloadSize, 73086);
  },

  async server_streaming({ client }) {
    const sizes = [];
    for await (const response of client.streamingOutputCall({ responseParameters: responseSizes.map((size) => ({ size })) }))
      sizes.push(response.payload.body.length);
    equal(sizes.join(), responseSizes.join());
  },

  async server_compressed_streaming({ client }) {
    const sizes = [];
    const responseParameters = [{ compressed: { value: true }, size: 31415 }, { compressed: { value: false }, size: 92653 }];
    for await (const response of client.streamingOutputCall({ responseParameters }))
      sizes.push(response.payload.body.length);
    equal(sizes.join(), "31415,92653");
  },

  async ping_pong({ client }) {
    const requests = new Requests();
    const responses = client.fullDuplexCall(requests)[Symbol.asyncIterator]();
    for (const [index, size] of responseSizes.entries()) {
      requests.send({ responseParameters: [{ size }], payload: zeros(requestSizes[index]) });
      equal((await responses.next()).value.payload.body.length, size);
    }
    requests.end();
    equal((await responses.next()).done, true);
  },

  async empty_stream({ client }) {
    for await (const _ of client.fullDuplexCall(iterate([])))
      throw new Error("A response to nothing.");
  },

  async custom_metadata({ client }) {
    await echoes((options) => client.unaryCall(large, options));
    await echoes(async (options) => {
      for await (const response of client.streamingOutputCall({ responseParameters: [{ size: 314159 }], payload: zeros(271828) }, options))
        equal(response.payload.body.length, 314159);
    });
  },

  async status_code_and_message({ client }) {
    const responseStatus = { code: 2, message: "test status message" };
    equal((await fails(client.unaryCall({ responseStatus }), Code.Unknown)).rawMessage, responseStatus.message);
    equal((await fails(first(client.streamingOutputCall({ responseStatus })), Code.Unknown)).rawMessage, responseStatus.message);
  },

  async special_status_message({ client }) {
    const responseStatus = { code: 2, message: "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n" };
    equal((await fails(client.unaryCall({ responseStatus }), Code.Unknown)).rawMessage, responseStatus.message);
  },

  async unimplemented_method({ client }) {
    await fails(client.unimplementedCall({}), Code.Unimplemented);
  },

  async unimplemented_service({ stranger }) {
    await fails(stranger.unimplementedCall({}), Code.Unimplemented);
  },

  async cancel_after_begin({ client }) {
    const cancellation = new AbortController();
    const call = client.streamingInputCall(new Requests(), { signal: cancellation.signal });
    cancellation.abort();
    await fails(call, Code.Canceled);
  },

  async cancel_after_first_response({ client }) {
    const cancellation = new AbortController();
    const responses = client.streamingOutputCall(
      { responseParameters: [{ size: 31415 }, { size: 31415, intervalUs: longest }] }, { signal: cancellation.signal })[Symbol.asyncIterator]();
    equal((await responses.next()).value.payload.body.length, 31415);
    cancellation.abort();
    await fails(responses.next(), Code.Canceled);
  },

  async timeout_on_sleeping_server({ client }) {
    const request = { responseParameters: [{ size: 31415, intervalUs: longest }], payload: zeros(27182) };
    await fails(first(client.streamingOutputCall(request, { timeoutMs: 1 })), Code.DeadlineExceeded);
  },

  async concurrent_large_unary({ client }) {
    await Promise.all(Array.from({ length: 50 }, () => largeUnary(client)));
  },
};

const longest = 2 ** 31 - 1; // In microseconds, the most that the field holds: 36 minutes.
const large = { responseSize: 314159, payload: zeros(271828) };

async function largeUnary(client, more) {
  equal((await client.unaryCall({ ...large, ...more })).payload.body.length, 314159);
}

async function echoes(call) {
  let initial, trailing;
  await call({
    headers: { [echoInitial]: "test_initial_metadata_value", [echoTrailing]: "q6ur" },
    onHeader: (headers) => (initial = headers.get(echoInitial)),
    onTrailer: (trailers) => (trailing = trailers.get(echoTrailing)),
  });
  equal(initial, "test_initial_metadata_value");
  equal(trailing, "q6ur");
}

async function fails(promise, code) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ConnectError && error.code === code)
      return error;
    throw new Error(`${error} instead of ${Code[code]}`, { cause: error });
  }
  throw new Error(`Success instead of ${Code[code]}`);
}

async function first(responses) {
  for await (const response of responses)
    return response;
}

function equal(actual, expected) {
  if (actual !== expected)
    throw new Error(`${actual} instead of ${expected}`);
}

function zeros(size) {
  return { body: new Uint8Array(size) };
}

async function* iterate(messages) {
  yield* messages;
}

/** Requests that are sent when the case says so. */
class Requests {
  #waiting = [];
  #sent = [];

  send(message) {
    this.#push({ value: message, done: false });
  }

  end() {
    this.#push({ value: undefined, done: true });
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      const { value, done } = this.#sent.shift() ?? (await new Promise((resolve) => this.#waiting.push(resolve)));
      if (done)
        return;
      yield value;
    }
  }

  #push(result) {
    if (this.#waiting.length > 0)
      this.#waiting.shift()(result);
    else
      this.#sent.push(result);
  }
}
