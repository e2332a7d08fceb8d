import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** What the watching thread is told. */
export interface ParentWatch {
  parent: number;
  graceMs: number;
}

/**
 * Lets a forked process not outlive the one that forked it, even if that one is killed: the end of the channel calls
 * `stop`, and a process that is not gone `graceMs` later, because the app's code never lets go, is ended from outside
 * its main thread.
 */
export function endWithParent(stop: () => void, graceMs: number): void {
  process.once('disconnect', stop);
  const workerData: ParentWatch = { parent: process.ppid, graceMs };
  new Worker(path.join(__dirname, 'parent-watch-thread.js'), { workerData, execArgv: [] }).unref();
}
