// Makes objects, says so, and waits; once a debugger lets it go on, it makes more and stops for it; then it shows that
// nothing has changed but by itself.
'use strict';
const fs = require('node:fs');

class LeakingClass {
  constructor(age) {
    this.age = age;
  }
}

global.leaks = [];

function leak(count) {
  for (let i = 0; i < count; i++) global.leaks.push(new LeakingClass(i));
}

// In a system call most of the time, as a process that seems stuck is.
function waitForDebugger() {
  fs.writeSync(1, 'ready\n');
  const nap = new Int32Array(new SharedArrayBuffer(4));
  while (/TracerPid:\t0\n/.test(fs.readFileSync('/proc/self/status', 'latin1'))) Atomics.wait(nap, 0, 0, 100);
}

leak(1000);
waitForDebugger();
leak(500);
process.kill(process.pid, 'SIGSTOP');
fs.writeSync(1, `sum ${global.leaks.reduce((sum, {age}) => sum + age, 0)}\n`);
