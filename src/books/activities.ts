import { randomBytes } from 'node:crypto';
import { type z } from 'zod';
import { defineActivity, type Activity } from '../operations/activities.js';
import { resultBlobName } from '../operations/names.js';
import { type StoredResult } from '../operations/stored-result.js';
import { type BlobContainers } from '../platform/blob-containers.js';
import { type BlobStore } from '../platform/storage.js';
import { type BookStore, type Book, type Transaction } from './book-store.js';
import { checkPage } from './check-page.js';
import { bookErrors } from './errors.js';
import { byPath, type FileLists } from './file-lists.js';
import { announcedList, containerOf, storedList, versionList, wholeBlobName } from './names.js';
import {
  BEGIN_FINISH,
  BEGIN_UPLOAD,
  CHECK_FILES,
  checkInput,
  finishInput,
  MAX_LISTED,
  RELEASE_FINISH,
  RELEASE_UPLOAD,
  releaseInput,
  STORE_PROBLEMS,
  STORE_UPLOAD,
  SWITCH_VERSION,
  switchInput,
  UPLOAD_HOURS,
  uploadInput,
  versionInput,
  type Begun,
  type FileProblem,
  type PageReport,
  type StoredFile,
  type UploadInput,
  type UploadResult,
  type VersionFile,
} from './schemas.js';
import { existing, finishable, inProgress, mayBegin, noTransaction, withoutTransaction } from './transactions.js';

export interface BookServices {
  books: BookStore;
  lists: FileLists;
  containers: BlobContainers;
  blobs: Pick<BlobStore, 'put'>;
}

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

export function createBookActivities(services: BookServices): Record<string, Activity> {
  const { books, lists, containers, blobs } = services;

  /** Stores which blobs a version's container has. */
  const listStored = async (operationId: string, version: string) => {
    const found: StoredFile[] = [];
    for await (const page of containers.blobs(containerOf(version)))
      found.push(...page.map(({ name, bytes, etag }) => ({ path: name, size: bytes, etag })));
    await lists.write(storedList(operationId), found.sort(byPath));
  };

  /** Deletes what a version has. */
  const deleteVersion = async (version: string) => {
    await containers.delete(containerOf(version));
    await lists.delete(versionList(version));
  };

  return {
    [BEGIN_UPLOAD]: defineActivity(uploadInput, async (input, { operationId }): Promise<Begun> => {
      const { before, after } = await books.change(input.bookId, (book) => begin(book, input, operationId));
      const { current, transaction } = existing(after, input.bookId);
      const { id: version, pages, files } = transaction ?? noTransaction(input.bookId);
      const replaced = before?.transaction?.id;
      if (replaced !== undefined && replaced !== version) await deleteVersion(replaced);
      await containers.create(containerOf(version));
      await listStored(operationId, version);
      const index = (await lists.index(announcedList(operationId))) ?? { entries: 0, pages: [] };
      await lists.putIndex(versionList(version), index);
      return { version, pages, files, ...(current && { base: current.id }) };
    }),

    [CHECK_FILES]: defineActivity(checkInput, (page, { operationId, signal }): Promise<PageReport> => {
      return checkPage({ lists, containers }, { ...page, operationId }, signal);
    }),

    [STORE_UPLOAD]: defineActivity(
      versionInput,
      async ({ bookId, version }, { operationId }): Promise<StoredResult> => {
        const { transaction } = await books.get(bookId);
        const isOwn = transaction?.id === version && transaction.operation === operationId;
        if (!isOwn || transaction.finishing !== undefined) throw inProgress(bookId);
        const { url, sasToken, expiresDateTime } = await containers.allowUploads(containerOf(version), UPLOAD_HOURS);
        const paths = await pathsOf(lists, version, ({ etag }) => etag === undefined);
        const result = (filesToUpload: string[]): UploadResult => ({
          bookId,
          transactionId: version,
          url,
          credentials: { sasToken, expiresDateTime },
          filesToUpload,
          filesToUploadCount: paths.length,
        });
        return storeBoth(blobs, operationId, paths, result);
      },
    ),

    [RELEASE_UPLOAD]: defineActivity(
      releaseInput,
      async ({ bookId }, { operationId }): Promise<void> => {
        const isOwn = (transaction?: Transaction) =>
          transaction?.operation === operationId && transaction.finishing === undefined;
        const { before, after } = await books.change(bookId, (book) =>
          isOwn(book?.transaction) ? withoutTransaction(book) : book,
        );
        const removed = before?.transaction?.id;
        if (removed !== undefined && removed !== after?.transaction?.id) await deleteVersion(removed);
      },
      { always: true },
    ),

    [BEGIN_FINISH]: defineActivity(finishInput, async ({ bookId, transactionId }, { operationId }): Promise<Begun> => {
      const { after } = await books.change(bookId, (book) => {
        const { transaction } = finishable(book, bookId, transactionId);
        if (!book || !transaction) return book;
        const expiresAt = [transaction.expiresAt, inHours(UPLOAD_HOURS)].sort()[1] ?? '';
        return { ...book, transaction: { ...transaction, finishing: operationId, expiresAt } };
      });
      const { current, transaction } = existing(after, bookId);
      if (!transaction || current?.id === transactionId)
        return { version: transactionId, pages: 0, files: 0, isDone: true };
      await containers.endUploads(containerOf(transactionId));
      await listStored(operationId, transactionId);
      return { version: transactionId, pages: transaction.pages, files: transaction.files };
    }),

    [STORE_PROBLEMS]: defineActivity(versionInput, async ({ version }, { operationId }): Promise<StoredResult> => {
      const details: { code: string; message: string; target: string }[] = [];
      for await (const page of lists.pages<VersionFile>(versionList(version)))
        for (const { path, problem } of page)
          if (problem !== undefined)
            details.push({ code: bookErrors.UploadIncomplete.code, message: SENTENCES[problem], target: path });
      return storeBoth(blobs, operationId, details, (shown) => shown);
    }),

    [SWITCH_VERSION]: defineActivity(switchInput, async (input, { operationId }): Promise<void> => {
      const { before, after } = await books.change(input.bookId, (book) => switched(book, input, operationId));
      const old = before?.current?.id;
      if (old !== undefined && old !== after?.current?.id) await deleteVersion(old);
    }),

    [RELEASE_FINISH]: defineActivity(
      releaseInput,
      async ({ bookId }, { operationId }): Promise<void> => {
        const { after, before } = await books.change(bookId, (book) => {
          if (book?.transaction?.finishing !== operationId) return book;
          const { finishing: _, ...transaction } = book.transaction;
          return { ...book, transaction };
        });
        if (after === before || !after?.transaction) return;
        await containers.allowUploads(containerOf(after.transaction.id), hoursLeft(after.transaction));
        // Another end of the upload may have begun, or be done, since: its version must not change any more.
        const now = await books.change(bookId, (book) => book);
        const { id, finishing } = now.after?.transaction ?? {};
        if (id !== after.transaction.id || finishing !== undefined)
          await containers.endUploads(containerOf(after.transaction.id));
      },
      { always: true },
    ),
  };
}

const SENTENCES: Record<FileProblem, string> = {
  missing: 'The file is missing.',
  size: 'The file has another size than announced.',
  hash: 'The file has another hash than announced.',
};

/** The book with a transaction of this upload: a new one, or an earlier one of the same files, which goes on. */
function begin(book: Book | undefined, input: UploadInput, operationId: string): Book {
  const { bookId, isNew, name, clientName, clientVersion, fingerprint, files, pages } = input;
  const transaction = book?.transaction;
  if (book && transaction?.operation === operationId) return book; // the activity runs again
  const isResumed = mayBegin(book, input, Date.now());
  if (!book && !isNew) existing(book, bookId);
  const now = new Date().toISOString();
  const { id, startedAt } =
    isResumed && transaction ? transaction : { id: randomBytes(16).toString('hex'), startedAt: now };
  const next: Transaction = {
    id,
    startedAt,
    operation: operationId,
    clientName,
    clientVersion,
    fingerprint,
    expiresAt: inHours(UPLOAD_HOURS),
    ...(name !== undefined && { name }),
    files,
    pages,
  };
  const base = book ?? { id: bookId, name: name ?? '', uploader: clientName, createdAt: now, updatedAt: now };
  return { ...base, transaction: next };
}

/** The book with the transaction's version as its current one. */
function switched(
  book: Book | undefined,
  { bookId, transactionId, metadata, becomeUploader, bytes }: z.infer<typeof switchInput>,
  operationId: string,
): Book | undefined {
  const { transaction } = finishable(book, bookId, transactionId);
  if (!book || !transaction) return book; // switched already
  if (transaction.finishing !== operationId) throw inProgress(bookId);
  const { name, clientName, clientVersion, files } = transaction;
  const now = new Date().toISOString();
  const { transaction: _, ...rest } = book;
  return {
    ...rest,
    name: name ?? book.name,
    uploader: becomeUploader || !book.current ? clientName : book.uploader,
    updatedAt: now,
    current: { id: transactionId, createdDateTime: now, files, bytes, clientName, clientVersion, metadata },
  };
}

function hoursLeft({ expiresAt }: Transaction): number {
  return Math.max(0, (Date.parse(expiresAt) - Date.now()) / HOUR_MS);
}

async function pathsOf(lists: FileLists, version: string, isWanted: (file: VersionFile) => boolean): Promise<string[]> {
  const paths: string[] = [];
  for await (const page of lists.pages<VersionFile>(versionList(version)))
    paths.push(...page.filter(isWanted).map(({ path }) => path));
  return paths;
}

/** Stores what the monitor shows, with the first entries, and, where there are more, the same with all of them. */
async function storeBoth<T>(
  blobs: Pick<BlobStore, 'put'>,
  operationId: string,
  entries: readonly T[],
  shape: (entries: T[]) => unknown,
): Promise<StoredResult> {
  const put = async (name: string, shown: T[]) => {
    const bytes = Buffer.from(JSON.stringify(shape(shown)));
    await blobs.put(name, bytes, 'application/json');
    return bytes.length;
  };
  const whole = entries.length > MAX_LISTED ? wholeBlobName(operationId) : undefined;
  if (whole !== undefined) await put(whole, [...entries]);
  const name = resultBlobName(operationId);
  return { name, bytes: await put(name, entries.slice(0, MAX_LISTED)), ...(whole !== undefined && { whole }) };
}
