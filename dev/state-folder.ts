import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { isRunning } from './processes.js';

/** Longer than the processes of a killed stack need to end (parent-watch.ts). */
const LEFTOVER_DEADLINE_MS = 5_000;
const LEFTOVER_CHECK_MS = 50;

const running = z.object({
  pid: z.int().positive(),
  url: z.string(),
  parts: z.array(z.int().positive()).max(100),
  storage: z.string().optional(),
});
/** The user of a state folder: process ID, URL, child processes, and the connection string of its own storage. */
type Running = z.infer<typeof running>;

/** @throws Error that names the folder and its setting when it cannot be written */
function makeWritable(dir: string): void {
  try {
    fs.mkdirSync(dir, { recursive: true });
    fs.accessSync(dir, fs.constants.W_OK);
  } catch (cause) {
    throw new Error(`LONGHAUL_DIR (${dir}) cannot be written to: ${(cause as Error).message}`, { cause });
  }
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
    makeWritable(dir);
    const lock = openLock(dir);
    try {
      await waitForLeftovers(readRunning(dir)?.parts ?? []);
    } catch (cause) {
      lock.close();
      throw cause;
    }
    return new StateFolder(dir, lock);
  }

  /** Stores the user of the folder, for the FolderInUseError of another process. */
  storeUser(now: Omit<Running, 'pid'>): void {
    fs.writeFileSync(userFile(this.dir), JSON.stringify({ pid: process.pid, ...now } satisfies Running));
  }

  /** Safe to call again. */
  release(): void {
    if (!this.#lockFile.isOpen) return;
    fs.rmSync(userFile(this.dir), { force: true });
    this.#lockFile.close();
  }
}

function openLock(dir: string): DatabaseSync {
  const lock = new DatabaseSync(path.join(dir, 'stack.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if (!(cause instanceof Error) || !cause.message.includes('locked')) throw cause;
    const now = readRunning(dir);
    const user = now ? `by process ${now.pid}, serving ${now.url}` : 'by another process';
    throw new FolderInUseError(`${dir} is in use ${user}. Stop that process, or set LONGHAUL_DIR to another folder.`, {
      cause,
    });
  }
}

const userFile = (dir: string) => path.join(dir, 'stack.json');

/** The user of the folder; undefined after an orderly stop, or when the file has another format. */
export function readRunning(dir: string): Running | undefined {
  try {
    return running.safeParse(JSON.parse(fs.readFileSync(userFile(dir), 'utf8'))).data;
  } catch (cause) {
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Resolves when the processes have ended, or after the deadline: an ID may by then belong to another process. */
async function waitForLeftovers(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + LEFTOVER_DEADLINE_MS;
  while (pids.some(isRunning) && performance.now() < deadline) await sleep(LEFTOVER_CHECK_MS);
}
