// A process whose objects of one class develop in a known way; writes a heap snapshot at each count.
//
//   node program.js DIRECTORY COUNT…        prints the names of the snapshots, a line each
'use strict';
const path = require('path');
const v8 = require('v8');
const [directory, ...counts] = process.argv.slice(2);

class Measured {
  constructor(number) {
    this.text = `number ${number}`;
  }
}

const held = [];
counts.map(Number).forEach((count, i) => {
  while (held.length > count) held.pop();
  while (held.length < count) held.push(new Measured(held.length));
  console.log(v8.writeHeapSnapshot(path.join(directory, `${i}.heapsnapshot`)));
});
