'use strict';
// Writes a synthetic snapshot in the layout of Node 22: a linked list of LENGTH objects, each held by the one before.
//
//   node generate_chain.js OUT [LENGTH = 10000000]
//
// Every dominator, distance and path algorithm that recurses, or that climbs a tree step by step, breaks on this one.

const fs = require('fs');

const out = process.argv[2];
const length = Number(process.argv[3] ?? 10_000_000);
if (!out || !(length > 0)) {
  console.error('usage: node generate_chain.js OUT [LENGTH]');
  process.exit(2);
}

const NODE_TYPES = ['hidden', 'array', 'string', 'object', 'code', 'closure', 'regexp', 'number', 'native', 'synthetic',
  'concatenated string', 'sliced string', 'symbol', 'bigint', 'object shape'];
const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];
const META = {
  node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'],
  node_types: [NODE_TYPES, 'string', 'number', 'number', 'number', 'number', 'number'],
  edge_fields: ['type', 'name_or_index', 'to_node'],
  edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
  trace_function_info_fields: ['function_id', 'name', 'script_name', 'script_id', 'line', 'column'],
  trace_node_fields: ['id', 'function_info_index', 'count', 'size', 'children'],
  sample_fields: ['timestamp_us', 'last_assigned_id'],
  location_fields: ['object_index', 'script_id', 'line', 'column'],
};
const FIELDS = META.node_fields.length;
const OBJECT = NODE_TYPES.indexOf('object');
const SYNTHETIC = NODE_TYPES.indexOf('synthetic');
const PROPERTY = EDGE_TYPES.indexOf('property');
const ELEMENT = EDGE_TYPES.indexOf('element');
const SHORTCUT = EDGE_TYPES.indexOf('shortcut');

const strings = ['<dummy>', '', '(GC roots)', 'global', 'Object', 'head', 'Link', 'next'];
const name = (text) => strings.indexOf(text);

// The few nodes before the list, with V8's ids for them.
const prefix = [
  { node: [SYNTHETIC, name(''), 1, 0, 2, 0, 0], edges: [[SHORTCUT, name('global'), 2], [ELEMENT, 1, 1]] },
  { node: [SYNTHETIC, name('(GC roots)'), 3, 0, 1, 0, 0], edges: [[ELEMENT, 1, 2]] },
  { node: [OBJECT, name('global'), 5, 64, 1, 0, 0], edges: [[PROPERTY, name('head'), 3]] },
];
const nodeCount = prefix.length + length;
const edgeCount = prefix.reduce((sum, { edges }) => sum + edges.length, 0) + length - 1;

const fd = fs.openSync(`${out}.tmp`, 'w');
let buffered = '';
function write(text) {
  buffered += text;
  if (buffered.length > 1 << 20) flush();
}
function flush() {
  fs.writeSync(fd, buffered);
  buffered = '';
}

write(`{"snapshot":{"meta":${JSON.stringify(META)},"node_count":${nodeCount},"edge_count":${edgeCount},` +
  '"trace_function_count":0},\n"nodes":[');
write(prefix.map(({ node }) => `${node.join(',')}\n`).join(','));
for (let i = 0; i < length; i++) {
  write(`,${OBJECT},${name('Link')},${7 + 2 * i},32,${i < length - 1 ? 1 : 0},0,0\n`);
}
write('],\n"edges":[');
write(prefix.flatMap(({ edges }) => edges)
  .map(([type, nameOrIndex, to]) => `${type},${nameOrIndex},${to * FIELDS}\n`).join(','));
for (let i = 1; i < length; i++) write(`,${PROPERTY},${name('next')},${(prefix.length + i) * FIELDS}\n`);
write('],\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],\n"locations":[],\n"strings":[');
write(strings.map((text) => JSON.stringify(text)).join(',\n'));
write(']}\n');
flush();
fs.closeSync(fd);
fs.renameSync(`${out}.tmp`, out);
