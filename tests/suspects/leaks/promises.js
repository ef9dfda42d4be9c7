// Each request waits for a promise that nobody settles: the functions that wait stay, with what they need to go on.
'use strict';
const {snapshot, wait, later} = require('../stage.js');

const ready = new Promise(function neverEnds() {});

async function handle(request) {
  await ready;
  return request.body.length;
}

const load = (requests) => {
  for (let i = 0; i < requests; i++) handle({body: new Array(500).fill(i)});
};

exports.load = load;
later(() => load(200)).then(() => later(() => snapshot('before')))
  .then(() => later(() => load(800))).then(() => later(() => snapshot('after'))).then(wait);
