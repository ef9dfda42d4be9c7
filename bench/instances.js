'use strict';
// Fills the heap with instances of one class, and waits for its core to be taken.
//
//   node --max-old-space-size=4000 instances.js READY [COUNT = 1000000]
//
// Each instance brings a joined string, a heap number, an array and two plain objects: a million are 8 million objects.

const fs = require('fs');

class Instance {
  constructor(number) {
    this.name = `instance ${number}`;
    this.number = number + 0.25;
    this.list = [number, 'of', {}];
    this.link = { parent: this };
  }
}

const [ready, count = '1000000'] = process.argv.slice(2);
globalThis.instances = Array.from({ length: Number(count) }, (_, number) => new Instance(number));
fs.writeFileSync(ready, '');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
