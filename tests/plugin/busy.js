// Keeps some objects, and makes garbage for ever.
'use strict';

class LeakingClass {
  constructor(age) {
    this.age = age;
  }
}

global.leaks = Array.from({length: 1000}, (_, i) => new LeakingClass(i));

function work(rounds) {
  let sum = 0;
  for (let i = 0; i < rounds; i++) sum += JSON.stringify({i, text: `${i}`.padStart(20)}).length;
  return sum;
}

require('node:fs').writeSync(1, 'ready\n');
for (;;) work(1000);
