// @vscode/v8-heap-parser (Rust in WebAssembly, the snapshot view of VS Code): decode, then the classes with their
// retained sizes, which is what makes it compute dominators.
//
//   node v8_heap_parser.mjs FILE

import fs from 'node:fs';
import { createRequire } from 'node:module';

// Its "import" entry is for browsers.
const { decode_bytes: decode, init_panic_hook: showPanics } = createRequire(import.meta.url)('@vscode/v8-heap-parser');

showPanics();
const start = performance.now();
const graph = decode(fs.readFileSync(process.argv[2]));
const decoded = performance.now();
const classes = graph.get_class_groups(0, 20, false);
const end = performance.now();
console.log(`parse_ms=${Math.round(decoded - start)} total_ms=${Math.round(end - start)} ` +
  `largest_retained=${classes[0]?.retained_size}`);
