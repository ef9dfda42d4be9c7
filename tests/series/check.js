'use strict';
const {execFileSync, spawn, spawnSync} = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const nodeheap = path.resolve(process.argv[2]);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'nodeheap-series-'));
let passed = 0;
let failed = 0;

function check(what, got, wanted) {
  const equal = JSON.stringify(got) === JSON.stringify(wanted);
  if (equal) return void ++passed;
  ++failed;
  console.log(`FAILED: ${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
}

// Snapshots of one process at which it holds so many objects of the class Measured.
function dumpsAt(name, counts) {
  const directory = path.join(scratch, name);
  fs.mkdirSync(directory);
  const program = path.join(__dirname, 'program.js');
  const files = execFileSync(process.execPath, [program, directory, ...counts.map(String)], {encoding: 'utf8'});
  return files.trim().split('\n');
}

// The same with a core at each count, right after the snapshot.
async function coresAt(name, counts) {
  const directory = path.join(scratch, name);
  fs.mkdirSync(directory);
  const args = ['--expose-gc', path.join(__dirname, 'program.js'), directory, ...counts.map(String)];
  const program = spawn(process.execPath, args, {env: {...process.env, WAIT: '1'}, stdio: ['pipe', 'pipe', 'inherit']});
  const dumps = [];
  for await (const chunk of program.stdout) {
    const snapshot = chunk.toString().trim();
    execFileSync('gcore', ['-o', snapshot, String(program.pid)], {stdio: ['ignore', 'ignore', 'ignore']});
    dumps.push({snapshot, core: `${snapshot}.${program.pid}`});
    program.stdin.write('x');
  }
  return dumps;
}

// How many more objects there are, how many are gone, and by what they were told apart.
function differenceOf(before, after) {
  const {tables, rows: classes} = JSON.parse(spawnSync(nodeheap, ['diff', before, after, '--format', 'json', '--limit', '0'], {encoding: 'utf8'}).stdout);
  const row = classes.find((row) => row.name === 'Measured');
  const [totals] = tables.find((table) => table.name === 'totals').rows;
  return {delta: row?.delta, removed: row?.removed, by: totals.matched_by};
}

function ask(dumps, ...options) {
  const args = ['trend', ...dumps, '--name', 'Measured', '--format', 'json', ...options];
  return JSON.parse(execFileSync(nodeheap, args, {encoding: 'utf8'}));
}

const trendOf = (...args) => ask(...args).rows.find((row) => row.name === 'Measured');

// How many objects came after the first dump and stayed, and whether there is a path to one of them.
function survivorsOf(dumps) {
  const row = ask(dumps).tables.find((table) => table.name === 'survivors').rows.find((row) => row.name === 'Measured');
  return [row.instances, /held|Array/.test(row.path ?? '')];
}

// The exit code for a rule on the series.
function verdictOn(dumps, rule) {
  return spawnSync(nodeheap, ['assert', ...dumps, '--rule', rule]).status;
}

function checkCourse(name, counts, course, rising) {
  const dumps = dumpsAt(name, counts);
  const row = trendOf(dumps, '--every', '30m');
  check(`${name}: course`, row.course, course);
  check(`${name}: rising dumps`, row.rising, rising);
  check(`${name}: instances`, row.instances, counts.at(-1));
  check(`${name}: delta`, row.delta, counts.at(-1) - counts[0]);
  return {dumps, row};
}

async function checkCores() {
  if (spawnSync('gcore', ['-h']).error) return void console.log('SKIPPED: series of cores need gdb (scripts/install-deps test)');
  const [first, second] = await coresAt('cores', [1000, 2500]);
  check('from snapshot to core', differenceOf(first.snapshot, second.core), {delta: 1500, removed: 0, by: 'id'});
  check('from core to snapshot', differenceOf(first.core, second.snapshot), {delta: 1500, removed: 0, by: 'id'});
  const {delta, removed, by} = differenceOf(first.core, second.core);
  check('from core to core', {delta, by}, {delta: 1500, by: 'address'});
  check('from core to core: few have moved', removed < 500, true);
}

async function main() {
  const {dumps, row} = checkCourse('growing', [1000, 2000, 3000, 4000, 5000], 'growing', 5);
  check('growing: bytes by the hour', row.per_hour, 2 * (row.size_delta / 4));
  check('growing: bytes by the dump', trendOf(dumps).per_dump, row.size_delta / 4);
  const [suspect, ...others] = ask(dumps).tables.find((table) => table.name === 'suspects').rows;
  check('growing: suspect', [suspect.course, suspect.rising, others.length], ['growing', 5, 0]);
  check(`growing: "${suspect.sentence}"`, /variable held .* keeps 5,000 × Measured/.test(suspect.sentence), true);
  // 1,000 came after the first dump and had gone before the last.
  const three = dumpsAt('three', [1000, 4000, 3000]);
  check('three: survivors', survivorsOf(three), [2000, true]);
  check('five: survivors', survivorsOf(dumps), [3000, true]);
  const unrelated = [1000, 3500, 2500].flatMap((count) => dumpsAt(`unrelated ${count}`, [count]));
  check('unrelated: survivors by class', survivorsOf(unrelated), [1500, false]);
  const saturating = checkCourse('saturating', [1000, 4000, 4800, 4950, 5000], 'saturating', 5).dumps;
  const stable = checkCourse('stable', [3000, 3000, 3010, 3000, 3000], 'stable', 1).dumps;
  const noisy = checkCourse('noisy', [1000, 3000, 500, 2800, 1200], 'noisy', 1).dumps;

  const growth = 'Measured.count.rises < 3 of 4';
  check('growing: rises', verdictOn(dumps, growth), 1);
  check('saturating: rises', verdictOn(saturating, growth), 1);
  check('stable: rises', verdictOn(stable, growth), 0);
  check('noisy: rises', verdictOn(noisy, growth), 0);
  check('growing: the last step', verdictOn(dumps.slice(-2), 'Measured.count.ratio <= 1.02'), 1);
  check('saturating: the last step', verdictOn(saturating.slice(-2), 'Measured.count.ratio <= 1.02'), 0);
  check('growing: exactly', verdictOn(dumps, 'Measured.count.growth == 4000'), 0);
  check('too few dumps', verdictOn(dumps.slice(-4), growth), 2);
  check('no such class', verdictOn(dumps, 'Mesured.count.growth < 1'), 4);
  await checkCores();
}

main().then(() => {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}).finally(() => fs.rmSync(scratch, {recursive: true}));
