// Compares nodeheap with Chrome DevTools on every node and class of heap snapshots.
//
//   node compare.mjs [DUMP_TOOL] (SNAPSHOT | --pair BASE CURRENT | --export PROGRAM CORE | --self-test SNAPSHOT)…
//
// DUMP_TOOL is called as `DUMP_TOOL SNAPSHOT OUTDIR [BASE]`; dump_format.mjs says what it writes. Snapshots may be .zst files.
// A pair also compares the Comparison view. An export is the file that `PROGRAM export CORE` writes: DevTools must load it, and agree
// with DUMP_TOOL both on that file and, node by node, on the core itself. A self-test needs no tool: it proves that the comparison can fail. Exits with 1 if
// anything differs.
import {spawnSync} from 'node:child_process';
import {closeSync, mkdtempSync, openSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join, resolve} from 'node:path';
import {loadSnapshot} from './devtools_worker.mjs';
import {findDifferences, findNodeDifferences} from './differences.mjs';
import {readDump} from './dump_format.mjs';
import {selfTest} from './self_test.mjs';
import {devtoolsDiff, devtoolsTables} from './tables.mjs';

const usage = 'usage: compare.mjs [DUMP_TOOL] (SNAPSHOT | --pair BASE CURRENT | --export PROGRAM CORE | --self-test SNAPSHOT)…';
const label = path => basename(path).replace(/\.zst$/, '').replace(/\.(heapsnapshot|core)$/, '');
const group = n => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');

function runCommand(command, args, options = {}) {
  const {status, signal, error} = spawnSync(command, args, {stdio: ['ignore', 'inherit', 'inherit'], ...options});
  if (error) throw new Error(`${command}: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ended with ${signal ?? `status ${status}`}`);
}

// Returns the path of the plain file: the given one, or its decompressed copy in `scratch`.
function plainFile(path, scratch) {
  if (!path.endsWith('.zst')) return resolve(path);
  const out = join(scratch, label(path) + '.heapsnapshot');
  const file = openSync(out, 'w');
  runCommand('zstd', ['-dcq', path], {stdio: ['ignore', file, 'inherit']});
  closeSync(file);
  return out;
}

async function expectedTables(snapshotPath, basePath) {
  const snapshot = await loadSnapshot(snapshotPath);
  const tables = devtoolsTables(snapshot);
  if (basePath) {
    const {diff, collisions} = devtoolsDiff(await loadSnapshot(basePath), snapshot);
    Object.assign(tables, {diff, diffCollisions: collisions});
  }
  return tables;
}

function summary({snapshot, core, base}, {meta, classes, collisions, diff}, differences) {
  const rows = classes.filter(row => row.count > 0).length;
  const changed = diff ? `, ${group(Object.keys(diff).length)} changed classes` : '';
  const total = differences.reduce((sum, {total}) => sum + total, 0);
  const note = collisions.length ? ` (classes that DevTools mixes up: ${JSON.stringify(collisions)})` : '';
  return `${base ? label(base) + ' -> ' : ''}${core ? `export of ${label(core)}` : label(snapshot)}: ${group(meta.node_count)} nodes, ${group(meta.edge_count)} edges, ` +
      `${group(rows)} classes${changed}: ${total ? group(total) + ' differences' : 'equal'}${note}`;
}

function exportedFile({program, core}, scratch) {
  const out = join(scratch, label(core) + '.heapsnapshot');
  runCommand(program, ['export', core, '-o', out]);
  return out;
}

// Returns whether the tool agrees with DevTools.
async function compareOne(tool, job, scratch) {
  const snapshot = job.core ? exportedFile(job, scratch) : plainFile(job.snapshot, scratch);
  const base = job.base && plainFile(job.base, scratch);
  const want = await expectedTables(snapshot, base);
  const dump = (...dumps) => {
    const out = mkdtempSync(join(scratch, 'dump.'));
    runCommand(tool, [dumps[0], out, ...dumps.slice(1)]);
    return readDump(out, {withDiff: dumps.length > 1});
  };
  const differences = findDifferences(want, base ? dump(snapshot, base) : dump(snapshot));
  if (job.core) differences.push(...findNodeDifferences(want, dump(job.core)));
  console.log(summary(job, want, differences));
  for (const {kind, total, first} of differences) {
    console.log(`  ${kind}: ${group(total)} differ`);
    for (const line of first) console.log(`    ${line}`);
  }
  return differences.length === 0;
}

// The file is its own base: the self-test alters the comparison as well.
async function selfTestOne({snapshot}, scratch) {
  const file = plainFile(snapshot, scratch);
  return selfTest(label(snapshot), await expectedTables(file, file), scratch);
}

function parseJobs(args) {
  const jobs = [];
  const next = () => args.shift() ?? fail(usage);
  const tool = args[0]?.startsWith('--') ? undefined : next();
  while (args.length) {
    const arg = next();
    if (arg === '--pair') jobs.push({base: next(), snapshot: next()});
    else if (arg === '--export') jobs.push({program: resolve(next()), core: next()});
    else if (arg === '--self-test') jobs.push({isSelfTest: true, snapshot: next()});
    else if (arg.startsWith('--')) fail(`unknown option ${arg}\n${usage}`);
    else jobs.push({snapshot: arg});
  }
  if (!jobs.length || (!tool && jobs.some(job => !job.isSelfTest))) fail(usage);
  return {tool: tool && resolve(tool), jobs};
}

function fail(message) {
  throw new Error(message);
}

async function main(args) {
  const {tool, jobs} = parseJobs(args);
  let passed = 0, failed = 0;
  for (const job of jobs) {
    const scratch = mkdtempSync(join(tmpdir(), 'nodeheap-differential.'));
    try {
      const isEqual = job.isSelfTest ? await selfTestOne(job, scratch) : await compareOne(tool, job, scratch);
      isEqual ? passed++ : failed++;
    } catch (error) {
      console.log(`${label(job.core ?? job.snapshot)}: ${error.message}`);
      failed++;
    } finally {
      rmSync(scratch, {recursive: true, force: true});
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}

// DevTools warns about nodes that only weak references lead to. V8's own snapshots have such; all else it may say is a failure.
console.warn = text => {
  if (!/^Heap snapshot: (\d+ nodes are unreachable from the root|Still found \d+ unreachable nodes)/.test(text)) throw new Error(`DevTools warns: ${text}`);
};
main(process.argv.slice(2)).catch(error => {
  console.error(error.message);
  process.exitCode = 2;
});
