'use strict';
// Runs one command and says what it cost the machine. GNU time reads the kernel's account of the finished process, all
// its threads included; a program's own figures would miss its start, its end and its garbage collector's threads.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { spawnSync } = require('child_process');

const GNU_TIME = '/usr/bin/time';

// The second of two runs in a row counts. A virtual machine may hand memory that lay idle back to its host; the first to use
// it again pays seconds for a gigabyte, whoever that happens to be. This way everybody finds what itself has just left.
function measure(argv, timeoutSeconds) {
  const warmUp = runOnce(argv, timeoutSeconds);
  return warmUp.failure ? warmUp : runOnce(argv, timeoutSeconds);
}

// Returns {wall, cpu, user, system, peakKb, reported} with seconds and the last line printed, or {failure}.
function runOnce(argv, timeoutSeconds) {
  const account = path.join(os.tmpdir(), `nodeheap-bench-${process.pid}`);
  const start = process.hrtime.bigint();
  // `timeout` stands inside, so that the contender dies with it and not only GNU time.
  const child = spawnSync(GNU_TIME, ['-o', account, '-f', '%U %S %M', 'timeout', '-s', 'KILL', String(timeoutSeconds), ...argv], {
    encoding: 'utf8',
    // `cat` prints the whole file; a pipe would measure us reading it.
    stdio: ['ignore', argv[0].endsWith('/cat') ? 'ignore' : 'pipe', 'pipe'],
    maxBuffer: 64 << 20,
  });
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  const usage = fs.existsSync(account) ? fs.readFileSync(account, 'utf8').trim().split('\n').at(-1) : '';
  fs.rmSync(account, { force: true });
  if (child.error) return { failure: `failed: ${child.error.message}` };
  const lastLine = (text) => (text ?? '').trim().split('\n').at(-1).slice(0, 200);
  if (child.status !== 0) {
    // Node prints its version last, below the error.
    const error = child.stderr.match(/^.*(?:Error|panicked|FATAL).*$/m)?.[0].slice(0, 200);
    const why = wall >= timeoutSeconds ? 'timed out' : error ?? (lastLine(child.stderr) || `status ${child.status}`);
    return { failure: `failed after ${wall.toFixed(0)} s: ${why}` };
  }
  const [user, system, peakKb] = usage.split(' ').map(Number);
  return { wall, cpu: user + system, user, system, peakKb, reported: lastLine(child.stdout) };
}

module.exports = { measure };
