// Makes random machines and random runs of them, the same ones for the same seed.

export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n) {
    return Math.floor(this.next() * n);
  }

  chance(p) {
    return this.next() < p;
  }

  pick(items) {
    return items[this.below(items.length)];
  }

  list(max, make) {
    return Array.from({ length: this.below(max + 1) }, make);
  }
}

const events = ['A', 'B', 'C', 'D', 'a.b', 'a.b.c', 'a.x', 'UNKNOWN'];
const raised = ['B', 'C', 'D', 'a.x', 'R', 'S'];
const descriptors = ['A', 'A', 'B', 'B', 'C', 'D', 'R', 'S', 'a.b', 'a.*', 'a.b.*', '*', 'K'];
const delays = [0, 5, 10, 10, 20, 50, 100];
const keys = ['n', 'm', 'k'];

/** One machine: its states are planned first, so that transitions can lead anywhere. */
class MachineMaker {
  constructor(random, { id, children, isChild }) {
    this.random = random;
    this.id = id;
    this.children = children;
    this.isChild = isChild;
    this.count = 0;
    this.states = [];
    this.promiseIds = [];
    this.sendIds = ['t1', 't2'];
    // Only a machine that never has children may throw: where C# differs on purpose is in what becomes of them.
    this.isLonely = random.chance(0.25);
  }

  make() {
    const r = this.random;
    const root = this.plan(undefined, 0, r.chance(0.3) ? 'parallel' : 'compound');
    const config = this.fill(root);
    config.id = this.id;
    config.context = { n: r.below(3), m: r.below(2), ...(r.chance(0.3) && { k: 'x' }) };
    if (r.chance(0.4)) config.output = r.pick([{ ok: true }, 'out', 7]);
    return config;
  }

  plan(parent, depth, type) {
    const r = this.random;
    const node = { key: `s${this.count++}`, parent, depth, type, children: [] };
    this.states.push(node);
    if (type === 'compound' || type === 'parallel') {
      const size = depth === 0 ? 2 + r.below(this.isChild ? 1 : 3) : type === 'parallel' ? 2 + r.below(2) : 1 + r.below(3);
      for (let i = 0; i < size; i++) node.children.push(this.plan(node, depth + 1, this.typeOf(node, depth + 1, i)));
      if (r.chance(0.3)) {
        const history = { key: `h${this.count++}`, parent: node, depth: depth + 1, type: 'history', children: [], hasTarget: r.chance(0.5) };
        this.states.push(history);
        node.children.push(history);
      }
      if (type === 'compound' && r.chance(depth === 0 ? 0.25 : 0.5)) {
        const final = { key: `f${this.count++}`, parent: node, depth: depth + 1, type: 'final', children: [] };
        this.states.push(final);
        node.children.push(final);
      }
    }
    return node;
  }

  typeOf(parent, depth) {
    const r = this.random;
    if (depth >= 4 || this.count > (this.isChild ? 5 : 14)) return 'atomic';
    if (r.chance(parent.type === 'parallel' ? 0.75 : depth === 1 ? 0.55 : 0.35)) return r.chance(0.35) ? 'parallel' : 'compound';
    return 'atomic';
  }

  fill(node) {
    const r = this.random;
    const config = {};
    node.id = r.chance(0.2) && node.parent ? `id_${node.key}` : undefined;
    if (node.id) config.id = node.id;
    if (node.type === 'parallel' || node.type === 'final' || node.type === 'history') config.type = node.type;
    if (r.chance(0.25)) config.tags = r.pick(['t', ['t', 'u'], ['v']]);
    if (node.type === 'history') return this.fillHistory(node, config);
    if (node.type === 'compound') {
      const initial = r.pick(node.children.filter((child) => child.type !== 'final' && (child.type !== 'history' || r.chance(0.1))));
      const first = initial ?? node.children[0];
      node.initial = first;
      config.initial = r.chance(0.15) ? { target: first.key, actions: this.actions(1) } : first.key;
    }
    const entry = this.actions(2, node);
    if (entry.length) config.entry = entry;
    const exit = this.actions(1, node);
    if (exit.length) config.exit = exit;
    if (node.type === 'final') {
      if (r.chance(0.5)) config.output = r.pick([1, 'done', { v: 2 }]);
      return config;
    }
    if (!this.isLonely && r.chance(node.depth === 0 ? 0.3 : 0.25)) config.invoke = this.invocations(node);
    config.on = {};
    for (const descriptor of r.list(node.depth === 0 ? 2 : 3, () => r.pick(descriptors))) config.on[descriptor] = this.transitions(node, 2);
    if (!Object.keys(config.on).length) delete config.on;
    if (r.chance(0.25) && node.depth > 0)
      config.after = Object.fromEntries(r.list(2, () => [r.pick([10, 20, 50, 100]), this.transitions(node, 1)]));
    if (r.chance(0.15) && node.depth > 0) config.always = this.transitions(node, 2, true);
    if (node.children.length && r.chance(0.6)) config.onDone = this.transitions(node, 1);
    if (node.children.length) config.states = Object.fromEntries(node.children.map((child) => [child.key, this.fill(child)]));
    return config;
  }

  fillHistory(node, config) {
    const r = this.random;
    const siblings = node.parent.children.filter((child) => child !== node && child.type !== 'history');
    config.history = r.pick(['shallow', 'deep', true]);
    // One that is initial needs a target, or it leads to itself.
    const isInitial = node.parent.initial === node;
    if (isInitial || node.hasTarget) config.target = r.pick(siblings).key;
    return config;
  }

  transitions(node, max, mustGuard = false) {
    const r = this.random;
    const count = 1 + r.below(max);
    const list = [];
    for (let i = 0; i < count; i++) list.push(this.transition(node, mustGuard || i < count - 1));
    return list.length === 1 && r.chance(0.5) ? list[0] : list;
  }

  transition(node, guarded) {
    const r = this.random;
    if (r.chance(0.04) && !guarded) return {};
    const transition = {};
    if (r.chance(0.75)) transition.target = this.target(node);
    if (transition.target && r.chance(0.2)) transition.reenter = true;
    if (guarded || r.chance(0.25)) transition.guard = this.guard(2);
    // A transition that leads elsewhere stops what it would send to.
    const actions = this.actions(2, transition.target ? undefined : node);
    if (actions.length || !transition.target) transition.actions = actions;
    return transition;
  }

  target(node) {
    // Where C# differs on purpose: a history state that can stand for the transition's own source, or for what is around it.
    for (;;) {
      const [target, state] = this.anyTarget(node);
      const isOwn = state?.type === 'history' && node !== state.parent && this.isWithin(node, state.parent);
      if (!isOwn || !(node.invoked || this.isInParallel(node))) return target;
    }
  }

  isInParallel(node) {
    for (let state = node; state; state = state.parent) if (state.type === 'parallel') return true;
    return false;
  }

  isWithin(node, ancestor) {
    for (let state = node; state; state = state.parent) if (state === ancestor) return true;
    return false;
  }

  anyTarget(node) {
    const r = this.random;
    if (r.chance(0.12)) {
      const parallel = this.states.filter((state) => state.type === 'parallel' && state.children.length > 1);
      if (parallel.length) {
        const regions = r.pick(parallel).children.filter((child) => child.type !== 'history');
        return [regions.slice(0, 2).map((region) => this.reference(this.below(region)))];
      }
    }
    if (r.chance(0.45) && node.parent) {
      const siblings = node.parent.children.filter((child) => child.type !== 'final' || r.chance(0.5));
      const sibling = r.pick(siblings) ?? node;
      return [sibling.key, sibling];
    }
    if (r.chance(0.3) && node.children.length) {
      const child = r.pick(node.children);
      return [`.${child.key}`, child];
    }
    const any = r.pick(this.states.filter((state) => state.parent && (state.type !== 'final' || state.depth > 1 || r.chance(0.3))));
    return [this.reference(any), any];
  }

  below(node) {
    let state = node;
    while (state.children.length && this.random.chance(0.6)) {
      const child = this.random.pick(state.children);
      if (child.type === 'history') break;
      state = child;
    }
    return state;
  }

  reference(node) {
    const path = [];
    for (let state = node; state.parent; state = state.parent) path.unshift(state.key);
    return [`#${this.id}`, ...path].join('.');
  }

  guard(depth) {
    const r = this.random;
    switch (r.below(depth > 0 ? 9 : 6)) {
      case 0: case 1: return { type: 'equals', params: { key: r.pick(keys), value: r.pick([0, 1, 2, 'x', null]) } };
      case 2: return { type: 'gte', params: { key: r.pick(keys), value: r.below(4) } };
      case 3: return { type: 'eventEquals', params: { path: r.pick(['v', 'type', 'd.e', 'output']), value: r.pick([0, 1, 'A', 'B', null]) } };
      case 4: {
        const state = r.pick(this.states);
        const path = this.reference(state);
        return { type: 'stateIn', params: { state: r.chance(0.5) || !state.parent ? path : path.slice(this.id.length + 2) } };
      }
      case 5: return { type: 'always', params: { value: r.chance(0.6) } };
      case 6: return { type: 'and', params: { guards: [this.guard(depth - 1), this.guard(depth - 1)] } };
      case 7: return { type: 'or', params: { guards: [this.guard(depth - 1), this.guard(depth - 1)] } };
      default: return { type: 'not', params: { guard: this.guard(depth - 1) } };
    }
  }

  actions(max, node) {
    return this.random.list(max, () => this.action(node)).flat();
  }

  action(node) {
    const r = this.random;
    const kind = r.below(20);
    const delayed = () => ({ delay: r.pick(delays), ...(r.chance(0.7) && { id: r.pick(this.sendIds) }) });
    if (kind < 6) return { type: 'log', params: { message: `${this.id}:${this.logs = (this.logs ?? 0) + 1}` } };
    if (kind < 10) {
      if (r.chance(0.25)) return { type: 'assign', params: { k: r.pick([{ $event: 'output' }, { $event: 'd' }, { a: [1, null] }, 'x']) } };
      return { type: 'assign', params: { [r.pick(['n', 'm'])]: r.pick([{ $add: 1 }, { $add: 1 }, { $add: -2 }, 0, { $event: 'v' }, 'y']) } };
    }
    if (kind < 11 || (kind < 12 && r.chance(0.3))) return { type: 'raise', params: { event: this.event(r.pick(raised)), ...(r.chance(0.4) && delayed()) } };
    if (kind < 13 && r.chance(0.6)) return { type: 'sendTo', params: { to: 'self', event: this.event(r.pick(raised)), ...(r.chance(0.4) && delayed()) } };
    if (kind < 14) return { type: 'cancel', params: { id: r.pick(this.sendIds) } };
    if (kind < 15) return { type: 'emit', params: { event: this.event(r.pick(['X', 'Y'])) } };
    if (kind < 17 && this.isChild) return { type: 'sendTo', params: { to: 'parent', event: this.event(r.pick(['K', 'K', 'B', 'a.x'])), ...(r.chance(0.3) && delayed()) } };
    if (kind < 18 && node?.invoked?.length)
      return { type: 'sendTo', params: { to: r.pick(node.invoked), event: this.event(r.pick(['A', 'B', 'C', 'R'])), ...(r.chance(0.3) && delayed()) } };
    if (this.isLonely && r.chance(0.05)) return { type: 'sendTo', params: { to: 'nobody', event: { type: 'A' } } };
    if (kind < 19 && !this.isLonely && r.chance(0.7)) {
      const id = r.pick(['spawned', 'spawned2']);
      const src = r.pick([...this.children, 'p1']);
      if (src === 'p1' && !this.promiseIds.includes(id)) this.promiseIds.push(id);
      // Two children with one id is where C# differs on purpose.
      return [
        { type: 'stopChild', params: { id } },
        { type: 'spawnChild', params: { src, id, ...(r.chance(0.2) && { syncSnapshot: true }) } },
      ];
    }
    if (r.chance(0.3)) return { type: 'stopChild', params: { id: r.pick(['spawned', 'spawned2']) } };
    return { type: 'log', params: { message: `${this.id}:${this.logs = (this.logs ?? 0) + 1}` } };
  }

  event(type) {
    const r = this.random;
    return { type, ...(r.chance(0.4) && { v: r.below(3) }), ...(r.chance(0.1) && { d: { e: 1 } }) };
  }

  invocations(node) {
    const r = this.random;
    node.invoked = [];
    return Array.from({ length: 1 + (r.chance(0.2) ? 1 : 0) }, (_, i) => {
      const isMachine = this.children.length > 0 && r.chance(0.55);
      const invocation = { src: isMachine ? r.pick(this.children) : r.pick(['p1', 'p2']) };
      if (r.chance(0.85)) invocation.id = `${isMachine ? 'c' : 'q'}_${node.key}${i ? `_${i}` : ''}`;
      const id = invocation.id ?? `${i}.${node.id ?? this.reference(node).slice(1)}`;
      if (!isMachine) this.promiseIds.push(id);
      if (isMachine || r.chance(0.1)) node.invoked.push(id);
      if (r.chance(0.8)) invocation.onDone = this.transitions(node, 2);
      if (r.chance(0.8)) invocation.onError = this.transitions(node, 1);
      if (isMachine && r.chance(0.25)) invocation.onSnapshot = this.transitions(node, 1);
      if (r.chance(0.2)) invocation.input = { x: 1 };
      return invocation;
    });
  }
}

/** @returns {object} a case of the `simulate` format */
export function generate(seed, length = 30) {
  const random = new Random(seed * 7919 + 1);
  const makers = [];
  const actors = {};
  const names = [];
  for (const name of ['c1', 'c2'].slice(0, random.below(3))) {
    const maker = new MachineMaker(random, { id: `m_${name}`, children: [...names], isChild: true });
    actors[name] = maker.make();
    makers.push(maker);
    names.push(name);
  }
  const maker = new MachineMaker(random, { id: 'm', children: names, isChild: false });
  const machine = maker.make();
  makers.push(maker);

  const promises = makers.flatMap((each) => each.promiseIds);
  const steps = Array.from({ length }, () => {
    const kind = random.below(20);
    if (kind < 4) return { advance: random.pick([0, 5, 10, 20, 50, 100]) };
    if (kind < 7 && promises.length) {
      const id = random.pick(promises);
      return random.chance(0.7)
        ? { resolve: id, ...(random.chance(0.8) && { output: random.pick([0, 1, 'x', { y: 1 }]) }) }
        : { reject: id, error: `no ${id}` };
    }
    const type = random.pick(events);
    return { type, ...(random.chance(0.5) && { v: random.below(3) }), ...(random.chance(0.2) && { d: { e: random.below(2) } }) };
  });
  return { machine, ...(names.length && { actors }), steps };
}
