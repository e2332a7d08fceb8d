import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another host uses this state folder. */
class StateInUseError extends Error {
  override readonly name = 'StateInUseError';
}

interface StateLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/**
 * Makes this process the only host of a state folder.
 *
 * The lock is SQLite's exclusive lock on an empty database, held by the operating system: it is released when the
 * process ends for any reason, so a stale process id never blocks a start. host.pid is only read for the message.
 *
 * @throws StateInUseError naming the folder and the process that holds the lock
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
      `The state folder ${stateDir} is in use by a host with process id ${lockedBy(pidFile)}. ` +
        'Stop that host, or choose another folder with --state.',
      { cause },
    );
  }
  writeFileSync(pidFile, String(process.pid));
  return { release: () => database.close() };
}

function lockedBy(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8');
  } catch {
    return '(unknown)'; // the other host has the lock but has not written its id yet
  }
}
