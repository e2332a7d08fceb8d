import { setTimeout as sleep } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import { pollUntil } from '../waiting.js';
import { type ParentWatch } from './parent-watch.js';

/** Started by parent-watch.ts. A separate thread keeps running when the main thread is stuck in a loop. */
const INTERVAL_MS = 500;
const { parent, graceMs } = workerData as ParentWatch;

void pollUntil(() => process.ppid !== parent, { intervalMs: INTERVAL_MS })
  .then(() => sleep(graceMs))
  .then(() => process.kill(process.pid, 'SIGKILL'));
