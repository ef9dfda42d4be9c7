// Users that are found by number and by name, so that no collection alone holds them. Each has a copy of one of eight texts of its
// own, as what is read from a socket is.
'use strict';
const {snapshot, wait} = require('../stage.js');

class User {
  constructor(number) {
    this.name = `user ${number}`;
    this.agent = Buffer.from(`Mozilla/5.0 (X11; Linux x86_64; rv:${100 + number % 8}.0) ${'Gecko/20100101 '.repeat(10)}`).toString('latin1');
  }
}

const byNumber = [];
const byName = new Map();
function fill(count) {
  while (byNumber.length < count) {
    const user = new User(byNumber.length);
    byNumber.push(user);
    byName.set(user.name, user);
  }
}

setTimeout(() => {
  fill(2008);
  snapshot('before');
  fill(5008);
  snapshot('after');
  setInterval(() => fill(5008), 1e6);
  wait();
}, 1);
