/**
 * Loaded into every process of the stack with `--require`, so that none outlives the process that started it, even if
 * that one is killed: its end of the stdin pipe closes then, which no signal and no crash can prevent.
 */
import { isMainThread } from 'node:worker_threads';

const GRACE_MS = 3_000;

// Worker threads and forked processes load this too. A thread's stdin is another one, and ends when the thread does; a
// forked process ends with its channel to the one that forked it.
if (isMainThread && process.send === undefined) {
  process.stdin.once('close', () => {
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined); // nobody reads them now
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  process.stdin.resume();
  if ('unref' in process.stdin) process.stdin.unref(); // it must not keep a stopped service from ending
}
