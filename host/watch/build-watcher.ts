import { existsSync, readFileSync, type Stats } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watch as watchFiles, type FSWatcher } from 'chokidar';
import { pollUntil } from '../waiting.js';

const CODE = /\.[cm]?js$/;
const CONFIGURATION = ['package.json', 'host.json', 'local.settings.json'];
/** A compiler writes many files: a change is reported this long after the last one … */
const QUIET_MS = 60;
/** … but at the latest this long after the first one. */
const MAX_WAIT_MS = 1_000;
/** Time between two searches for missing files. */
const SEARCH_INTERVAL_MS = 150;

/**
 * Watches an app's build: its configuration, the folders of its entry files (code only, without dependencies and hidden
 * folders), and every other file that it has loaded (docs/host.md, `--watch`).
 *
 * B1 A file that changes after it was loaded and before it is watched is reported: its time of change is after `begin`.
 */
export class BuildWatcher {
  readonly #appDir: string;
  readonly #ignored: string;
  readonly #watcher: FSWatcher;
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  /** Watched files and folders that do not exist at the moment. */
  readonly #missing = new Set<string>();
  #isSearching = false;
  readonly #closing = new AbortController();
  readonly #changed = new Set<string>();
  #beganAt = Date.now();
  #firstAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #onChange: ((what: string) => void) | undefined;

  /** @param ignored a folder in the app's folder that is not part of the build: the host's state */
  constructor(appDir: string, ignored: string) {
    this.#appDir = appDir;
    this.#ignored = ignored;
    this.#watcher = watchFiles([], { ignored: (file, stats) => this.#isIgnored(file, stats) });
    this.#watcher.on('all', (event, file, stats) => {
      if (event === 'unlink' || event === 'unlinkDir') this.#onMissing(file);
      this.#onEvent(file, stats);
    });
    this.#watcher.on('error', () => undefined); // such as a folder that was removed while it was read: an unlink event follows
    for (const name of CONFIGURATION) this.add(path.join(appDir, name));
  }

  /** Call before the app is loaded: it contains all earlier changes. */
  begin(): void {
    this.#beganAt = Date.now();
    this.#reset();
    const folders = entryFolders(this.#appDir).filter((folder) => !this.#folders.has(folder));
    for (const folder of folders) {
      this.#folders.add(folder);
      if (!existsSync(folder)) this.#onMissing(folder);
    }
    this.#watcher.add(folders);
  }

  /** Adds a file that the app has loaded. */
  add(file: string): void {
    if (this.#files.has(file)) return;
    this.#files.add(file);
    this.#watcher.add(file);
  }

  /** Resolves with a description of the change when the build has changed since `begin` and no more files change. */
  change(): Promise<string> {
    return new Promise((resolve) => {
      this.#onChange = resolve;
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    this.#reset();
    this.#closing.abort();
    await this.#watcher.close();
  }

  #onEvent(file: string, stats: Stats | undefined): void {
    const isNew = stats === undefined || Math.max(stats.ctimeMs, stats.mtimeMs) >= this.#beganAt; // B1
    if (!isNew || stats?.isDirectory() === true) return;
    if (this.#changed.size === 0) this.#firstAt = Date.now();
    this.#changed.add(file);
    this.#schedule();
  }

  /** A missing file cannot be watched: search for it, so that a build is noticed that was deleted and written again. */
  #onMissing(file: string): void {
    if (!this.#files.has(file) && !this.#folders.has(file)) return;
    this.#missing.add(file);
    if (!this.#isSearching) void this.#search();
  }

  async #search(): Promise<void> {
    this.#isSearching = true;
    await sleep(SEARCH_INTERVAL_MS); // not in the watcher's own event handler
    await pollUntil(() => this.#findMissing(), { intervalMs: SEARCH_INTERVAL_MS, signal: this.#closing.signal });
    this.#isSearching = false;
  }

  /** @returns true when no file is missing any more */
  #findMissing(): boolean {
    for (const file of [...this.#missing].filter((candidate) => existsSync(candidate))) {
      this.#missing.delete(file);
      this.#watcher.add(file);
      this.#onEvent(file, undefined);
    }
    return this.#missing.size === 0;
  }

  #schedule(): void {
    if (this.#changed.size === 0) return;
    clearTimeout(this.#timer);
    const wait = Math.min(QUIET_MS, Math.max(0, this.#firstAt + MAX_WAIT_MS - Date.now()));
    this.#timer = setTimeout(() => this.#onChange?.(this.#describe()), wait);
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.#changed.clear();
    this.#onChange = undefined;
  }

  #describe(): string {
    const [first = ''] = this.#changed;
    const more = this.#changed.size - 1;
    return `${path.relative(this.#appDir, first)}${more === 0 ? '' : ` and ${more} more`}`;
  }

  #isIgnored(file: string, stats: Stats | undefined): boolean {
    if (this.#files.has(file)) return false;
    const root = [...this.#folders].find((folder) => isWithin(file, folder));
    if (root === undefined) return false; // a parent folder of a watched file
    if (isWithin(file, this.#ignored)) return true;
    const parts = path.relative(root, file).split(path.sep);
    if (parts.some((part) => part === 'node_modules' || part.startsWith('.'))) return true;
    return stats?.isFile() === true && !CODE.test(file);
  }
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}

/** The folder of the files that `main` names: the path before its first pattern. None for an invalid package.json. */
function entryFolders(appDir: string): string[] {
  try {
    const { main } = JSON.parse(readFileSync(path.join(appDir, 'package.json'), 'utf8')) as { main?: unknown };
    if (typeof main !== 'string') return [];
    const parts = main.split('/');
    const pattern = parts.findIndex((part) => /[*?{[]/.test(part));
    return [path.resolve(appDir, parts.slice(0, pattern < 0 ? -1 : pattern).join('/'))];
  } catch {
    return [];
  }
}
