// What GitLab documents of a Code Quality report: each issue has a description, a name, a fingerprint of its own, a
// severity and a place.
'use strict';
const assert = require('assert');
const fs = require('fs');

const issues = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const fingerprints = new Set(issues.map((issue) => issue.fingerprint));
assert(issues.length > 0 && fingerprints.size === issues.length);
for (const issue of issues) {
  assert(issue.description && issue.check_name);
  assert.match(issue.fingerprint, /^[0-9a-f]{16}$/);
  assert(['info', 'minor', 'major', 'critical', 'blocker'].includes(issue.severity));
  assert(issue.location.path);
  assert(Number.isInteger(issue.location.lines.begin) && issue.location.lines.begin > 0);
}
