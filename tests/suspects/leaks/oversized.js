// Grids that are made for the largest case, and of which a few places are used. Two collections have them, so that none is alone
// to keep them alive.
'use strict';
const {snapshot, wait} = require('../stage.js');

class Cell {
  constructor(number) {
    this.number = number;
  }
}

class Grid {
  constructor() {
    this.cells = new Array(2000);
    for (let i = 0; i < 5; i++) this.cells[i * 100] = new Cell(i);
  }
}

const grids = [];
const free = new Set();
function fill(count) {
  while (grids.length < count) {
    grids.push(new Grid());
    free.add(grids.at(-1));
  }
}

setTimeout(() => {
  fill(300);
  snapshot('before');
  fill(500);
  snapshot('after');
  setInterval(() => fill(500), 1e6);
  wait();
}, 1);
