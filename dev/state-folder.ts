import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { isRunning } from './processes.js';

/** Longer than the processes of a killed stack take to notice (parent-watch.ts). */
const LEFTOVER_DEADLINE_MS = 5_000;
const LEFTOVER_CHECK_MS = 50;

const running = z.object({
  pid: z.int().positive(),
  url: z.string(),
  parts: z.array(z.int().positive()).max(100),
  storage: z.string().optional(),
});
/** Who uses a state folder: the starter, its URL, the processes it started, the connection string of its own storage. */
export type Running = z.infer<typeof running>;

/** @throws Error that names the folder and its setting when nothing can be kept there */
function makeWritable(dir: string): void {
  try {
    fs.mkdirSync(dir, { recursive: true });
    fs.accessSync(dir, fs.constants.W_OK);
  } catch (cause) {
    throw new Error(`LONGHAUL_DIR (${dir}) cannot be written to: ${(cause as Error).message}`, { cause });
  }
}

/** Another stack uses the state folder. The message says which and what to do. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/**
 * A state folder that is ours until `release` or the end of this process. The lock is SQLite's, which the system lifts
 * however a process ends, so that no stale lock can stand in the way of a start.
 */
export class StateFolder {
  private constructor(
    readonly dir: string,
    private readonly lock: DatabaseSync,
  ) {}

  /**
   * Creates the folder if need be and takes it, waiting for processes that a killed stack has left in it to go.
   *
   * @throws {FolderInUseError} when another stack has it
   */
  static async take(dir: string): Promise<StateFolder> {
    makeWritable(dir);
    const lock = lockFile(dir);
    try {
      await leftoversGone(readRunning(dir)?.parts ?? []);
    } catch (cause) {
      lock.close();
      throw cause;
    }
    return new StateFolder(dir, lock);
  }

  /** Writes down who uses the folder, for the message to the next who would. */
  note(now: Omit<Running, 'pid'>): void {
    fs.writeFileSync(noteFile(this.dir), JSON.stringify({ pid: process.pid, ...now } satisfies Running));
  }

  /** Safe to call again. */
  release(): void {
    if (!this.lock.isOpen) return;
    fs.rmSync(noteFile(this.dir), { force: true });
    this.lock.close();
  }
}

function lockFile(dir: string): DatabaseSync {
  const lock = new DatabaseSync(path.join(dir, 'stack.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if (!(cause instanceof Error) || !cause.message.includes('locked')) throw cause;
    const now = readRunning(dir);
    const who = now ? `by process ${now.pid}, serving ${now.url}` : 'by another process';
    throw new FolderInUseError(`${dir} is in use ${who}. Stop that one, or set LONGHAUL_DIR to another folder.`, {
      cause,
    });
  }
}

const noteFile = (dir: string) => path.join(dir, 'stack.json');

/** What the last stack wrote down; undefined when it was stopped in good order, or the file is not one of ours. */
export function readRunning(dir: string): Running | undefined {
  try {
    return running.safeParse(JSON.parse(fs.readFileSync(noteFile(dir), 'utf8'))).data;
  } catch (cause) {
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Resolves when the processes are gone, or after the deadline, as another process may have got a number by then. */
async function leftoversGone(pids: readonly number[]): Promise<void> {
  const deadline = performance.now() + LEFTOVER_DEADLINE_MS;
  while (pids.some(isRunning) && performance.now() < deadline) await pause(LEFTOVER_CHECK_MS);
}
