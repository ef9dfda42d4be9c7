// Chrome DevTools' own snapshot code up to its Summary: parse, dominators, retained sizes, distances, classes.
//
//   NODEHEAP_DEVTOOLS_BUNDLE=… node devtools.mjs FILE [THREADS = 2]
//
// `run` makes the bundle. Chrome itself uses two threads.

import { loadSnapshot } from '../../tests/differential/devtools_worker.mjs';

const [file, threads = '2'] = process.argv.slice(2);
const start = performance.now();
const snapshot = await loadSnapshot(file, { threads: Number(threads) });
const loaded = performance.now();
const classes = Object.values(snapshot.getAggregatesByClassKey(false, 'allObjects'));
const end = performance.now();
const largest = classes.reduce((most, { maxRet }) => Math.max(most, maxRet), 0);
console.log(`load_ms=${Math.round(loaded - start)} total_ms=${Math.round(end - start)} nodes=${snapshot.nodeCount} ` +
  `classes=${classes.length} largest_retained=${largest}`);
