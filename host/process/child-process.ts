import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script of the host in a child process with the same environment and Node.js flags, except `--inspect…`. */
export function forkScript(script: string): ChildProcess {
  return fork(script, {
    execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
    serialization: 'advanced', // keeps Buffers and Uint8Arrays
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** Resolves with the reason that the process ended: `exit code 1`, `signal SIGKILL`. */
export async function exitReason(child: ChildProcess): Promise<string> {
  child.on('error', () => undefined); // failed sends and a failed start show in the exit reason
  if (child.pid === undefined) return 'it could not be started';
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode === null ? `exit code ${child.exitCode ?? '?'}` : `signal ${child.signalCode}`;
}

/**
 * Waits for a child process to exit and kills it with SIGKILL if it has not after `graceMs`.
 *
 * @param exited resolves when the process has ended
 */
export async function killAfter(child: ChildProcess, exited: Promise<unknown>, graceMs: number): Promise<void> {
  const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(kill);
}

/** Sends a message. A process that is ending or has ended gets none: its exit reason reports the failure. */
export function send(child: ChildProcess, message: object): void {
  if (child.connected) child.send(message, () => undefined);
}
