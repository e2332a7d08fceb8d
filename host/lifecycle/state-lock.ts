import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another host works on this state folder. */
export class StateInUseError extends Error {
  override readonly name = 'StateInUseError';
}

export interface StateLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Makes this process the only host of a state folder.
 *
 * The lock is SQLite's exclusive lock on an empty database, so it is the operating system that holds it: it ends with
 * the process, however that ends, and no stale pid can be mistaken for a living host. The pid beside it is for the
 * message only.
 *
 * @throws StateInUseError naming the folder and the process that has it
 */
export function lockState(stateDir: string): StateLock {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const pidFile = path.join(stateDir, 'host.pid');
  const database = new DatabaseSync(path.join(stateDir, 'host.lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
    throw new StateInUseError(
      `The state folder ${stateDir} is in use by a host with process id ${holder(pidFile)}. ` +
        'Stop that host, or give this one another folder with --state.',
      { cause },
    );
  }
  writeFileSync(pidFile, String(process.pid));
  return { release: () => database.close() };
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8');
  } catch {
    return '(unknown)'; // it has the lock and has not written its id yet
  }
}
