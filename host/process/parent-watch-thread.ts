import { workerData } from 'node:worker_threads';
import { type ParentWatch } from './parent-watch.js';

/** See parent-watch.ts. A thread of its own goes on when the main one is stuck in a loop. */
const CHECK_MS = 500;
const { parent, graceMs } = workerData as ParentWatch;

const timer = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(timer);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs);
}, CHECK_MS);
