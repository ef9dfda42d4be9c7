// Compares nodeheap's answers about cores with the truth beside them (fixtures/README.md). Each check takes the truth and a
// function that runs a command and returns its parsed JSON report; it returns what is wrong, or nothing.
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const [nodeheap, ...cores] = process.argv.slice(2);
const usable = new Set([0, 1, 4]);  // exit codes with an answer

function runner(core) {
  return (command, ...args) => {
    const result = spawnSync(nodeheap, [command, core, ...args, '--format', 'json', '--quiet'],
                             { encoding: 'utf8', maxBuffer: 1 << 30 });
    if (!usable.has(result.status)) throw new Error(`${command}: exit ${result.status ?? result.signal}: ${result.stderr.trim()}`);
    return JSON.parse(result.stdout);
  };
}

const differs = (what, got, wanted) =>
  JSON.stringify(got) === JSON.stringify(wanted) ? [] : [`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`];

const isLineOf = (frame) => frame.line !== null && !frame.builtin && !frame.async;

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

  findjsobjects(truth, run) {
    const report = run('findjsobjects', '--limit', '0');
    const wrong = [];
    for (const [name, count] of Object.entries(truth.classes ?? {})) {
      const row = report.rows.find((r) => r.name === name);
      wrong.push(...differs(`instances of ${name}`, row?.instances ?? 0, count));
    }
    for (const [name, count] of Object.entries(truth.atLeast ?? {})) {
      const row = report.rows.find((r) => r.name === name);
      if ((row?.instances ?? 0) < count) wrong.push(`instances of ${name}: ${row?.instances} < ${count}`);
    }
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

  bt(truth, run) {
    if (!truth.stack?.length) return undefined;
    const report = run('bt', '--limit', '0');
    // Of baseline code, nodeheap does not tell the line.
    const frames = report.rows.map((r) => ({ where: `${r.function} ${r.script}`, line: r.kind === 'baseline' ? null : `:${r.line}:${r.column}` }));
    const wrong = [];
    let from = 0;
    for (const frame of truth.stack.filter(isLineOf)) {
      const where = `${frame.function ?? ''} ${frame.file}`.trim();
      const line = `:${frame.line}:${frame.column}`;
      const wanted = where + line;
      const at = frames.findIndex((f, i) => i >= from && f.where.includes(where) && (f.line ?? line) === line);
      if (at < 0) wrong.push(`no frame ${wanted}`);
      else from = at + 1;
    }
    return wrong;
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
    if (truth.cause?.kind === 'heap limit') wanted.push('heap limit');
    return wanted.filter((expected) => !text.includes(expected)).map((expected) => `does not say ${expected}`);
  },

  spaces(truth, run) {
    const report = run('spaces', '--limit', '0');
    return report.rows.some((r) => JSON.stringify(r).includes('old_space')) ? [] : ['there is no old_space'];
  },
};

let passed = 0;
let failed = 0;
const names = Object.keys(checks);
console.log(['core'.padEnd(36), ...names].join('  '));
for (const core of cores) {
  const stem = core.replace(/\.core(\.zst)?$/, '');
  const truth = JSON.parse(fs.readFileSync(`${stem}.truth.json`, 'utf8'));
  const run = runner(core);
  const cells = [];
  const complaints = [];
  for (const name of names) {
    let wrong;
    try {
      wrong = checks[name](truth, run);
    } catch (error) {
      wrong = [error.message];
    }
    cells.push((wrong === undefined ? '-' : wrong.length ? 'FAIL' : 'ok').padEnd(name.length));
    if (wrong?.length) ++failed;
    else if (wrong) ++passed;
    complaints.push(...(wrong ?? []).map((text) => `    ${name}: ${text}`));
  }
  console.log([path.basename(stem).padEnd(36), ...cells].join('  '));
  for (const line of complaints.slice(0, 12)) console.log(line);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
