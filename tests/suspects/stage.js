// What the programs share: they write heap snapshots when asked to, then wait in the event loop to be dumped from outside, as a
// service does between two requests.
'use strict';
const fs = require('fs');
const v8 = require('v8');

exports.snapshot = (label) => v8.writeHeapSnapshot(`${label}.heapsnapshot`);

exports.wait = () => {
  fs.writeFileSync('ready', '');
  setInterval(() => {}, 1e6);
};

// From the event loop: what only running functions hold is no part of a dump.
exports.later = (work) => new Promise((resolve) => setTimeout(() => resolve(work()), 10));
