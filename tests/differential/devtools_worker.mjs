// Loads a heap snapshot with Chrome DevTools' own code, outside of Chrome.
//
// The bundle of that code is made by ./install; NODEHEAP_DEVTOOLS_BUNDLE names it.
import {createReadStream} from 'node:fs';
import {pathToFileURL} from 'node:url';
import {MessageChannel, Worker} from 'node:worker_threads';

function bundleUrl() {
  const path = process.env.NODEHEAP_DEVTOOLS_BUNDLE;
  if (!path) throw new Error('NODEHEAP_DEVTOOLS_BUNDLE is not set: run tests/differential/install, it prints the path');
  return pathToFileURL(path).href;
}

// DevTools splits its work between two threads that talk through a message port. Chrome runs the second one in a worker;
// with one thread both ends of the port are here.
async function startSecondary(port, threads, bundle) {
  if (threads === 1) {
    new bundle.SecondaryInitManager(port);
    return () => {};
  }
  const worker = new Worker(new URL('./secondary_thread.mjs', import.meta.url), {
    workerData: {bundle: bundleUrl(), port},
    transferList: [port],
  });
  return () => worker.terminate();
}

// Returns DevTools' JSHeapSnapshot of an uncompressed file. Its problem reports go to console.warn, as in Chrome.
export async function loadSnapshot(path, {threads = 1} = {}) {
  const bundle = await import(bundleUrl());
  const loader = new bundle.HeapSnapshotLoader({sendEvent() {}});
  for await (const chunk of createReadStream(path, {encoding: 'utf8', highWaterMark: 1 << 20})) loader.write(chunk);
  loader.close();
  const channel = new MessageChannel();
  const stop = await startSecondary(channel.port2, threads, bundle);
  try {
    return await loader.buildSnapshot(channel.port1);
  } finally {
    channel.port1.close();
    await stop();
  }
}
