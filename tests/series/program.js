// A process whose objects of one class develop in a known way; writes a heap snapshot at each count.
//
//   node --expose-gc program.js DIRECTORY COUNT…        prints the names of the snapshots, a line each
//
// With WAIT=1 it then waits for a line of input each time, so that it can be copied.
'use strict';
const fs = require('fs');
const path = require('path');
const v8 = require('v8');
const [directory, ...counts] = process.argv.slice(2);

class Measured {
  constructor(number) {
    this.text = `number ${number}`;
  }
}

const held = [];
if (process.env.WAIT) globalThis.held = held;  // of a core, the frames of some builds of Node cannot be told

counts.map(Number).forEach((count, i) => {
  while (held.length > count) held.pop();
  while (held.length < count) held.push(new Measured(held.length));
  const file = v8.writeHeapSnapshot(path.join(directory, `${i}.heapsnapshot`));
  if (process.env.WAIT) for (let k = 0; k < 4; ++k) global.gc();  // what stays is where it will stay
  console.log(file);
  if (process.env.WAIT) fs.readSync(0, Buffer.alloc(1));
});
