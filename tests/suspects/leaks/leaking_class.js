// 100 objects of one class with every tick, in an array that nothing ever empties.
'use strict';
const {snapshot, wait} = require('../stage.js');

const leaks = [];

class LeakingClass {
  constructor(name, age) {
    this.name = name;
    this.age = age;
  }
}

function tick() {
  for (let i = 0; i < 100; i++) leaks.push(new LeakingClass(Math.random().toString(36), Math.floor(Math.random() * 100)));
  if (leaks.length === 5000) snapshot('before');
  if (leaks.length < 8300) return setTimeout(tick, 1);
  snapshot('after');
  setInterval(tick, 1e6);
  wait();
}
setTimeout(tick, 1);
