// Prints random cases, one a line. Half of them chase their own tail for some event: they fail after a few iterations.
//   node cases.mjs <number of cases> <first seed>
import { generate } from './generate.mjs';

const limited = (config) => ({ ...config, options: { maxIterations: 50 } });

const [count, first] = process.argv.slice(2).map(Number);
for (let seed = first; seed < first + count; seed++) {
  const { machine, actors = {}, steps } = generate(seed);
  const children = Object.entries(actors).map(([name, config]) => [name, limited(config)]);
  console.log(JSON.stringify({ machine: limited(machine), actors: Object.fromEntries(children), steps }));
}
