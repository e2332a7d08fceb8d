import { type BlobContainers } from '../platform/blob-containers.js';
import { type BlobStore } from '../platform/storage.js';
import { isOpen, type Book, type BookStore } from './book-store.js';
import { concurrently } from '../platform/concurrently.js';
import { CONTAINER_PREFIX, containerOf, LISTS_PREFIX, versionList } from './names.js';
import { withoutTransaction } from './transactions.js';

interface CleanupOptions {
  books: BookStore;
  containers: Pick<BlobContainers, 'names' | 'delete'>;
  blobs: Pick<BlobStore, 'folders' | 'deletePrefix'>;
  /** The clock, ms since the epoch. */
  now?: number;
}

export interface CleanupReport {
  /** Transactions that had expired. */
  expired: number;
  /** Versions that no book has. */
  deleted: number;
}

const BOOKS_A_PAGE = 1_000;
const DELETED_AT_ONCE = 8;

/**
 * Ends transactions that have expired, and deletes the container and the lists of each version that no row names. The
 * versions are listed before the rows are read: by B2 of book-store.ts one that is being made is named already.
 */
export async function cleanUpBooks({
  books,
  containers,
  blobs,
  now = Date.now(),
}: CleanupOptions): Promise<CleanupReport> {
  const [names, folders] = await Promise.all([containers.names(CONTAINER_PREFIX), blobs.folders(LISTS_PREFIX)]);
  const found = new Set([
    ...names.map((name) => name.slice(CONTAINER_PREFIX.length)),
    ...folders.map((folder) => folder.slice(LISTS_PREFIX.length, -1)),
  ]);
  let expired = 0;
  await books.deleteMarked();
  for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
    const page = await books.list(BOOKS_A_PAGE, after);
    for (const book of page.books) {
      const kept = await withoutExpired(books, book, now);
      if (kept?.transaction?.id !== book.transaction?.id) expired++;
      for (const id of [kept?.current?.id, kept?.transaction?.id]) if (id !== undefined) found.delete(id);
    }
    after = page.next;
  }
  await concurrently([...found], DELETED_AT_ONCE, async (version) => {
    await containers.delete(containerOf(version));
    await blobs.deletePrefix(versionList(version));
  });
  return { expired, deleted: found.size };
}

async function withoutExpired(books: BookStore, book: Book, now: number): Promise<Book | undefined> {
  const isExpired = ({ transaction }: Book) => transaction !== undefined && !isOpen(transaction, now);
  if (!isExpired(book)) return book;
  const { after } = await books.change(book.id, (current) =>
    current && isExpired(current) ? withoutTransaction(current) : current,
  );
  return after;
}
