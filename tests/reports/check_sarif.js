// The schema of SARIF 2.1.0, of OASIS. Usage: check_sarif.js NODE_MODULES REPORT
'use strict';
const fs = require('fs');
const path = require('path');

const [modules, report] = process.argv.slice(2).map((name) => path.resolve(name));
const load = (name) => require(path.join(modules, name));
const schema = load('schemastore/schemas/json/sarif-2.1.0.json');

const ajv = new (load('ajv').default)({ allErrors: true, strict: false, unicodeRegExp: false });
load('ajv-formats').default(ajv);
if (!ajv.validate(schema, JSON.parse(fs.readFileSync(report, 'utf8')))) {
  console.log(ajv.errorsText(ajv.errors, { separator: '\n' }));
  process.exit(1);
}
