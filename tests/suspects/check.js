// Usage: node check.js NODEHEAP NODE…       see run
'use strict';
const {execFile, execFileSync, spawn} = require('child_process');
const {promisify} = require('util');
const fs = require('fs');
const os = require('os');
const path = require('path');

const nodeheap = path.resolve(process.argv[2]);
const nodes = process.argv.slice(3);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'nodeheap-suspects-'));
const run = promisify(execFile);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let passed = 0;
let failed = 0;

function check(what, got, wanted) {
  if (JSON.stringify(got) === JSON.stringify(wanted)) return void ++passed;
  ++failed;
  console.log(`FAILED: ${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
}

// The first suspect of each program, and what came between its two snapshots: by class, how many.
const leaks = {
  leaking_class: {
    kind: 'accumulation', class: 'LeakingClass', instances: 8300, place: 'Array in the variable leaks', path: '->leaks → Array',
    grown: {LeakingClass: 3300},
  },
  closure_chain: {
    kind: 'chain', class: '{count, leakStr, leakMethod}', instances: 25, place: 'in the variable leakObject',
    path: '->leakObject → {count, leakStr, leakMethod}',
    inCores: 'no living function can read the variable originLeakObject of testMemoryLeak() (closure_chain.js:9)',
    grown: {'{count, leakStr, leakMethod}': 5},
  },
  listeners: {
    kind: 'listeners', class: 'leakEventCallback', instances: 50000, place: 'the event "request" of Server', path: '.request → Array',
    grown: {Function: 50000}, others: 50,  // functions of http's, more or less
  },
  request_log: {
    kind: 'accumulation', class: '{url, date}', instances: 5364, place: 'Array in the variable requestLogs', path: '->requestLogs → Array',
    grown: {'{url, date}': 2682, Date: 2682},
  },
  timers: {
    kind: 'timers', class: 'pollSession', instances: 2000, place: 'timers wait to call 2,000 × pollSession()', path: 'TimersList',
    grown: {Timeout: 2000},
  },
  ctx_data: {
    kind: 'accumulation', class: 'Promise', instances: 510, place: 'Set in Application.pending', path: '.pending → Set',
    weight: 'each mostly for Context.data',
    grown: {Context: 500},
  },
  duplicate_strings: {
    kind: 'duplicate strings', class: '(string)', instances: 5000, place: 'strings in User.agent', weight: 'are copies of others, such as "Mozilla/5.0', path: '.agent → ',
    grown: {User: 3000},
  },
  oversized: {
    kind: 'oversized', class: 'Array', instances: 500, place: 'is used in 500 × Array in Grid.cells', path: '.cells → Array', onlyIn: 'core',  // a snapshot has no numbers
    grown: {Grid: 200},
  },
  pinned_buffers: {
    kind: 'pinned buffers', class: 'Buffer', instances: 200, place: 'shown by 200 × Buffer', weight: 'below the variable headers', path: '->headers → Array',
    grown: {ArrayBuffer: 100}, onlyIn: 'core',  // a snapshot does not tell what a view shows
  },
  promises: {
    kind: 'promises', class: 'handle', instances: 1000, place: '1,000 × handle() (promises.js:7) wait for a promise in the variable ready',
    inCores: 'suspended at promises.js:8', path: '->ready → Promise',
    grown: {Promise: 800}, others: 20,  // of those who write the snapshot
  },
  vm_contexts: {
    kind: 'vm contexts', class: 'system / NativeContext', instances: 20, place: 'Array in the variable plugins', path: '->plugins → Array',
    weight: 'vm contexts alive', maybeInUse: 1,  // a handle of V8's own may be left
    grown: {Math: 10},
  },
  unread: {
    kind: 'unread', class: 'Array', instances: 40, place: 'no living function can read the variable body of register() (unread.js:8)',
    path: '->body → Array', onlyIn: 'core',  // a snapshot has no sources
    grown: {Function: 30}, others: 5,  // of Node's own
  },
};

async function ask(...args) {
  const {stdout} = await run(nodeheap, [...args, '--format', 'json', '--limit', '0'], {maxBuffer: 2 ** 30});
  return JSON.parse(stdout);
}

// A folder with the snapshots that the program wrote, and a core of it where gdb makes one.
async function dump(node, program, environment = {}) {
  const directory = fs.mkdtempSync(path.join(scratch, `${path.basename(program, '.js')}-`));
  const child = spawn(node, [program], {cwd: directory, stdio: ['ignore', 'ignore', 'inherit'], env: {...process.env, ...environment}});
  try {
    for (let waited = 0; !fs.existsSync(path.join(directory, 'ready')); waited += 50) {
      if (child.exitCode !== null || waited > 120e3) throw new Error(`${program} failed on ${node}`);
      await sleep(50);
    }
    await sleep(300);  // until the event loop is idle
    if (process.env.GCORE) await run('gcore', ['-o', path.join(directory, 'core'), String(child.pid)]);
  } finally {
    child.kill('SIGKILL');
  }
  const core = fs.readdirSync(directory).find((name) => name.startsWith('core.'));
  const dumps = {snapshot: path.join(directory, 'after.heapsnapshot')};
  if (core) dumps.core = path.join(directory, core);
  return {directory, dumps};
}

const fingerprints = {};  // of each leak: the same in all dumps on all versions

function checkFirst(what, name, report, inCore) {
  const wanted = leaks[name];
  const first = report.rows[0];
  if (wanted.onlyIn && !what.endsWith(wanted.onlyIn)) return check(`${what}: suspects`, report.rows.length, 0);
  if (!first) return check(what, 'no suspect', wanted.class);
  check(`${what}: kind, class`, [first.kind, first.class], [wanted.kind, wanted.class]);
  // A core is of any moment: a few may be held elsewhere, too, as by what V8 has not cleaned yet.
  const missing = wanted.instances - first.instances;
  check(`${what}: number ${first.instances}`, missing >= 0 && missing <= (wanted.maybeInUse ?? (inCore ? 0.01 : 0) * wanted.instances), true);
  for (const part of [wanted.place, wanted.weight ?? '', (inCore && wanted.inCores) || '', `${name}.js:`])
    check(`${what}: "${first.sentence}" has "${part}"`, first.sentence.includes(part), true);
  check(`${what}: path ${first.path}`, first.path.endsWith(wanted.path) || first.path.includes(wanted.path), true);
  check(`${what}: one suspect only`, report.rows.length, 1);
  fingerprints[name] ??= first.fingerprint;
  check(`${what}: fingerprint`, first.fingerprint, fingerprints[name]);
}

async function checkGrowth(what, name, directory) {
  const report = await ask('diff', path.join(directory, 'before.heapsnapshot'), path.join(directory, 'after.heapsnapshot'));
  const growth = report.tables.find((table) => table.name === 'growth').rows;
  for (const [cls, count] of Object.entries(leaks[name].grown)) {
    const grown = report.rows.filter((row) => row.name === cls).reduce((sum, row) => sum + row.delta, 0);
    check(`${what}: ${cls} grew by ${grown}`, Math.abs(grown - count) <= (leaks[name].others ?? 0), true);
    if (count < 1000) continue;  // others may have grown more
    const {path: held} = growth.find((row) => row.name === cls) ?? {};
    check(`${what}: ${cls} is held by ${held}`, Boolean(held), true);
  }
}

async function checkLeak(node, version, name) {
  const {directory, dumps} = await dump(node, path.join(__dirname, 'leaks', `${name}.js`));
  for (const [kind, file] of Object.entries(dumps)) checkFirst(`${name}, Node ${version}, ${kind}`, name, await ask('suspects', file), kind === 'core');
  await checkGrowth(`${name}, Node ${version}`, name, directory);
  fs.rmSync(directory, {recursive: true});
}

async function checkHealthy(node, version, name) {
  const program = path.join(__dirname, 'healthy', name);
  const needs = Object.fromEntries([...fs.readFileSync(program, 'utf8').matchAll(/^\/\/ @(node|package) ([^\s,]+)/gm)].map(([, key, value]) => [key, value]));
  if (Number(version.split('.')[0]) < Number(needs.node)) return;
  const PACKAGE = needs.package && path.join(process.env.PACKAGES, needs.package, 'node_modules', needs.package.replace(/@.*/, ''));
  if (PACKAGE && !fs.existsSync(PACKAGE)) return;  // run has said so
  const {directory, dumps} = await dump(node, program, {PACKAGE});
  for (const [kind, file] of Object.entries(dumps))
    check(`${name}, Node ${version}, ${kind}`, (await ask('suspects', file)).rows.map((row) => row.sentence), []);
  fs.rmSync(directory, {recursive: true});
}

// Two at a time: much of it is waiting for files.
async function main() {
  const tasks = [];
  for (const node of nodes) {
    const version = execFileSync(node, ['--version'], {encoding: 'utf8'}).trim().slice(1);
    for (const name of Object.keys(leaks)) tasks.push(() => checkLeak(node, version, name));
    for (const name of fs.readdirSync(path.join(__dirname, 'healthy'))) tasks.push(() => checkHealthy(node, version, name));
  }
  const work = async () => {
    while (tasks.length) await tasks.shift()();
  };
  await Promise.all([work(), work()]);
}

main().catch((error) => {
  console.log(`FAILED: ${error.message} (${error.signal || error.code})`);
  ++failed;
}).finally(() => {
  fs.rmSync(scratch, {recursive: true});
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
});
