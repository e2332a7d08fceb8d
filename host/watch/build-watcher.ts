import { existsSync, readFileSync, type Stats } from 'node:fs';
import path from 'node:path';
import { watch as watchFiles, type FSWatcher } from 'chokidar';

const CODE = /\.[cm]?js$/;
const CONFIGURATION = ['package.json', 'host.json', 'local.settings.json'];
/** A compiler writes many files: this long after the last one, and at the latest that long after the first. */
const QUIET_MS = 60;
const LATEST_MS = 1_000;
const SEARCH_MS = 150;

/**
 * Watches an app's build: its configuration, the folders of its entry files (code only, no dependencies, no hidden
 * folders), and every other file that it has loaded.
 *
 * B1 A file that changes between its being loaded and its being watched counts: it comes with a time that is later
 *    than `begin`.
 */
export class Build {
  readonly #appDir: string;
  readonly #ignored: string;
  readonly #watcher: FSWatcher;
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #lost = new Set<string>();
  #search: NodeJS.Timeout | undefined;
  readonly #changed = new Set<string>();
  #begun = Date.now();
  #firstAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #wake: ((what: string) => void) | undefined;

  /** @param ignored a folder in the app's that is none of the build: the host's state */
  constructor(appDir: string, ignored: string) {
    this.#appDir = appDir;
    this.#ignored = ignored;
    this.#watcher = watchFiles([], { ignored: (file, stats) => this.#isIgnored(file, stats) });
    this.#watcher.on('all', (event, file, stats) => {
      if (event === 'unlink' || event === 'unlinkDir') this.#lose(file);
      this.#see(file, stats);
    });
    this.#watcher.on('error', () => undefined); // such as a folder that went while it was read: its end is an event too
    for (const name of CONFIGURATION) this.add(path.join(appDir, name));
  }

  /** The app is about to be loaded: earlier changes are in it. */
  begin(): void {
    this.#begun = Date.now();
    this.#forget();
    const folders = entryFolders(this.#appDir).filter((folder) => !this.#folders.has(folder));
    for (const folder of folders) {
      this.#folders.add(folder);
      if (!existsSync(folder)) this.#lose(folder);
    }
    this.#watcher.add(folders);
  }

  /** The app has loaded a file. */
  add(file: string): void {
    if (this.#files.has(file)) return;
    this.#files.add(file);
    this.#watcher.add(file);
  }

  /** Resolves, with words for what it was, when the build has changed since `begin` and is quiet again. */
  change(): Promise<string> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#settle();
    });
  }

  async close(): Promise<void> {
    this.#forget();
    clearInterval(this.#search);
    await this.#watcher.close();
  }

  #see(file: string, stats: Stats | undefined): void {
    const isNew = stats === undefined || Math.max(stats.ctimeMs, stats.mtimeMs) >= this.#begun; // B1
    if (!isNew || stats?.isDirectory() === true) return;
    if (this.#changed.size === 0) this.#firstAt = Date.now();
    this.#changed.add(file);
    this.#settle();
  }

  /** Nothing can watch what is not there, and the return of a build that was cleaned away must be seen: look for it. */
  #lose(file: string): void {
    if (!this.#files.has(file) && !this.#folders.has(file)) return;
    this.#lost.add(file);
    this.#search ??= setInterval(() => this.#find(), SEARCH_MS);
  }

  #find(): void {
    for (const file of [...this.#lost].filter((one) => existsSync(one))) {
      this.#lost.delete(file);
      this.#watcher.add(file);
      this.#see(file, undefined);
    }
    if (this.#lost.size > 0) return;
    clearInterval(this.#search);
    this.#search = undefined;
  }

  #settle(): void {
    if (this.#changed.size === 0) return;
    clearTimeout(this.#timer);
    const wait = Math.min(QUIET_MS, Math.max(0, this.#firstAt + LATEST_MS - Date.now()));
    this.#timer = setTimeout(() => this.#wake?.(this.#describe()), wait);
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#changed.clear();
    this.#wake = undefined;
  }

  #describe(): string {
    const [first = ''] = this.#changed;
    const more = this.#changed.size - 1;
    return `${path.relative(this.#appDir, first)}${more === 0 ? '' : ` and ${more} more`}`;
  }

  #isIgnored(file: string, stats: Stats | undefined): boolean {
    if (this.#files.has(file)) return false;
    const root = [...this.#folders].find((folder) => isWithin(file, folder));
    if (root === undefined) return false; // on the way to something that is watched
    if (isWithin(file, this.#ignored)) return true;
    const parts = path.relative(root, file).split(path.sep);
    if (parts.some((part) => part === 'node_modules' || part.startsWith('.'))) return true;
    return stats?.isFile() === true && !CODE.test(file);
  }
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}

/** Folders of the files that `main` names: what stands before its first pattern. A broken package.json names none. */
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
