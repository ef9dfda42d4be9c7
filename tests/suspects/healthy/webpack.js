// A bundler that watches: webpack bundles itself, and then again, with all that it keeps of a build for the next.
//
// @package webpack@5.97.1
'use strict';
const {snapshot, wait, later} = require('../stage.js');

const home = process.env.PACKAGE;
const webpack = require(home);
const bundles = new Map();

const compiler = webpack({
  mode: 'development', devtool: 'source-map', target: 'node', context: home, entry: './lib/index.js',
  externals: [/^[^.]/],  // what webpack depends on
  // In the default one's WebAssembly, each module reserves 10 GB, all of which gcore writes.
  output: {path: '/bundles', hashFunction: 'sha256'},
});
compiler.outputFileSystem = {
  mkdir: (name, done) => done(null),
  stat: (name, done) => done(Object.assign(new Error(name), {code: 'ENOENT'})),
  writeFile: (name, content, done) => done(null, bundles.set(name, content)),
};

let builds = 0;
const watching = compiler.watch({}, (error, stats) => {
  if (error || stats.hasErrors()) throw error || stats.compilation.errors[0];
  if (++builds < 2) return void setImmediate(() => watching.invalidate());
  exports.stats = stats;
  later(() => snapshot('after')).then(wait);
});
exports.watching = watching;
