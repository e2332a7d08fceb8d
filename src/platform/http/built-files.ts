import fs from 'node:fs/promises';
import path from 'node:path';
import { tagged, type TaggedBytes } from './file-reply.js';

/** Content codings in the order in which they are preferred, and the ends of the names of encoded files. */
export const ENCODINGS = { br: '.br', gzip: '.gz' } as const;
export type Encoding = keyof typeof ENCODINGS;

/**
 * The files of a folder that a build makes, by their paths with slashes.
 *
 * B1 Only names that the folder had when it was listed are read: no path of a request reaches the file system.
 * B2 A file is read when it is first asked for, and kept. `refresh` forgets all when a build has replaced the page.
 */
export class BuiltFiles {
  readonly #folder: string;
  readonly #page: string;
  #pageChanged = 0;
  #names: Promise<ReadonlySet<string>> | undefined;
  readonly #loaded = new Map<string, Promise<TaggedBytes>>();

  /** @param page the file that each build writes anew */
  constructor(folder: string, page: string) {
    this.#folder = folder;
    this.#page = page;
  }

  /** Whether there is a build. */
  async refresh(): Promise<boolean> {
    const found = await ifExists(fs.stat(path.join(this.#folder, this.#page)));
    if (found?.mtimeMs !== this.#pageChanged) {
      this.#pageChanged = found?.mtimeMs ?? 0;
      this.#names = undefined;
      this.#loaded.clear();
    }
    return found !== undefined;
  }

  async has(name: string): Promise<boolean> {
    this.#names ??= this.#list();
    return (await this.#names).has(name);
  }

  /** The codings that a file has, preferred ones first. */
  async encodingsOf(name: string): Promise<Encoding[]> {
    const found: Encoding[] = [];
    for (const [encoding, end] of Object.entries(ENCODINGS) as [Encoding, string][])
      if (await this.has(name + end)) found.push(encoding);
    return found;
  }

  /** A file that the folder has. */
  read(name: string): Promise<TaggedBytes> {
    const known = this.#loaded.get(name);
    if (known) return known;
    const loading = fs.readFile(path.join(this.#folder, name)).then(tagged);
    this.#loaded.set(name, loading);
    loading.catch(() => this.#loaded.delete(name));
    return loading;
  }

  async #list(): Promise<ReadonlySet<string>> {
    const entries = await ifExists(fs.readdir(this.#folder, { recursive: true, withFileTypes: true }));
    const files = (entries ?? [])
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name));
    return new Set(files.map((file) => path.relative(this.#folder, file).split(path.sep).join('/')));
  }
}

async function ifExists<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
