import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** Data of the thread that watches the parent process. */
export interface ParentWatch {
  /** Process id of the parent. */
  parent: number;
  /** Time between the parent's end and the kill, in ms. */
  graceMs: number;
}

/**
 * Ends this child process when its parent ends, even if the parent is killed. The closed IPC channel calls `stop`; a
 * process that still runs `graceMs` later, because the app's code blocks the main thread, is killed by a second thread.
 */
export function endWithParent(stop: () => void, graceMs: number): void {
  process.once('disconnect', stop);
  const workerData: ParentWatch = { parent: process.ppid, graceMs };
  new Worker(path.join(__dirname, 'parent-watch-thread.js'), { workerData, execArgv: [] }).unref();
}
