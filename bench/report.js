'use strict';
// The Markdown that `run` prints.

const fs = require('fs');
const os = require('os');

const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const readLine = (path) => {
  try {
    return fs.readFileSync(path, 'utf8').trim();
  } catch {
    return 'unknown';
  }
};

function machineFacts() {
  const gib = (bytes) => `${(bytes / 2 ** 30).toFixed(0)} GiB`;
  return [
    `- CPU: ${os.cpus()[0].model}, ${os.cpus().length} cores`,
    `- memory: ${gib(os.totalmem())}, ${gib(os.freemem())} free at the start; load ${os.loadavg()[0].toFixed(2)}`,
    `- kernel: ${os.release()}`,
    `- transparent huge pages: ${readLine('/sys/kernel/mm/transparent_hugepage/enabled')}`,
    `- date: ${new Date().toISOString().slice(0, 10)}`,
  ].join('\n');
}

// Counts come from the header; the file itself may be too big to parse here.
function fileFacts(file) {
  const head = Buffer.alloc(16384);
  const fd = fs.openSync(file);
  fs.readSync(fd, head);
  fs.closeSync(fd);
  const text = head.toString('latin1');
  const count = (key) => Number(text.match(new RegExp(`"${key}":(\\d+)`))?.[1]).toLocaleString('en');
  const megabytes = (fs.statSync(file).size / 1e6).toFixed(0);
  return `${megabytes} MB, ${count('node_count')} nodes, ${count('edge_count')} edges.`;
}

function summarize(row) {
  if (row.failure || row.runs.length === 0) return null;
  const of = (pick) => median(row.runs.map(pick));
  const reported = (key) => of((run) => Number(run.reported.match(new RegExp(`\\b${key}=([\\d.]+)`))?.[1] ?? NaN));
  return { wall: of((run) => run.wall), cpu: of((run) => run.cpu), peakKb: of((run) => run.peakKb), parseMs: reported('parse_ms') };
}

// A row per contender; ratios are against the row named `reference`.
function table(rows, reference) {
  const base = summarize(rows.find((row) => row.name === reference) ?? { runs: [] });
  const seconds = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(1));
  // CPU time comes in hundredths: a tiny file has none to compare with.
  const ratio = (value, baseValue) => (baseValue ? `${(value / baseValue).toFixed(2)} ×` : '–');
  const lines = rows.map((row) => {
    const sum = summarize(row);
    if (!sum) return `| ${row.name} | ${row.failure?.startsWith('failed') ? '' : 'not run: '}${row.failure} | | | | | | | | |`;
    const walls = row.runs.map((run) => run.wall);
    return `| ${[
      row.name,
      seconds(sum.wall),
      `${seconds(Math.min(...walls))}–${seconds(Math.max(...walls))}`,
      seconds(sum.cpu),
      (sum.peakKb / 1024).toFixed(0),
      Number.isNaN(sum.parseMs) ? '' : (sum.parseMs / 1000).toFixed(2),
      ratio(sum.wall, base?.wall),
      ratio(sum.cpu, base?.cpu),
      ratio(sum.peakKb, base?.peakKb),
    ].join(' | ')} | ${row.runs.length} |`;
  });
  return [
    '| | wall, s | min–max | CPU, s | peak, MiB | of it parsing, s | wall | CPU | peak | runs |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...lines,
  ].join('\n');
}

// What a question costs inside LLDB, without LLDB's own start, beside the whole of the program.
function questionTable(rows) {
  const asked = (run) => {
    const clock = run.reported.match(/^question wall=([\d.]+) user=([\d.]+) system=([\d.]+)$/);
    if (!clock) return run;
    const [wall, user, system] = clock.slice(1).map(Number);
    return { wall, user, system };
  };
  const lines = rows.filter((row) => !row.failure && row.runs.length > 0 && row.name !== 'LLDB, asked nothing').map((row) => {
    const runs = row.runs.map(asked);
    const seconds = ['wall', 'user', 'system'].map((key) => median(runs.map((run) => run[key])).toFixed(2));
    return `| ${[row.name, ...seconds].join(' | ')} |`;
  });
  return ['| the question alone | wall, s | user, s | system, s |', '|---|--:|--:|--:|', ...lines].join('\n');
}

module.exports = { fileFacts, machineFacts, questionTable, table };
