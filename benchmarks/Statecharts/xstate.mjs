// The same machines and events in XState, by its pure transition function. Prints Node's version and events a second, as JSON.
import { assign, createMachine, initialTransition, transition } from 'xstate';

const increment = assign({ count: ({ context }) => context.count + 1 });

const machines = {
  counter: createMachine({ context: { count: 0 }, on: { TICK: { actions: increment } } }),
  regions: createMachine({
    context: { count: 0 },
    type: 'parallel',
    states: {
      a: { initial: 'a1', states: { a1: { on: { TICK: 'a2' } }, a2: { on: { TICK: 'a1' } } } },
      b: {
        initial: 'b1',
        states: {
          b1: { on: { TICK: { target: 'b2', guard: ({ context }) => context.count >= 0, actions: increment } } },
          b2: { on: { TICK: { target: 'b1', guard: ({ context }) => context.count >= 0 } } },
        },
      },
      c: {
        initial: 'c1',
        states: {
          c1: {
            initial: 'd1',
            states: { d1: { on: { TICK: 'd2' } }, d2: { on: { TICK: 'd1' } } },
          },
        },
      },
    },
  }),
  ...Object.fromEntries([10, 1000].map((size) => [`ring${size}`, createMachine({
    context: { count: 0 },
    initial: 's0',
    states: Object.fromEntries(Array.from({ length: size }, (_, i) => [`s${i}`, { on: { TICK: `s${(i + 1) % size}` } }])),
  })])),
};

const seconds = Number(process.argv[2] ?? 2);
const rates = {};
for (const [name, machine] of Object.entries(machines)) {
  let [snapshot] = initialTransition(machine);
  const event = { type: 'TICK' };
  const run = (time) => {
    const start = performance.now();
    let events = 0;
    do {
      for (let i = 0; i < 1000; i++) [snapshot] = transition(machine, snapshot, event);
      events += 1000;
    } while (performance.now() - start < time * 1000);
    return (events / (performance.now() - start)) * 1000;
  };
  run(seconds / 2);
  rates[name] = run(seconds);
}
console.log(JSON.stringify({ node: process.version, rates }));
