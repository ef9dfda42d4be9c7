// Each call makes an object whose method shares a context with an unused function; the context keeps the previous object:
// leakObject -> leakMethod -> context -> originLeakObject -> leakMethod …
'use strict';
const {snapshot, wait} = require('../stage.js');

let leakObject = null;
let count = 0;

function testMemoryLeak() {
  const originLeakObject = leakObject;
  const unused = function () {
    if (originLeakObject) console.log('originLeakObject');
  };
  leakObject = {
    count: String(count++),
    leakStr: new Array(1e6).join('*'),
    leakMethod: function () { console.log('leakMessage'); },
  };
  // V8 joins such an array to a tree of halves until somebody reads it; the Node.js of the article joined it to a string.
  if (/x/.test(leakObject.leakStr)) throw unused;
  if (count === 20) snapshot('before');
  if (count === 25) snapshot('after');
  if (count < 25) return setTimeout(testMemoryLeak, 1);
  setInterval(testMemoryLeak, 1e6);
  wait();
}
setTimeout(testMemoryLeak, 1);
