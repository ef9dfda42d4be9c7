// Handlers that need an id, and share a context with a function that needed the request's body: the bodies stay as long as the
// handlers do. Only a core has the source of the handlers, which says that none of them can read a body.
'use strict';
const {snapshot, wait, later} = require('../stage.js');

const handlers = [];

function register(id) {
  const body = new Array(5000).fill(id);
  const check = () => body.length === 5000;
  if (check()) handlers.push(() => id);
}

const load = (requests) => {
  for (let i = 0; i < requests; i++) register(i);
};

exports.load = load;
later(() => load(10)).then(() => later(() => snapshot('before')))
  .then(() => later(() => load(30))).then(() => later(() => snapshot('after'))).then(wait);
