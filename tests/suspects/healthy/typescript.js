// A TypeScript program, compiled and kept, as an editor's language server does: syntax trees, symbols, types.
//
// @package typescript@5.6.3
// @node 22, as older ones take minutes for the snapshot
'use strict';
const path = require('path');
const {snapshot, wait, later} = require('../stage.js');

const home = process.env.PACKAGE;
const ts = require(home);
const options = {noEmit: true, strict: true, types: [], lib: ['lib.es2015.d.ts']};
const program = ts.createProgram([path.join(home, 'lib/typescript.d.ts')], options);

exports.program = program;
exports.diagnostics = ts.getPreEmitDiagnostics(program);
later(() => snapshot('after')).then(wait);
