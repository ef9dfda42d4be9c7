// Compares what `inspect --depth 2` says of the scenario `everything` with its truth: each value in one line, and what is
// in it. (tests/unit/v8_describe_fixtures_test.cc goes deeper, on the committed cores.)
'use strict';

const quoted = (text) => `"${text}"`;
const cut = 200;  // UTF-16 units shown of a member's text

// [name, detail] that a value's line must have; undefined: not compared.
const lines = {
  number: (v) => [v.value],
  bigint: (v) => [v.value],
  boolean: (v) => [String(v.value)],
  undefined: () => ['undefined'],
  null: () => ['null'],
  symbol: (v) => [`${v.registered ? 'Symbol.for' : 'Symbol'}(${v.description ?? ''})`],
  object: (v) => [v.properties?.some((p) => p.symbol?.includes('toStringTag')) ? undefined : v.class || 'Object'],
  array: (v) => [v.class, `length=${v.length}`],
  arguments: () => [''],
  Map: (v) => [v.class, `size=${v.size}`],
  Set: (v) => [v.class, `size=${v.size}`],
  Date: (v) => [v.class, v.iso ?? 'Invalid Date'],
  RegExp: (v) => [v.class, `/${v.source}/${v.flags}`],
  Error: (v) => [v.class, v.message ? quoted(v.message) : ''],
  Promise: (v) => [v.class, v.state],
  ArrayBuffer: (v) => [v.class, v.detached ? undefined : `byteLength=${v.byteLength}`],
  boxed: (v) => [v.class],
};

function textOf(value) {
  if (value.repeated !== undefined) return value.repeated.repeat(Math.ceil(value.length / value.repeated.length)).slice(0, value.length);
  return value.value;
}

function line(value, row) {
  if (value.kind === 'string') {
    const text = textOf(value);
    if (text === undefined || text.length > cut) return [];
    return row.name === text ? [] : [`${JSON.stringify(row.name)} instead of ${JSON.stringify(text)}`];
  }
  if (value.kind === 'function') {
    const at = value.file ? `at ${value.file}:${value.line}:${value.column}` : row.detail;
    return row.detail === at ? [] : [`${row.detail} instead of ${at}`];
  }
  const [name, detail] = lines[value.kind]?.(value) ?? [];
  const wrong = [];
  if (name !== undefined && row.name !== name && value.class !== '' && value.class !== null) wrong.push(`${row.name} instead of ${name}`);
  if (detail !== undefined && !row.detail.startsWith(detail)) wrong.push(`${row.detail} instead of ${detail}`);
  return wrong;
}

const edgeOf = (name) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `["${name}"]`;

// Names of members that must be there.
function* members(value) {
  for (const { name, symbol, accessor } of value.properties ?? []) {
    if (name === undefined || symbol !== undefined) continue;
    if (value.kind === 'function' && ['length', 'name', 'prototype', 'arguments', 'caller'].includes(name)) continue;
    if (value.kind === 'Error' && name === 'stack') continue;
    if (!accessor) yield edgeOf(name);
    else for (const half of ['get', 'set']) if (accessor[half] !== null && accessor[half] !== undefined) yield `${half} ${edgeOf(name)}`;
  }
  for (const { name } of value.private ?? []) yield `.${name}`;
  for (const { name } of value.closure ?? []) yield `->${name}`;
  for (const [index] of value.elements ?? []) yield `[${index}]`;
  (yield* (value.exports ?? []).map(([name]) => edgeOf(name)));
  if (value.entries && !value.unordered)
    for (let i = 0; i < value.entries.length; ++i) yield value.kind === 'Map' ? `[${i}].key` : `[${i}]`;
  if (value.kind === 'WeakRef') yield '{target}';
  if (value.kind === 'Proxy' && !value.revoked) yield* ['{target}', '{handler}'];
  if (value.type === 'bound') yield* ['{bound target}', '{bound this}'];
  if (value.awaitedBy?.length) yield '{awaited by}';
}

// `rows`: of inspect, the root first.
exports.compare = (values, rows) => {
  const found = new Map();
  let last;
  for (const row of rows) {
    if (row.depth === 1) found.set(row.edge, last = { row, members: new Set() });
    else if (row.depth === 2) last.members.add(row.edge);
  }
  const opened = new Set();  // an object is opened only where it is met first
  return values.flatMap((value) => {
    if (value.path.length !== 1) return [];
    const edge = edgeOf(value.path[0]);
    const shown = found.get(edge);
    if (!shown) return [`inspect lacks ${edge}`];
    const wrong = line(value, shown.row);
    const first = !opened.has(shown.row.id);
    opened.add(shown.row.id);
    if (first) for (const member of members(value)) if (!shown.members.has(member)) wrong.push(`lacks ${member}`);
    return wrong.map((text) => `${edge}: ${text}`);
  });
};
