import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors } from '../platform/errors.js';
import { type Row, type TableStore } from '../platform/table-store.js';
import { bookErrors } from './errors.js';
import { isId, type CurrentVersion } from './schemas.js';

/** The upload of a version: from the start of `upload-start` to the switch. */
export interface Transaction {
  /** Also the id of the version. */
  id: string;
  /** The `upload-start` that prepared it last. */
  operation: string;
  /** The `upload-finish` that checks it now. */
  finishing?: string;
  clientName: string;
  clientVersion: string;
  /** A hash of the list of files. */
  fingerprint: string;
  startedAt: string;
  expiresAt: string;
  /** Replaces the name of the book. */
  name?: string;
  files: number;
  pages: number;
}

/** A book as it is stored. */
export interface Book {
  id: string;
  name: string;
  uploader: string;
  createdAt: string;
  updatedAt: string;
  current?: CurrentVersion;
  transaction?: Transaction;
}

const PARTITION = 'books';
/** Attempts at a change while others change the same book, and the longest wait between them, ms. */
const ATTEMPTS = 20;
const MAX_WAIT_MS = 100;

/**
 * The rows of books: what is true of a book is in its row alone.
 *
 * B1 A row changes on the condition of its version, so that of two changes at the same moment one sees the other.
 * B2 A version is named in the row before its container and its lists exist, and is never named again after it was
 *    removed: what no row names belongs to nobody and can be deleted.
 */
export class BookStore {
  readonly #table: TableStore;

  constructor(table: TableStore) {
    this.#table = table;
  }

  /** @throws OperationError 404 `BookNotFound` */
  async get(id: string): Promise<Book> {
    const found = isId(id) ? await this.#table.get(PARTITION, id) : undefined;
    const book = found && bookOf(found);
    if (book) return book;
    throw notFound(id);
  }

  /**
   * Books in the order of their ids.
   * @param after the ids are after this one
   * @returns also the last id of the page, when there may be more; a page may have fewer books than `top`
   */
  async list(top: number, after = ''): Promise<{ books: Book[]; next?: string }> {
    const rows = await this.#table.query(`PartitionKey eq '${PARTITION}' and RowKey gt '${after}'`, top);
    const last = rows.length === top ? rows.at(-1)?.rowKey : undefined;
    return { books: rows.map(bookOf).filter((book) => book !== undefined), ...(last !== undefined && { next: last }) };
  }

  /** Deletes rows whose deletion was interrupted. */
  async deleteMarked(): Promise<void> {
    const rows = await this.#table.query(`PartitionKey eq '${PARTITION}' and deleted eq true`, 1_000, []);
    for (const { rowKey } of rows) await this.#table.delete(PARTITION, rowKey);
  }

  /**
   * Changes a book, again when it was changed meanwhile.
   * @param change gets undefined when there is no such book; returns the new state, undefined to delete the book, or the
   *   same state to leave it
   * @returns the states before and after
   * @throws what `change` throws, OperationError 503
   */
  async change(
    id: string,
    change: (book: Book | undefined) => Book | undefined,
  ): Promise<{ before?: Book; after?: Book }> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.#table.read(PARTITION, id);
      const before = found && bookOf(found.row);
      const after = change(before);
      if (after === before || (await this.#write(id, found?.etag, after))) return { before, after };
      if (attempt === ATTEMPTS) throw commonErrors.ServiceUnavailable('Others change this book; try again shortly.');
      await sleep(Math.random() * MAX_WAIT_MS);
    }
  }

  async #write(id: string, etag: string | undefined, book: Book | undefined): Promise<boolean> {
    const key = { partitionKey: PARTITION, rowKey: id };
    if (book === undefined) {
      // The mark is conditional, a deletion is not. A row with the mark is no book.
      if (etag === undefined || !(await this.#table.transact([{ replace: { ...key, deleted: true }, etag }])))
        return false;
      await this.#table.delete(PARTITION, id);
      return true;
    }
    const row = rowOf(key, book);
    return etag === undefined
      ? this.#table.insert(row)
      : (await this.#table.transact([{ replace: row, etag }])) !== undefined;
  }
}

export function notFound(id: string) {
  return bookErrors.BookNotFound(`There is no book ${id.slice(0, 100)}.`);
}

/** Whether a transaction still excludes others. */
export function isOpen({ expiresAt }: Transaction, now: number): boolean {
  return Date.parse(expiresAt) > now;
}

function rowOf(key: Pick<Row, 'partitionKey' | 'rowKey'>, book: Book): Row {
  const { name, uploader, createdAt, updatedAt, current, transaction } = book;
  return {
    ...key,
    name,
    uploader,
    createdAt,
    updatedAt,
    ...(current && { current: JSON.stringify(current) }),
    ...(transaction && { transaction: JSON.stringify(transaction) }),
  };
}

/** Undefined for a row whose deletion was interrupted. */
function bookOf(row: Row): Book | undefined {
  if (row.deleted === true) return undefined;
  const { rowKey, name, uploader, createdAt, updatedAt, current, transaction } = row;
  return {
    id: rowKey,
    name: String(name ?? ''),
    uploader: String(uploader ?? ''),
    createdAt: String(createdAt),
    updatedAt: String(updatedAt),
    ...(typeof current === 'string' && { current: JSON.parse(current) as CurrentVersion }),
    ...(typeof transaction === 'string' && { transaction: JSON.parse(transaction) as Transaction }),
  };
}
