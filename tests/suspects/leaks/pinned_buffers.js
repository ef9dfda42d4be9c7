// The first bytes of each message are kept, and with them all of it. Two collections have them, so that none is alone to keep them
// alive.
'use strict';
const {snapshot, wait} = require('../stage.js');

const headers = [];
const waiting = new Set();
function receive(count) {
  while (headers.length < count) {
    const message = Buffer.alloc(100000, headers.length);
    headers.push(message.subarray(0, 16));
    waiting.add(headers.at(-1));
  }
}

setTimeout(() => {
  receive(100);
  snapshot('before');
  receive(200);
  snapshot('after');
  setInterval(() => receive(200), 1e6);
  wait();
}, 1);
