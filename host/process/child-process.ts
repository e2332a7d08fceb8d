import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script of the host as a process of its own, with this one's settings and flags, its debugger's excepted. */
export function forkScript(script: string): ChildProcess {
  return fork(script, {
    execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
    serialization: 'advanced', // bytes stay bytes
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** Resolves with how the process ended: `exit code 1`, `signal SIGKILL`. */
export async function endOf(child: ChildProcess): Promise<string> {
  child.on('error', () => undefined); // what cannot be sent to it, or started, shows in its end
  if (child.pid === undefined) return 'it could not be started';
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode === null ? `exit code ${child.exitCode ?? '?'}` : `signal ${child.signalCode}`;
}

/** Sends, unless the process is going or gone: then its end says more than an error here. */
export function tell(child: ChildProcess, message: object): void {
  if (child.connected) child.send(message, () => undefined);
}
