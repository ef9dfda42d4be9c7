// Compares nodeheap's answers about cores with the truth beside them, and prints two tables: check × core, and check × kind.
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const checks = require('./checks.js');

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

function attempt(check, truth, run) {
  try {
    return check(truth, run);
  } catch (error) {
    return [error.message];
  }
}

const cellOf = (wrong) => wrong === undefined ? '-' : wrong === 'moving' ? wrong : wrong.length ? 'FAIL' : 'ok';

// All cores of a kind in one cell: how many passed, of how many to which the check applies.
function printSummary(names, results) {
  const kinds = [...new Set(results.map((result) => result.kind))].sort();
  const majors = new Set(results.map((result) => result.version.split('.')[0])).size;
  const line = (cells) => console.log(`| ${cells.join(' | ')} |`);
  console.log(`\nPassed of those it applies to, on cores of ${majors} majors:\n`);
  line(['check', ...kinds]);
  line(['---', ...kinds.map(() => '---:')]);
  for (const name of names) {
    line([name, ...kinds.map((kind) => {
      const cells = results.filter((result) => result.kind === kind).map((result) => result.cells[name]).filter((cell) => cell !== '-');
      const moving = cells.filter((cell) => cell === 'moving').length;
      const text = `${cells.filter((cell) => cell === 'ok').length}/${cells.length - moving}`;
      return !cells.length ? '' : moving ? `${text} (+${moving} moving)` : text;
    })]);
  }
  console.log();
}

const names = Object.keys(checks);
const results = [];
console.log(['core'.padEnd(36), ...names].join('  '));
for (const core of cores) {
  const stem = core.replace(/\.core(\.zst)?$/, '');
  const truth = JSON.parse(fs.readFileSync(`${stem}.truth.json`, 'utf8'));
  const run = runner(core);
  const cells = {};
  const complaints = [];
  for (const name of names) {
    const wrong = attempt(checks[name], truth, run);
    cells[name] = cellOf(wrong);
    if (Array.isArray(wrong)) complaints.push(...wrong.map((text) => `    ${name}: ${text}`));
  }
  results.push({ kind: truth.kind, version: truth.version, cells });
  console.log([path.basename(stem).padEnd(36), ...names.map((name) => cells[name].padEnd(name.length))].join('  '));
  for (const line of complaints.slice(0, 12)) console.log(line);
}
printSummary(names, results);
const count = (cell) => results.flatMap((result) => Object.values(result.cells)).filter((each) => each === cell).length;
console.log(`${count('ok')} passed, ${count('FAIL')} failed`);
process.exitCode = count('FAIL') ? 1 : 0;
