// Each plugin runs in a context of its own; the list of their handlers keeps them all.
'use strict';
const vm = require('vm');
const {snapshot, wait, later} = require('../stage.js');

const plugins = [];

function load(count) {
  for (let id = 0; id < count; id++) {
    const context = vm.createContext({id});
    plugins.push(vm.runInContext('const state = new Array(1000).fill(id); (function handler() { return state; })', context));
  }
}

exports.load = load;
later(() => load(10)).then(() => later(() => snapshot('before')))
  .then(() => later(() => load(10))).then(() => later(() => snapshot('after'))).then(wait);
