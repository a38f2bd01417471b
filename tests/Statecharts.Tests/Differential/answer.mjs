// Answers cases of the `machines simulate` format with XState itself.
import { createActor, createMachine, fromPromise, and, or, not, stateIn } from 'xstate';
import { assign, cancel, emit, log, raise, sendParent, sendTo, spawnChild, stopChild } from 'xstate';

/** Time that passes only when told to; each timer sees the time at which it was due. */
class VirtualClock {
  now = 0;
  order = 0;
  timers = new Map();

  setTimeout(fn, delay) {
    const id = ++this.order;
    this.timers.set(id, { fn, due: this.now + Math.max(0, delay), id });
    return id;
  }

  clearTimeout(id) {
    this.timers.delete(id);
  }

  next(end) {
    let first;
    for (const timer of this.timers.values()) {
      if (timer.due <= end && (!first || timer.due < first.due || (timer.due === first.due && timer.id < first.id))) first = timer;
    }
    return first;
  }

  async advance(time, settle) {
    const end = this.now + time;
    for (let timer; (timer = this.next(end)); ) {
      this.timers.delete(timer.id);
      spend();
      this.now = timer.due;
      timer.fn();
      await settle();
    }
    this.now = end;
  }
}

const settle = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

const get = (event, path) => path.split('.').reduce((value, name) => value?.[name], event) ?? null;

function value(expression, key, { context, event }) {
  if (expression && typeof expression === 'object') {
    if (typeof expression.$add === 'number') return (context[key] ?? 0) + expression.$add;
    if (typeof expression.$event === 'string') return structuredClone(JSON.parse(JSON.stringify(get(event, expression.$event))));
  }
  return expression;
}

const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function guard(config) {
  if (config === undefined) return undefined;
  const { type, params = {} } = typeof config === 'string' ? { type: config } : config;
  switch (type) {
    case 'equals': return ({ context }) => params.key in context && equal(context[params.key], params.value);
    case 'gte': return ({ context }) => typeof context[params.key] === 'number' && context[params.key] >= params.value;
    case 'eventEquals': return ({ event }) => equal(get(event, params.path), params.value);
    case 'stateIn': return stateIn(params.state);
    case 'and': return and(params.guards.map(guard));
    case 'or': return or(params.guards.map(guard));
    case 'not': return not(guard(params.guard));
    case 'always': return () => params.value;
    default: throw new Error(`guard ${type}`);
  }
}

function action(config) {
  const { type, params = {} } = typeof config === 'string' ? { type: config } : config;
  const options = { ...('delay' in params && { delay: params.delay }), ...('id' in params && { id: params.id }) };
  switch (type) {
    case 'log': return log(() => (spend(), params.message));
    case 'assign':
      return assign((args) => (spend(), Object.fromEntries(Object.entries(params).map(([key, expression]) => [key, value(expression, key, args)]))));
    case 'raise': return raise(() => (spend(), params.event), options);
    case 'sendTo':
      if (params.to === 'parent') return sendParent(() => (spend(), params.event), options);
      return sendTo(params.to === 'self' ? ({ self }) => self : params.to, () => (spend(), params.event), options);
    case 'cancel': return cancel(params.id);
    case 'emit': return emit(() => (spend(), params.event));
    case 'spawnChild':
      return spawnChild(params.src, {
        id: params.id, input: params.input, systemId: params.systemId, syncSnapshot: params.syncSnapshot,
      });
    case 'stopChild': return stopChild(params.id);
    default: throw new Error(`action ${type}`);
  }
}

const each = (items, map) => (items === undefined ? undefined : (Array.isArray(items) ? items : [items]).map(map));
const mapped = (object, map) => Object.fromEntries(Object.entries(object ?? {}).map(([key, item]) => [key, map(item)]));

function transition(config) {
  if (typeof config === 'string') return { target: config };
  return { ...config, guard: guard(config.guard), actions: each(config.actions, action) };
}

const transitions = (config) => each(config, transition);

function state(config) {
  const { initial } = config;
  return {
    ...config,
    ...(initial && typeof initial === 'object' && { initial: { ...initial, actions: each(initial.actions, action) } }),
    ...(config.entry && { entry: each(config.entry, action) }),
    ...(config.exit && { exit: each(config.exit, action) }),
    ...(config.on && { on: mapped(config.on, transitions) }),
    ...(config.always && { always: transitions(config.always) }),
    ...(config.after && { after: mapped(config.after, transitions) }),
    ...(config.onDone && { onDone: transitions(config.onDone) }),
    ...(config.invoke && { invoke: each(config.invoke, (invocation) => ({
      ...invocation,
      ...(invocation.onDone && { onDone: transitions(invocation.onDone) }),
      ...(invocation.onError && { onError: transitions(invocation.onError) }),
      ...(invocation.onSnapshot && { onSnapshot: transitions(invocation.onSnapshot) }),
    })) }),
    ...(config.route && { route: transition(config.route) }),
    ...(config.states && { states: mapped(config.states, state) }),
  };
}

const limited = (config, limit) => ({ ...state(config), options: { maxIterations: limit } });

/** Promises under way, in the order they began. */
class Promises {
  running = [];

  logic = () => fromPromise(({ self, signal }) => new Promise((resolve, reject) => {
    const entry = { id: self.id, resolve, reject };
    this.running.push(entry);
    signal.addEventListener('abort', () => this.remove(entry));
  }));

  remove(entry) {
    this.running = this.running.filter((other) => other !== entry);
  }

  take(id) {
    const entry = this.running.find((other) => other.id === id);
    if (entry) this.remove(entry);
    return entry;
  }
}

const sources = (json, found = new Set()) => {
  if (json && typeof json === 'object') {
    if (typeof json.src === 'string') found.add(json.src);
    Object.values(json).forEach((item) => sources(item, found));
  }
  return found;
};

/** Thrown by an action when a step does more than any sensible one: the machine loops, and the case is of no use. */
export class Endless extends Error {}

/** What a step may still do; it is counted in actions, timers and microsteps. */
let budget = Infinity;
let isExhausted = false;

function spend() {
  if (--budget < 0) {
    isExhausted = true;
    throw new Endless();
  }
}

/** Sees what happens in all actors of the case: also the failure of a child, if it is that it loops. */
function inspect({ event, snapshot }) {
  spend();
  if ([event?.error, snapshot?.error].some((error) => String(error?.message).startsWith('Infinite loop'))) isExhausted = true;
}

/**
 * @param {object} testCase
 * @param {number} limit what one step may do before the case counts as endless
 * @returns {Promise<object>} the answer to the case
 */
export async function answer(testCase, limit = Infinity) {
  isExhausted = false;
  budget = limit;
  const promises = new Promises();
  const actors = {};
  for (const name of sources([testCase.machine, testCase.actors])) actors[name] = promises.logic();
  for (const [name, config] of Object.entries(testCase.actors ?? {})) actors[name] = createMachine(limited(config, limit), { actors });
  const machine = createMachine(limited(testCase.machine, limit), { actors });

  const clock = new VirtualClock();
  let logged = [];
  let emitted = [];
  const actor = createActor(machine, { clock, input: testCase.input, logger: (message) => logged.push(message), inspect });
  actor.on('*', (event) => emitted.push(event));
  actor.subscribe({ error() {} });

  const steps = [];
  const take = () => {
    const snapshot = actor.getSnapshot();
    steps.push({
      value: snapshot.value,
      context: snapshot.context,
      status: snapshot.status,
      tags: [...snapshot.tags].sort(),
      ...(snapshot.output !== undefined && { output: snapshot.output }),
      ...(snapshot.status === 'error' && { error: String(snapshot.error?.message ?? snapshot.error) }),
      log: logged,
      emitted,
    });
    logged = [];
    emitted = [];
  };

  actor.start();
  await settle();
  take();
  for (const step of testCase.steps) {
    budget = limit;
    if ('advance' in step) await clock.advance(step.advance, settle);
    else if ('resolve' in step) promises.take(step.resolve)?.resolve(step.output);
    else if ('reject' in step) promises.take(step.reject)?.reject(new Error(step.error));
    else actor.send(step);
    await settle();
    take();
  }
  if (isExhausted) throw new Endless();
  return { steps: JSON.parse(JSON.stringify(steps)) };
}
