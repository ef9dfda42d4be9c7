// A warm module cache: a thousand modules, each with functions, a class and a table.
'use strict';
const fs = require('fs');
const path = require('path');
const {snapshot, wait, later} = require('../stage.js');

fs.mkdirSync('modules');
for (let i = 0; i < 1000; i++) {
  fs.writeFileSync(`modules/m${i}.js`, `'use strict';
class Model${i} { constructor() { this.rows = []; } find(id) { return this.rows[id]; } }
const table = new Map(Array.from({length: 10}, (_, i) => ['key' + i, {name: 'value' + i, index: i}]));
exports.Model${i} = Model${i};
exports.get = (key) => table.get(key);
exports.${i % 2 ? 'even' : 'odd'} = function describe(x) { return 'module ${i}: ' + x; };
`);
  require(path.resolve(`modules/m${i}.js`)).get('key1');
}

later(() => snapshot('after')).then(wait);
