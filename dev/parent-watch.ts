/**
 * Loaded into every process of the stack with `--require`. Ends the process when its parent has ended, even by SIGKILL:
 * the stdin pipe then closes in every case.
 */
import { isMainThread } from 'node:worker_threads';

const GRACE_MS = 3_000;

// Worker threads and forked processes load this file too. A thread has a stdin of its own, and a forked process ends
// with the channel to its parent.
if (isMainThread && process.send === undefined) {
  process.stdin.once('close', () => {
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined); // the readers are gone
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  process.stdin.resume();
  if ('unref' in process.stdin) process.stdin.unref(); // an open stdin must not keep a stopped service running
}
