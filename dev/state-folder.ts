import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from './processes.js';
import { lastUser, userFile, type FolderUser } from './running-stack.js';

/** Longer than the processes of a killed stack need to end (parent-watch.ts). */
const LEFTOVER_DEADLINE_MS = 5_000;
const LEFTOVER_CHECK_MS = 50;

/** Time between two checks whether the folder is still there, ms. */
const WATCH_MS = 1_000;
const LOCK = 'stack.lock';

/** Why the folder cannot be used, with the remedy; undefined when it can be written to. It is created if necessary. */
export function folderProblem(dir: string): string | undefined {
  const folder = path.resolve(dir);
  try {
    makeFolder(folder);
    fs.closeSync(fs.openSync(path.join(folder, LOCK), 'a', 0o600)); // access rights do not tell it for root or /proc
    return undefined;
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    return `the folder ${folder} cannot be written to (${reason}); set it to another folder`;
  }
}

/** As `mkdir -p`. `fs.mkdirSync` with `recursive` never returns for a folder under /proc. */
function makeFolder(folder: string): void {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  makeFolder(path.dirname(folder));
  fs.mkdirSync(folder);
}

/** Another stack uses the state folder. The message names it and says what to do. */
class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/**
 * A state folder that is locked until `release` or the end of this process. The lock is an SQLite file lock: the
 * operating system releases it however the process ends, so that no stale lock remains.
 */
export class StateFolder {
  readonly #lockFile: DatabaseSync;
  #watch: NodeJS.Timeout | undefined;

  private constructor(
    readonly dir: string,
    lockFile: DatabaseSync,
  ) {
    this.#lockFile = lockFile;
  }

  /**
   * Creates the folder if necessary, locks it, and waits until the processes of a killed stack have ended.
   *
   * @throws {FolderInUseError} when another stack uses it
   */
  static async lock(dir: string): Promise<StateFolder> {
    const problem = folderProblem(dir);
    if (problem !== undefined) throw new Error(`LONGHAUL_DIR: ${problem}.`);
    const lock = openLock(dir);
    try {
      await waitForLeftovers(lastUser(dir)?.parts ?? []);
    } catch (cause) {
      lock.close();
      throw cause;
    }
    return new StateFolder(dir, lock);
  }

  /** Stores the user of the folder, for the FolderInUseError of another process. */
  storeUser(now: Omit<FolderUser, 'pid'>): void {
    fs.writeFileSync(userFile(this.dir), JSON.stringify({ pid: process.pid, ...now } satisfies FolderUser));
  }

  /**
   * Calls `onLost` once, within two seconds, when the folder or one of these entries of it is deleted or replaced. Those
   * that do not exist now are not watched.
   */
  watch(entries: readonly string[], onLost: (entry: string) => void): void {
    const inode = (entry: string) => fs.statSync(path.join(this.dir, entry), { throwIfNoEntry: false })?.ino;
    const watched = [LOCK, ...entries].flatMap((entry) => {
      const ino = inode(entry);
      return ino === undefined ? [] : [{ entry, ino }];
    });
    this.#watch = setInterval(() => {
      const lost = watched.find(({ entry, ino }) => inode(entry) !== ino);
      if (!lost) return;
      clearInterval(this.#watch);
      onLost(path.join(this.dir, lost.entry));
    }, WATCH_MS).unref();
  }

  /** Safe to call again. */
  release(): void {
    clearInterval(this.#watch);
    if (!this.#lockFile.isOpen) return;
    fs.rmSync(userFile(this.dir), { force: true });
    this.#lockFile.close();
  }
}

function openLock(dir: string): DatabaseSync {
  const lock = new DatabaseSync(path.join(dir, LOCK));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if (!(cause instanceof Error) || !cause.message.includes('locked')) throw cause;
    const now = lastUser(dir);
    const user = now ? `by process ${now.pid}, serving ${now.url}` : 'by another process';
    throw new FolderInUseError(`${dir} is in use ${user}. Stop that process, or set LONGHAUL_DIR to another folder.`, {
      cause,
    });
  }
}

/** Resolves when the processes have ended, or after the deadline: an ID may by then belong to another process. */
async function waitForLeftovers(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + LEFTOVER_DEADLINE_MS;
  while (pids.some(isRunning) && performance.now() < deadline) await sleep(LEFTOVER_CHECK_MS);
}
