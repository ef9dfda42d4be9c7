// MemLab: load, shortest paths, dominators and retained sizes of every node.
//
//   node memlab.mjs FILE

import memlab from '@memlab/core';

const { analysis, config, utils } = memlab;

config.muteConsole = true;
const start = performance.now();
const snapshot = await utils.getSnapshotFromFile(process.argv[2], { buildNodeIdIndex: true });
const loaded = performance.now();
analysis.preparePathFinder(snapshot);
const end = performance.now();
console.log(`parse_ms=${Math.round(loaded - start)} total_ms=${Math.round(end - start)} ` +
  `nodes=${snapshot.nodes.length} root_retained=${snapshot.nodes.get(0).retainedSize}`);
