// The machines of MachinesEndpoint.cs in @restatedev/xstate. The address is the first line of the output.
import { createServer } from "node:http2";
import { createEndpointHandler } from "@restatedev/restate-sdk";
import { xstate } from "@restatedev/xstate";
import { assign, createMachine } from "xstate";

const counter = createMachine({
  id: "counterv2",
  context: { total: 0 },
  on: {
    increment: { actions: assign({ total: ({ context }) => context.total + 1 }) },
    decrement: { actions: assign({ total: ({ context }) => context.total - 1 }) },
  },
});

const door = createMachine({
  id: "door",
  initial: "open",
  states: { open: { on: { CLOSE: "closed" } }, closed: { type: "final" } },
});

const services = [xstate("peerCounter", counter), xstate("peerDoor", door)];
const server = createServer(createEndpointHandler({ services }));
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.on("end", () => process.exit(0)).resume();
