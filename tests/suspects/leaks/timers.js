// Each session polls with an interval that nobody clears.
'use strict';
const {snapshot, wait, later} = require('../stage.js');

class Session {
  constructor(id) {
    this.id = id;
    this.history = new Array(50).fill(id / 3);
    setInterval(function pollSession(session) {
      session.history.push(Date.now());
    }, 1e6, this);
  }
}

async function main() {
  await later(() => snapshot('before'));
  for (let i = 0; i < 2000; i++) new Session(i);
  await later(() => snapshot('after'));
  wait();
}
main();
