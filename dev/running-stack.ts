/** How every command finds the stack that `npm start` runs. */
import fs from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import { UsageError } from './exit.js';
import { isRunning } from './processes.js';

/** The address under the Core Tools, and of `npm start` without other settings. */
const DEFAULT_URL = 'http://127.0.0.1:7071';

const user = z.object({
  pid: z.int().positive(),
  url: z.string(),
  parts: z.array(z.int().positive()).max(100),
  storage: z.string().optional(),
});
/** The user of a state folder: process ID, URL, child processes, and the connection string of its own storage. */
export type FolderUser = z.infer<typeof user>;

export const userFile = (dir: string) => path.join(dir, 'stack.json');

/** The last user of the folder, also one that was killed; undefined after an orderly stop or for another format. */
export function lastUser(dir: string): FolderUser | undefined {
  try {
    return user.safeParse(JSON.parse(fs.readFileSync(userFile(dir), 'utf8'))).data;
  } catch (cause) {
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** The stack that runs in the state folder. */
export function runningStack(dir: string): FolderUser | undefined {
  const last = lastUser(dir);
  return last && isRunning(last.pid) ? last : undefined;
}

/** The option `--dir`, for commands that find the stack. */
export function stateFolderOption(description = 'state folder of the running stack'): Option {
  return new Option('--dir <folder>', description).env('LONGHAUL_DIR').default('.longhaul');
}

/** The values of the options of `withAppOptions`. */
export interface AppFlags {
  url?: string;
  /** A function key. */
  key?: string;
  dir: string;
}

/**
 * Adds `--url`, `--key` and `--dir`.
 * @param earlier the beginning of earlier names of the variables, such as `BOOKS`; they are read when the new ones are not set
 */
export function withAppOptions(command: Command, earlier?: string): Command {
  const url = `URL of the app; default: that of the running stack, else ${DEFAULT_URL}`;
  const key = 'function key; as an environment variable it is hidden from other users of the machine';
  return command
    .addOption(new Option('--url <url>', url).env(variable('URL', earlier)))
    .addOption(new Option('--key <key>', key).env(variable('KEY', earlier)))
    .addOption(stateFolderOption());
}

function variable(name: 'URL' | 'KEY', earlier: string | undefined): string {
  const [current, before] = [`LONGHAUL_${name}`, `${earlier}_${name}`];
  return process.env[current] === undefined && process.env[before] !== undefined ? before : current;
}

/**
 * The URL of the app, without a slash at its end: the given one, else that of the running stack, else the default.
 * @throws UsageError
 */
export function findApp({ url, dir }: Pick<AppFlags, 'url' | 'dir'>): string {
  const found = url ?? runningStack(dir)?.url ?? DEFAULT_URL;
  if (['http:', 'https:'].includes(URL.parse(found)?.protocol ?? '')) return found.replace(/\/+$/, '');
  throw new UsageError(`--url must be an http(s) URL, such as ${DEFAULT_URL}; it is ${found}.`);
}

/** What to do when the app cannot be reached at its URL. */
export const UNREACHABLE_HINT = 'Start it with npx longhaul start, or give its URL with --url.';
