// The benchmark's service on @grpc/grpc-js: raw bytes, no messages. Prints its port.
import { Server, ServerCredentials } from "@grpc/grpc-js";

const [messages, size] = process.argv.slice(2).map(Number);
const bytes = (buffer) => buffer;
const method = (name, responseStream) => ({
  path: `/benchmark.v1.Benchmark/${name}`,
  requestStream: false,
  responseStream,
  requestSerialize: bytes,
  requestDeserialize: bytes,
  responseSerialize: bytes,
  responseDeserialize: bytes,
});

const server = new Server();
server.addService(
  { echo: method("Echo", false), stream: method("Stream", true) },
  {
    echo: (call, callback) => callback(null, call.request),
    async stream(call) {
      const message = Buffer.alloc(size);
      for (let i = 0; i < messages; i++) {
        if (!call.write(message))
          await new Promise((resolve) => call.once("drain", resolve));
      }
      call.end();
    },
  });
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error)
    throw error;
  console.log(port);
});
