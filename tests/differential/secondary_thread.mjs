// DevTools' second thread: retainers, dominators and retained sizes.
import {workerData} from 'node:worker_threads';

const {SecondaryInitManager} = await import(workerData.bundle);
new SecondaryInitManager(workerData.port);
