// Writes what XState makes of random machines (cases.jsonl.gz, answers.jsonl.gz) and of those in scenarios.jsonl.
//   node golden.mjs [number of cases] [first seed]
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { answer, Endless } from './answer.mjs';
import { generate } from './generate.mjs';

const count = Number(process.argv[2] ?? 2000);
let seed = Number(process.argv[3] ?? 1);
const cases = [];
const answers = [];
// XState warns about much that these machines do on purpose.
console.warn = () => {};
process.on('unhandledRejection', () => {});
process.on('uncaughtException', (error) => {
  if (!(error instanceof Endless)) throw error;
});

for (; cases.length < count; seed++) {
  const testCase = generate(seed);
  try {
    const line = JSON.stringify(await answer(testCase, 300));
    cases.push(JSON.stringify(testCase));
    answers.push(line);
  } catch (error) {
    // A machine that loops has no answer. Anything else is a fault of the generator.
    if (!(error instanceof Endless)) throw new Error(`seed ${seed}: ${error.stack}`);
  }
}
for (const [name, lines] of Object.entries({ cases, answers }))
  writeFileSync(new URL(`${name}.jsonl.gz`, import.meta.url), gzipSync(`${lines.join('\n')}\n`, { level: 9 }));

const scenarios = readFileSync(new URL('scenarios.jsonl', import.meta.url), 'utf8').trim().split('\n');
const told = [];
for (const line of scenarios) told.push(JSON.stringify(await answer(JSON.parse(line))));
writeFileSync(new URL('scenarios.answers.jsonl', import.meta.url), `${told.join('\n')}\n`);
console.log(`${cases.length} cases of ${seed} seeds`);
