// Makes objects, says so, and waits in a system call, as a process that seems stuck does; then shows
// that nothing has changed.
'use strict';
const fs = require('node:fs');

class LeakingClass {
  constructor(age) {
    this.age = age;
  }
}

global.leaks = Array.from({length: 1000}, (_, i) => new LeakingClass(i));

function waitForever() {
  fs.writeSync(1, 'ready\n');
  return fs.readSync(0, Buffer.alloc(16));
}

waitForever();
fs.writeSync(1, `sum ${global.leaks.reduce((sum, {age}) => sum + age, 0)}\n`);
