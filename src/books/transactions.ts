import { isOpen, notFound, type Book, type Transaction } from './book-store.js';
import { bookErrors } from './errors.js';
import { type UploadInput } from './schemas.js';

/** @throws OperationError 404 `BookNotFound` */
export function existing(book: Book | undefined, bookId: string): Book {
  if (!book) throw notFound(bookId);
  return book;
}

/**
 * Checks that an upload may begin.
 * @returns whether it goes on with the transaction of the book: the same client announces the same files
 * @throws OperationError 409 `UploadInProgress`
 */
export function mayBegin(
  book: Book | undefined,
  { clientName, fingerprint, becomeUploader }: Pick<UploadInput, 'clientName' | 'fingerprint' | 'becomeUploader'>,
  now: number,
): boolean {
  const transaction = book?.transaction;
  if (!book || !transaction || !isOpen(transaction, now)) return false;
  const isSame = transaction.clientName === clientName && transaction.fingerprint === fingerprint;
  if (isSame && transaction.finishing === undefined) return true;
  if (becomeUploader) return false;
  throw inProgress(book.id);
}

/**
 * Checks that an upload may finish.
 * @returns its transaction; none when its version is the current one already
 * @throws OperationError 404 `BookNotFound` or `TransactionNotFound`
 */
export function finishable(
  book: Book | undefined,
  bookId: string,
  transactionId: string,
): { transaction?: Transaction } {
  const { current, transaction } = existing(book, bookId);
  if (current?.id === transactionId) return {};
  if (transaction?.id !== transactionId) return noTransaction(bookId);
  return { transaction };
}

export function noTransaction(bookId: string): never {
  throw bookErrors.TransactionNotFound(
    `Book ${bookId} has no such transaction; it may have been canceled, taken over or expired. Start the upload again.`,
    { target: 'transactionId' },
  );
}

export function inProgress(bookId: string) {
  return bookErrors.UploadInProgress(
    `Another upload of book ${bookId} is under way. Try again when it has ended, or take the book over with becomeUploader.`,
  );
}

/** Undefined when nothing is left of the book. */
export function withoutTransaction(book: Book | undefined): Book | undefined {
  if (!book?.current) return undefined;
  const { transaction: _, ...rest } = book;
  return rest;
}
