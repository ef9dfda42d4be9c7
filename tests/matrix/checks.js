// What nodeheap must answer about a core, by the truth beside it (fixtures/README.md). Each check takes the truth and a function
// that runs a command and returns its parsed JSON report; it returns what is wrong, nothing where it does not apply, or
// 'moving' where the dump lacks it and says so.
'use strict';
const { compare } = require('./values.js');

const differs = (what, got, wanted) =>
  JSON.stringify(got) === JSON.stringify(wanted) ? [] : [`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`];

// While the collector moves objects, references may lead to where they were: the report says so, and then fewer objects
// than there are can be found.
const isMoving = (report) => report.health.entries.some((entry) => entry.code === 'moved_objects');
const instancesOf = (report, name) => report.rows.find((row) => row.name === name)?.instances ?? 0;

const isLineOf = (frame) => frame.line !== null && !frame.builtin && !frame.async;

// V8 allows for three halves of the young generation besides old space (Heap::MaxReserved).
function heapLimit(options) {
  const mebibytes = (name) => Number(options.find((option) => option.startsWith(`--${name}=`)).split('=')[1]);
  return ((mebibytes('max-old-space-size') + 3 * mebibytes('max-semi-space-size')) * 2 ** 20 / 1e6).toFixed(1);
}

const checks = {
  doctor(truth, run) {
    const text = JSON.stringify(run('doctor'));
    return [truth.version.slice(1), `worker ${truth.isolates - 1}`]
      .filter((expected) => expected !== 'worker 0' && !text.includes(expected))
      .map((expected) => `does not say ${expected}`);
  },

  nodeinfo(truth, run) {
    const text = JSON.stringify(run('nodeinfo', '--limit', '0'));
    const wrong = [];
    for (const expected of [truth.version, truth.title, ...truth.argv, ...truth.execArgv, ...truth.env, truth.versions.uv])
      if (!text.includes(JSON.stringify(expected).slice(1, -1))) wrong.push(`does not say ${expected}`);
    return wrong;
  },

  // What a program let go of since it counted may be garbage.
  findjsobjects(truth, run) {
    const report = run('findjsobjects', '--limit', '0');
    let garbage;
    const found = (name) => {
      const living = instancesOf(report, name);
      garbage ??= run('findjsobjects', '--unreachable', '--limit', '0');
      return living + instancesOf(garbage, name);
    };
    const wrong = [];
    for (const [name, count] of Object.entries(truth.classes ?? {})) {
      if (instancesOf(report, name) === count || found(name) === count) continue;
      if (isMoving(report) && found(name) < count) return 'moving';
      wrong.push(`instances of ${name}: ${found(name)} instead of ${count}`);
    }
    for (const [name, count] of Object.entries(truth.atLeast ?? {}))
      if (instancesOf(report, name) < count) wrong.push(`instances of ${name}: ${instancesOf(report, name)} < ${count}`);
    return wrong;
  },

  // The session of a user who looks for a leak: instances, one of them, who holds it, the array.
  leak(truth, run) {
    const [array] = truth.arrays ?? [];
    if (!array) return undefined;
    const wrong = [];
    const instances = run('findjsinstances', array.class, '--limit', '0');
    wrong.push(...differs('findjsinstances', instances.rows.length, truth.classes?.[array.class] ?? array.length));
    const sample = instances.rows[0].id;
    const object = JSON.stringify(run('inspect', sample));
    for (const property of Object.keys(array.samples[0]).filter((key) => key !== 'index'))
      if (!object.includes(property)) wrong.push(`inspect lacks .${property}`);
    const refs = run('findrefs', sample, '--limit', '0');
    const holder = refs.rows.find((r) => r.name === 'Array');
    if (!holder) return [...wrong, 'findrefs does not find the array'];
    const way = JSON.stringify(run('path', holder.id));
    if (!way.includes(array.path.at(-1))) wrong.push(`path does not name ${array.path.at(-1)}`);
    return wrong;
  },

  // By shape, by value, and as garbage.
  search(truth, run) {
    if (truth.scenario === 'everything') {
      const having = run('findjsobjects', '-p', '#secret').rows.map((row) => [row.name, row.with_property]);
      const found = run('findjsinstances', 'Base', '--where', 'name=base 3', '--limit', '0').rows.length;
      // One of them is an element of a list, of objects counted from 0.
      return [...differs('classes with #secret', having, [['WithPrivate', 1]]), ...differs('objects with name=base 3', found, 1)];
    }
    const sample = truth.arrays?.[0]?.samples.at(-1);
    if (!sample) return undefined;
    const [key, value] = Object.entries(sample).find(([name]) => name !== 'index') ?? ['index', sample.index];
    const where = run('findjsinstances', truth.arrays[0].class, '--where', `${key}=${value.value ?? value}`, '--limit', '0');
    return where.rows.length >= 1 ? [] : [`no ${truth.arrays[0].class} with ${key}=${value.value ?? value}`];
  },

  inspect(truth, run) {
    if (truth.scenario !== 'everything') return undefined;
    const root = run('findjsinstances', 'TruthRoot').rows[0].id;
    const wrong = compare(truth.values, run('inspect', root, '--depth', '2', '--limit', '0').rows);
    const printed = run('print', root).rows[0].name;
    return [...wrong, ...differs('print', printed, 'TruthRoot')];
  },

  findrefs(truth, run) {
    if (truth.scenario !== 'everything') return undefined;
    return findReferences(run);
  },

  bt(truth, run) {
    if (!truth.stack?.length) return undefined;
    const report = run('bt', '--limit', '0');
    const frames = report.rows.map((r) => `${r.function} ${r.script}:${r.line}:${r.column}`);
    const wrong = [];
    let from = 0;
    for (const frame of truth.stack.filter(isLineOf)) {
      const wanted = `${frame.function ?? ''} ${frame.file}:${frame.line}:${frame.column}`.trim();
      const at = frames.findIndex((where, i) => i >= from && where.endsWith(wanted));
      if (at < 0) wrong.push(`no frame ${wanted}`);
      else from = at + 1;
    }
    return wrong;
  },

  // Who awaits the async function that ran, as V8's own stack trace says; and who waits at all.
  async(truth, run) {
    const wrong = [];
    const frames = (truth.stack ?? []).filter((frame) => frame.async);
    if (!frames.length && !truth.waiting) return undefined;
    const rows = run('bt', '--async', '--limit', '0').rows.filter((row) => row.kind === 'async');
    frames.forEach((frame, i) => {
      const row = rows[i];
      const fits = row && (frame.line ? [row.script, row.line, row.column].join(':') === [frame.file, frame.line, frame.column].join(':')
        : row.function.startsWith(`Promise.${frame.function} (`));
      if (!fits) wrong.push(`async frame ${i}: ${row?.function} ${row?.line}:${row?.column} instead of ${frame.function} ${frame.line}:${frame.column}`);
    });
    return truth.waiting ? [...wrong, ...differsInWaiting(truth, run('async', '--limit', '0'))] : wrong;
  },

  source(truth, run) {
    if (!truth.stack?.length) return undefined;
    const frames = run('bt', '--limit', '0').rows;
    const frame = frames.find((row) => row.script.startsWith('/') && row.line !== null && row.inlined === 'no');
    if (!frame) return ['no frame of the program'];
    const report = run('source', '--frame', String(frame.frame), '--thread', String(frame.thread));
    return differs('line', report.rows.find((row) => row.current)?.line, frame.line);
  },

  timers(truth, run) {
    if (!truth.timers) return undefined;
    const rows = run('timers', '--limit', '0').rows;
    return truth.timers.filter((timer) => !rows.some((row) => row.callback.startsWith(`${timer.callback} `) &&
        row.duration_ms === timer.delay && (row.kind === 'interval') === timer.repeats))
      .map((timer) => `no timer ${timer.callback}`);
  },

  getactivehandles(truth, run) {
    if (!truth.handles) return undefined;
    const counts = {};
    for (const row of run('getactivehandles', '--limit', '0').rows) counts[row.owner_class] = (counts[row.owner_class] ?? 0) + 1;
    return Object.entries(truth.handles).flatMap(([name, count]) => differs(name, counts[name] ?? 0, count));
  },

  getactiverequests(truth, run) {
    if (!truth.requests) return undefined;
    const counts = {};
    for (const row of run('getactiverequests', '--limit', '0').rows) counts[row.class] = (counts[row.class] ?? 0) + 1;
    return Object.entries(truth.requests).flatMap(([name, count]) => differs(name, counts[name] ?? 0, count));
  },

  analyze(truth, run) {
    const text = JSON.stringify(run('analyze'));
    const wanted = [truth.cause?.class, truth.cause?.message].filter(Boolean);
    if (truth.cause?.kind === 'heap limit') wanted.push('heap limit', `of at most ${heapLimit(truth.execArgv)} MB`);
    return wanted.filter((expected) => !text.includes(expected)).map((expected) => `does not say ${expected}`);
  },

  // The leak where there is one, and nothing where there is none: `everything` is large, but nothing accumulates.
  suspects(truth, run) {
    const leaks = {leaking_class: truth.kind === 'oom' ? ['Leaked'] : ['LeakingClass'], everything: []}[truth.scenario];
    if (!leaks || truth.kind === 'random') return undefined;
    const report = run('suspects', '--limit', '0');
    return isMoving(report) ? 'moving' : differs('suspects', report.rows.map((row) => row.class), leaks);
  },

  spaces(truth, run) {
    const report = run('spaces', '--limit', '0');
    return report.rows.some((r) => JSON.stringify(r).includes('old_space')) ? [] : ['there is no old_space'];
  },

  // All that was mapped stands in the ledger once, and malloc agrees with itself.
  memory(truth, run) {
    const report = run('memory', '--limit', '0');
    const table = (name) => report.tables.find((each) => each.name === name).rows;
    const sum = (rows) => rows.reduce((total, row) => total + row.size, 0);
    const [{ mapped }] = table('totals');
    return [
      ...differs('sum of kinds', sum(report.rows), mapped),
      ...differs('sum of parts', sum(table('parts')), mapped),
      ...table('arenas').filter((arena) => arena.checked !== 'yes').map((arena) => `arena ${arena.address}: ${arena.checked}`),
      ...report.notes.filter((note) => note.includes('chunks')),
      ...(truth.memory && truth.kind === 'abort' ? differsFromProcess(truth.memory, report.rows, table) : []),
    ];
  },

  whatis(truth, run) {
    const name = run('findjsobjects', '--limit', '0').rows.map((row) => row.name)
      .find((each) => each !== 'WorkerThing' && truth.classes && Object.hasOwn(truth.classes, each));
    if (!name) return undefined;
    const object = run('findjsinstances', name, '--limit', '1').rows[0];
    if (!object) return undefined;
    const row = run('whatis', `0x${(BigInt(object.id) + 9n).toString(16)}`).rows[0];
    return [...differs('start', row.start, object.id), ...differs('class', row.value, name)];
  },

  // What snapshots answer too: tests/differential compares their numbers.
  graph(truth, run) {
    return ['dominators', 'containment', 'strings', 'stats'].filter((command) => !run(command).rows.length)
      .map((command) => `${command} has no rows`);
  },
};

// Each way in which a value of the scenario `everything` is held.
function findReferences(run) {
  const root = run('findjsinstances', 'TruthRoot').rows[0].id;
  const rows = run('inspect', root, '--depth', '2', '--limit', '0').rows;
  const idsOf = (name, edge) => {
    const at = rows.findIndex((row) => row.depth === 1 && row.edge === `.${name}`);
    const end = rows.findIndex((row, i) => i > at && row.depth === 1);
    return rows.slice(at, end < 0 ? undefined : end).find((row) => edge === undefined || row.edge === edge)?.id;
  };
  const wrong = [];
  const expect = (what, report, test) => {
    if (!report.rows.some(test)) wrong.push(`findrefs ${what}: not among ${report.rows.map((row) => `${row.name} ${row.edge}`).slice(0, 6).join(', ')}`);
  };
  const of = (id, ...options) => run('findrefs', id, '--limit', '0', ...options);
  expect('of a property', of(idsOf('map')), (row) => row.name === 'TruthRoot' && row.edge === '.map');
  expect('by name', run('findrefs', '-n', 'arraySmi', '--limit', '0'), (row) => row.name === 'TruthRoot');
  expect('by text', run('findrefs', '-s', 'plain one byte', '--limit', '0'), (row) => row.name === 'TruthRoot' && row.edge === '.oneByte');
  expect('recursively', of(idsOf('map', '[1].key'), '-r'), (row) => row.name === 'TruthRoot');
  expect('of a key of a Map', of(idsOf('map', '[1].key')), (row) => row.type === 'array');
  const weak = of(idsOf('weakRef', '{target}'), '--weak');
  expect('of what a WeakRef holds', weak, (row) => row.name === 'WeakRef' && row.edge.startsWith('{weak '));
  expect('of a key of a WeakMap', weak, (row) => row.edge.startsWith('{weak ') && row.name !== 'WeakRef');
  expect('of a bound receiver', of(idsOf('functionBound', '{bound this}')), (row) => row.edge.includes('bound_this'));
  expect('of a promise\'s result', of(idsOf('promiseFulfilled', '{value}')), (row) => row.name === 'Promise');
  expect('of a captured variable', of(idsOf('functionClosure', '->captured')), (row) => row.name === 'system / Context' && row.edge === '->captured');
  expect('of a global', of(root), (row) => row.name === 'global' || row.edge === '.nodeheapTruth');
  return wrong;
}

function differsInWaiting(truth, report) {
  const wrong = [];
  for (const { function: name, line, instances } of truth.waiting) {
    const row = report.rows.find((each) => each.function === name && each.line === line);
    wrong.push(...differs(`waiting in ${name}`, row?.instances, instances));
    const callers = row?.awaited_by.split(' ← ').map((text) => text.replace(/ at .*/, ''));
    wrong.push(...differs(`awaiting ${name}`, callers, truth.callers[name]));
    const store = truth.stores?.[name];
    if (store && !row?.stores.includes(`Object: ${store}>`)) wrong.push(`AsyncLocalStorage of ${name}: ${row?.stores}`);
  }
  const promises = report.tables.find((table) => table.name === 'promises').rows;
  for (const [name, states] of Object.entries(truth.promises))
    for (const [state, count] of Object.entries(states)) {
      const found = promises.filter((row) => row.name === name && row.state === state);
      wrong.push(...differs(`${state} ${name}`, found.reduce((sum, row) => sum + row.instances, 0), count));
    }
  const callbacks = report.tables.find((table) => table.name === 'hooks').rows.filter((row) => !row.callback.includes(' at node:'));
  const hooks = Object.fromEntries(callbacks.map((row) => [row.event, row.callback.replace(/ at .*/, '')]));
  return [...wrong, ...differs('async hooks', hooks, truth.hooks)];
}

// What the process itself said of its memory, some moments before.
function differsFromProcess(memory, kinds, table) {
  const wrong = [];
  const near = (what, got, wanted, slack) => {
    if (Math.abs(got - wanted) > slack) wrong.push(`${what}: ${got} is not near ${wanted}`);
  };
  const size = (kind) => kinds.find((row) => row.kind === kind)?.size ?? 0;
  const mainHeap = table('parts').filter((part) => part.kind.startsWith('heap_') && part.what.endsWith(' of main'));
  const [{ mapped, written }] = table('totals');
  near('Buffers', size('array_buffers'), memory.arrayBuffers, 1 << 16);
  near('external strings', size('external_strings'), memory.strings, 1 << 10);
  near('heapTotal', mainHeap.reduce((total, part) => total + part.size, 0), memory.heapTotal, 1 << 20);
  near('mapped', mapped, memory.mappings.mapped, 2 << 20);
  // The zeros that malloc handed out are in memory, but not told from what is not.
  if (written > memory.mappings.anonymous + (1 << 20)) wrong.push(`written: ${written} of ${memory.mappings.anonymous}`);
  near('written', written, memory.mappings.anonymous, 4 << 20);
  if (size('malloc_used') < memory.zlib) wrong.push(`malloc: ${size('malloc_used')} < ${memory.zlib}`);
  const [owner] = table('buffer_owners');
  return [...wrong, ...differs('owner', { class: owner.name, bytes: owner.size, buffers: owner.buffers }, memory.owner)];
}

module.exports = checks;
