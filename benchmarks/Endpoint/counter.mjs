// The handler of CounterEndpoint.cs in the official TypeScript SDK. The address is the first line of the output.
import { createServer } from "node:http2";
import { createEndpointHandler, object } from "@restatedev/restate-sdk";

const counter = object({
  name: "TypeScriptCounter",
  handlers: {
    add: async (context, amount) => {
      const sum = ((await context.get("count")) ?? 0) + amount;
      context.set("count", sum);
      return sum;
    },
  },
});

const server = createServer(createEndpointHandler({ services: [counter] }));
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.on("end", () => process.exit(0)).resume();
