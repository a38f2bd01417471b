// Runs SCION's SCXML tests (npm: @scion-scxml/test-framework) on the engine: those that XState runs too and that need no
// ECMAScript data model. The root's package.json brings them; `npm ci` there, then:
//   node scion.mjs [path to the built machines.dll]
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const groups = [
  'actionSend', 'basic', 'default-initial-state', 'delayedSend', 'documentOrder', 'hierarchy', 'hierarchy+documentOrder', 'history',
  'in', 'internal-transitions', 'more-parallel', 'multiple-events-per-transition', 'parallel', 'parallel+interrupt',
  'targetless-transition',
];

/** A small XML reader: enough for these files. */
function parse(xml) {
  const root = { name: '', attributes: {}, children: [] };
  const open = [root];
  for (const [, end, name, attributes, selfClosing] of xml.replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '')
    .matchAll(/<(\/?)([\w:]+)((?:\s+[\w:]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g)) {
    if (end) { open.pop(); continue; }
    const element = {
      name,
      attributes: Object.fromEntries([...attributes.matchAll(/([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, key, a, b]) => [key, a ?? b])),
      children: [],
    };
    open.at(-1).children.push(element);
    if (!selfClosing) open.push(element);
  }
  return root.children[0];
}

class Unsupported extends Error {}

const id = (name) => name.replace(/\./g, '$');
const of = (element, ...names) => element.children.filter((child) => names.includes(child.name));
const milliseconds = (text = '0') => (text.endsWith('ms') ? Number(text.slice(0, -2)) : Number(text.replace('s', '')) * 1000);

function action(element) {
  const { attributes } = element;
  switch (element.name) {
    case 'raise': return { type: 'raise', params: { event: { type: attributes.event } } };
    case 'log': return { type: 'log', params: { message: attributes.label ?? '' } };
    case 'cancel': return { type: 'cancel', params: { id: attributes.sendid } };
    case 'send': {
      if (!attributes.event || element.children.length || attributes.target) throw new Unsupported('send');
      const params = { event: { type: attributes.event }, ...(attributes.id && { id: attributes.id }) };
      return attributes.delay
        ? { type: 'sendTo', params: { ...params, to: 'self', delay: milliseconds(attributes.delay) } }
        : { type: 'sendTo', params: { ...params, to: 'self' } };
    }
    default: throw new Unsupported(element.name);
  }
}

function transition(element) {
  const { attributes } = element;
  const cond = attributes.cond && /^In\('?"?([\w.]+)'?"?\)$/.exec(attributes.cond);
  if (attributes.cond && !cond) throw new Unsupported('cond');
  return {
    ...(attributes.target && { target: attributes.target.split(/\s+/).map((target) => `#${id(target)}`) }),
    ...(attributes.target && attributes.type !== 'internal' && { reenter: true }),
    ...(cond && { guard: { type: 'stateIn', params: { state: `#${id(cond[1])}` } } }),
    actions: element.children.map(action),
  };
}

function state(element) {
  const { attributes } = element;
  if (of(element, 'datamodel', 'invoke', 'script').length) throw new Unsupported('datamodel');
  const children = of(element, 'state', 'parallel', 'final', 'history');
  children.forEach((child, i) => (child.attributes.id ??= `${attributes.id ?? 'root'}_${i}`));
  const config = { ...(attributes.id && { id: id(attributes.id) }) };
  if (element.name === 'history') {
    const [target] = of(element, 'transition').map((child) => child.attributes.target.split(/\s+/).map((name) => `#${id(name)}`));
    return { ...config, type: 'history', history: attributes.type === 'deep' ? 'deep' : 'shallow', ...(target && { target }) };
  }
  if (element.name === 'parallel' || element.name === 'final') config.type = element.name;
  const always = [];
  const on = {};
  for (const child of of(element, 'transition')) {
    if (!child.attributes.event) always.push(transition(child));
    for (const name of child.attributes.event?.split(/\s+/) ?? [])
      (on[name === '*' ? '*' : `${name.replace(/\.\*?$/, '')}.*`] ??= []).push(transition(child));
  }
  const actions = (name) => of(element, name).flatMap((child) => child.children.map(action));
  Object.assign(config, { on, always, entry: actions('onentry'), exit: actions('onexit') });
  if (!children.length) return config;
  if (element.name !== 'parallel') {
    const [initial] = of(element, 'initial');
    const target = attributes.initial ?? initial?.children[0].attributes.target ?? children.find((child) => child.name !== 'history').attributes.id;
    if (!children.some((child) => child.attributes.id === target)) throw new Unsupported('deep initial state');
    config.initial = { target: id(target), actions: initial?.children[0].children.map(action) ?? [] };
  }
  config.states = Object.fromEntries(children.map((child) => [id(child.attributes.id), state(child)]));
  return config;
}

const leaves = (value) => (typeof value === 'string' ? [value]
  : Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'object' && !Object.keys(inner).length ? [key] : leaves(inner))));

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('@scion-scxml/test-framework/package.json')), 'test');
const tests = [];
const skipped = {};
for (const group of groups) {
  for (const file of readdirSync(join(folder, group)).filter((name) => name.endsWith('.scxml'))) {
    const path = join(folder, group, file);
    try {
      const root = parse(readFileSync(path, 'utf8'));
      const machine = { ...state({ ...root, attributes: { ...root.attributes, id: undefined } }), id: '(root)' };
      const script = JSON.parse(readFileSync(path.replace(/\.scxml$/, '.json'), 'utf8'));
      const steps = script.events.flatMap(({ event, after }) => [...(after ? [{ advance: after }] : []), { type: event.name }]);
      tests.push({ name: `${group}/${file}`, case: { machine, steps }, script });
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      (skipped[error.message] ??= []).push(`${group}/${file}`);
    }
  }
}

const tool = process.argv[2] ?? join(import.meta.dirname, '../../../src/Cli/bin/Debug/net10.0/machines.dll');
const run = spawnSync('dotnet', [tool, 'simulate'], { input: tests.map((test) => JSON.stringify(test.case)).join('\n'), encoding: 'utf8' });
const answers = run.stdout.trim().split('\n').map((line) => JSON.parse(line));
let failed = 0;
tests.forEach(({ name, script }, t) => {
  const { steps, error } = answers[t];
  let at = 0;
  const expected = [script.initialConfiguration, ...script.events.map((event) => event.nextConfiguration)];
  const actual = error ? [] : [steps[0], ...script.events.map(({ after }) => steps[at += after ? 2 : 1])].map((step) => leaves(step.value).sort());
  if (expected.every((states, i) => JSON.stringify(states.map(id).sort()) === JSON.stringify(actual[i]))) return;
  failed++;
  console.log(`FAILED ${name}: ${error ?? ''}\n  expected ${JSON.stringify(expected)}\n  actual   ${JSON.stringify(actual)}`);
});
console.log(`${tests.length - failed} of ${tests.length} pass; left out: ${JSON.stringify(skipped)}`);
process.exitCode = failed ? 1 : 0;
