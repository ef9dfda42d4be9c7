// A project that was linted, ESLint itself, and some of its files open, as in an editor's language server: results of all files,
// syntax trees and scopes of those that are open.
//
// @package eslint@8.57.1
'use strict';
const fs = require('fs');
const path = require('path');
const {snapshot, wait, later} = require('../stage.js');

const home = process.env.PACKAGE;
const {ESLint, Linter} = require(home);
const config = {extends: 'eslint:recommended', env: {node: true, es2022: true}, parserOptions: {ecmaVersion: 2022}};
const eslint = new ESLint({cwd: home, useEslintrc: false, overrideConfig: config});

function open(file) {
  const linter = new Linter();
  linter.verify(fs.readFileSync(file, 'utf8'), {parserOptions: config.parserOptions}, {filename: file});
  return linter.getSourceCode();
}

async function main() {
  exports.results = await eslint.lintFiles(['lib']);
  const folder = path.join(home, 'lib/linter');
  exports.open = new Map(fs.readdirSync(folder).filter((name) => name.endsWith('.js')).map((name) => [name, open(path.join(folder, name))]));
  await later(() => snapshot('after'));
  wait();
}

main();
