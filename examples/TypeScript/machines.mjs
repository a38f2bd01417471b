// Machines of @restatedev/xstate, as its README has them: the gateway serves them typed without a change to them.
// The address is the first line of the output.
import { createServer } from "node:http2";
import { parseArgs } from "node:util";
import { createEndpointHandler } from "@restatedev/restate-sdk";
import { xstate } from "@restatedev/xstate";
import { fromPromise } from "@restatedev/xstate/promise";
import { assign, createMachine, sendTo } from "xstate";

const authServer = createMachine({
  id: "server",
  initial: "waitingForCode",
  states: {
    waitingForCode: { on: { CODE: "process" } },
    process: {
      invoke: {
        id: "process",
        src: "authorise",
        onDone: { actions: sendTo(({ self }) => self._parent, { type: "TOKEN" }, { delay: 1000 }) },
      },
    },
  },
}).provide({ actors: { authorise: fromPromise(() => new Promise((resolve) => setTimeout(resolve, 5000))) } });

const auth = createMachine({
  id: "client",
  initial: "idle",
  states: {
    idle: { on: { AUTH: "authorizing" } },
    authorizing: {
      invoke: { id: "auth-server", src: authServer },
      entry: sendTo("auth-server", ({ self }) => ({ type: "CODE", sender: self })),
      on: { TOKEN: "authorized" },
    },
    authorized: { type: "final" },
  },
});

const counterOf = (id, total) => createMachine({
  id,
  context: { [total]: 0 },
  on: {
    increment: { actions: assign(({ context }) => ({ [total]: context[total] + 1 })) },
    decrement: { actions: assign(({ context }) => ({ [total]: context[total] - 1 })) },
  },
});

const door = createMachine({
  id: "door",
  initial: "open",
  states: { open: { on: { CLOSE: "closed" } }, closed: { type: "final", tags: ["shut"] } },
});

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "9080" }, // 0 picks a free one
    prefix: { type: "string", default: "" }, // of the machines' names
    "until-stdin-ends": { type: "boolean" },
  },
});
const services = [
  xstate(`${options.prefix}auth`, auth),
  xstate(`${options.prefix}counter`, counterOf("counterv2", "total"), { versions: [counterOf("counterv1", "count")] }),
  xstate(`${options.prefix}door`, door),
];
const server = createServer(createEndpointHandler({ services }));
server.listen(Number(options.port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
if (options["until-stdin-ends"]) process.stdin.on("end", () => process.exit(0)).resume();
