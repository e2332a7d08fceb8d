import { concurrently } from '../platform/concurrently.js';
import { type BlobStore } from '../platform/storage.js';

/** An entry of a list. */
interface Entry {
  path: string;
}

/** The first path of each page of a list, and how many entries a page has. */
export interface ListIndex {
  entries: number;
  pages: { first: string; entries: number }[];
}

/** Pages of one list that are written or read at the same time. */
const PAGES_AT_ONCE = 8;
/** A list has about this many pages, so that progress moves; pages have from 50 to 1,000 entries. */
const USUAL_PAGES = 100;
const SMALLEST_PAGE = 50;
const LARGEST_PAGE = 1_000;

/** The order of lists: by UTF-16 code units. */
export function byPath(a: Entry, b: Entry): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/**
 * Lists of files in blobs, in pages of JSON lines: a folder has the index and the pages. Entries are in the order of
 * their paths, so that the entries of one list for a page of another are in few pages.
 */
export class FileLists {
  readonly #blobs: Pick<BlobStore, 'put' | 'get' | 'deletePrefix'>;

  constructor(blobs: Pick<BlobStore, 'put' | 'get' | 'deletePrefix'>) {
    this.#blobs = blobs;
  }

  /** Stores a list, which is in order. The index is stored last. */
  async write(folder: string, entries: readonly Entry[]): Promise<ListIndex> {
    const size = Math.min(Math.max(Math.ceil(entries.length / USUAL_PAGES), SMALLEST_PAGE), LARGEST_PAGE);
    const pages: (readonly Entry[])[] = [];
    for (let from = 0; from < entries.length; from += size) pages.push(entries.slice(from, from + size));
    await forEachOf(pages, (page, n) => this.putPage(folder, n, page));
    const index = {
      entries: entries.length,
      pages: pages.map((page) => ({ first: page[0]?.path ?? '', entries: page.length })),
    };
    await this.putIndex(folder, index);
    return index;
  }

  async putIndex(folder: string, index: ListIndex): Promise<void> {
    await this.#blobs.put(`${folder}index.json`, Buffer.from(JSON.stringify(index)), 'application/json');
  }

  /** Undefined when there is no such list. */
  async index(folder: string): Promise<ListIndex | undefined> {
    const bytes = await this.#blobs.get(`${folder}index.json`);
    return bytes && (JSON.parse(bytes.toString('utf8')) as ListIndex);
  }

  async putPage(folder: string, n: number, entries: readonly Entry[]): Promise<void> {
    const text = entries.map((entry) => JSON.stringify(entry)).join('\n');
    await this.#blobs.put(pageName(folder, n), Buffer.from(text), 'application/jsonl');
  }

  /** Undefined when there is no such page. */
  async page<T extends Entry>(folder: string, n: number): Promise<T[] | undefined> {
    const bytes = await this.#blobs.get(pageName(folder, n));
    return bytes
      ?.toString('utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as T);
  }

  /** The entries of a list from one path to another, by path; none when there is no such list. */
  async range<T extends Entry>(folder: string, first: string, last: string): Promise<Map<string, T>> {
    const found = new Map<string, T>();
    const index = await this.index(folder);
    const pages = index ? pagesOf(index, first, last) : [];
    await forEachOf(pages, async (n) => {
      const entries = (await this.page<T>(folder, n)) ?? [];
      for (const entry of entries) if (entry.path >= first && entry.path <= last) found.set(entry.path, entry);
    });
    return found;
  }

  /** All entries in order, a page at a time. @param from the first entry has a path after this one */
  async *pages<T extends Entry>(folder: string, from = ''): AsyncGenerator<T[]> {
    const index = await this.index(folder);
    if (!index) return;
    for (let n = pagesOf(index, from, from)[0] ?? 0; n < index.pages.length; n++) {
      const entries = (await this.page<T>(folder, n)) ?? [];
      yield entries.filter(({ path }) => path > from);
    }
  }

  /** One entry; undefined when the list has none of this path. */
  async find<T extends Entry>(folder: string, path: string): Promise<T | undefined> {
    return (await this.range<T>(folder, path, path)).get(path);
  }

  delete(folder: string): Promise<void> {
    return this.#blobs.deletePrefix(folder);
  }
}

const pageName = (folder: string, n: number) => `${folder}${String(n).padStart(6, '0')}.jsonl`;

/** The numbers of the pages that may have entries from one path to another. */
function pagesOf({ pages }: ListIndex, first: string, last: string): number[] {
  return [...pages.keys()].filter((n) => {
    const next = pages[n + 1]?.first;
    return (pages[n]?.first ?? '') <= last && (next === undefined || next > first);
  });
}

async function forEachOf<T>(items: readonly T[], run: (item: T, n: number) => Promise<void>): Promise<void> {
  await concurrently([...items.entries()], PAGES_AT_ONCE, ([n, item]) => run(item, n));
}
