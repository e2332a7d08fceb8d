import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/**
 * Makes this process the only user of a folder until it ends, however it ends: the lock is an SQLite file lock, which
 * the operating system releases. The folder is created if necessary.
 *
 * @throws Error that names the folder when it cannot be written to, or when another process uses it
 */
export function lockFolder(folder: string): void {
  const dir = path.resolve(folder);
  let lock: DatabaseSync;
  try {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(path.join(dir, 'service.lock'), { timeout: 0 });
  } catch (cause) {
    throw new Error(`The state folder ${dir} cannot be used: ${(cause as Error).message}`, { cause });
  }
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
    const message = `The state folder ${dir} is in use by another process of this service. Stop it, or choose another --state.`;
    throw new Error(message, { cause });
  }
  locks.push(lock);
}

/** A connection that is collected would release its lock. */
const locks: DatabaseSync[] = [];
