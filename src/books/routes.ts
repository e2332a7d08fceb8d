import { z } from 'zod';
import { type PerInvocation } from '../operations/durable.js';
import { type Operations } from '../operations/operations.js';
import { defineStartRoute } from '../operations/start-route.js';
import { defineRoute, type Route, type RouteRequest } from '../platform/http/route.js';
import { type BlobContainers } from '../platform/blob-containers.js';
import { type Book, type BookStore } from './book-store.js';
import { bookErrors } from './errors.js';
import { type FileLists } from './file-lists.js';
import { announcedList, containerOf, newBookId, versionList } from './names.js';
import { MAX_BODY_BYTES, readUploadRequest, uploadRequest } from './request.js';
import {
  book as bookSchema,
  bookSummary,
  finishRequest,
  MAX_LISTED,
  type BookSummary,
  type FinishInput,
  type UploadInput,
  type VersionFile,
} from './schemas.js';
import { existing, finishable, mayBegin } from './transactions.js';
import { uploadFinish } from './upload-finish.orchestrator.js';
import { uploadStart } from './upload-start.orchestrator.js';

export interface BookRoutesOptions {
  operations: PerInvocation<Operations>;
  books: BookStore;
  lists: FileLists;
  containers: Pick<BlobContainers, 'readUrl' | 'delete'>;
  /** Client versions that are refused (`isDenied`). */
  deniedVersions: readonly string[];
}

/** `id` of a book that does not exist yet. */
const NEW = 'new';
/** Life of the URL that reads a file, minutes. */
const READ_MINUTES = 5;
/** The prefixes of existing clients; the first one is documented. */
const PREFIXES = ['/books', '/book', '/v1/books', '/v1/book'];

const tag = { name: 'Books', description: 'Folders of files that clients keep in step with storage.' };
const bookParams = z.object({ id: z.string().meta({ description: 'The book.' }) });

/** The calls of docs/contracts/books.md, under each prefix. */
export function createBookRoutes(options: BookRoutesOptions): Route[] {
  const routes = [startRoute, finishRoute, listRoute, getRoute, fileRoute, deleteRoute].map((route) => route(options));
  return PREFIXES.flatMap((prefix, index) =>
    routes.map((route) => defineRoute({ ...route, path: route.path.replace('/books', prefix), hidden: index > 0 })),
  );
}

function startRoute({ operations, books, lists, deniedVersions }: BookRoutesOptions): Route {
  return defineStartRoute({
    operations,
    kind: uploadStart,
    path: '/books/{id}:upload-start',
    operationId: 'startBookUpload',
    tag,
    summary: 'Prepares a new version of a book, and says which files the client has to upload',
    description: `Files of the current version with the same path and hash are copied. \`id\` is \`${NEW}\` for a new book.`,
    params: bookParams,
    stream: {
      types: ['application/json'],
      maxBytes: MAX_BODY_BYTES,
      description:
        '`{"name"?, "files": [{"path", "hash", "size"?}], "clientName", "clientVersion", "becomeUploader"?}`, up to 64 MiB.',
      schema: uploadRequest,
    },
    errors: [bookErrors.ClientOutOfDate, bookErrors.BookNotFound, bookErrors.UploadInProgress],
    async start({ params, stream }) {
      const { files, ...request } = await readUploadRequest(stream ?? nothing(), deniedVersions);
      const isNew = params.id === NEW;
      const bookIdOf = (operationId: string) => (isNew ? newBookId(operationId) : params.id);
      let pages = 0;
      return {
        input: (operationId): UploadInput => {
          return { ...request, bookId: bookIdOf(operationId), isNew, files: files.length, pages };
        },
        identity: [params.id, request],
        async prepare(operationId) {
          if (!isNew) mayBegin(await books.get(params.id), request, Date.now());
          ({
            pages: { length: pages },
          } = await lists.write(announcedList(operationId), files));
        },
      };
    },
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // a request without a body
}

function finishRoute({ operations, books }: BookRoutesOptions): Route {
  return defineStartRoute({
    operations,
    kind: uploadFinish,
    path: '/books/{id}:upload-finish',
    operationId: 'finishBookUpload',
    tag,
    summary: 'Verifies the uploaded files, and makes the new version the current one',
    params: bookParams,
    json: finishRequest,
    errors: [bookErrors.BookNotFound, bookErrors.TransactionNotFound],
    start: ({ params, json }) => ({
      input: (): FinishInput => ({ bookId: params.id, ...json }),
      async prepare() {
        finishable(await books.get(params.id), params.id, json.transactionId);
      },
    }),
  });
}

const pageQuery = (what: string, max: number) =>
  z.object({
    top: z.coerce
      .number()
      .int()
      .min(1)
      .max(max)
      .default(100)
      .meta({ description: `Most ${what} of the answer.` }),
    after: z.string().optional().meta({ description: 'Where the page begins; `nextLink` has it.' }),
  });

function listRoute({ books }: BookRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/books',
    auth: 'function',
    operationId: 'listBooks',
    tag,
    summary: 'Lists books, in the order of their ids',
    query: pageQuery('books', MAX_LISTED).extend({
      after: z
        .string()
        .regex(/^[0-9a-f]*$/, 'expected what nextLink has')
        .optional()
        .meta({ description: 'Where the page begins; `nextLink` has it.' }),
    }),
    replies: {
      200: {
        description: 'A page of books. One before the last may be short.',
        schema: z.object({ value: z.array(bookSummary), nextLink: z.url().optional() }).meta({ id: 'BookList' }),
      },
    },
    async handle(request) {
      const { top, after } = request.query;
      const { books: found, next } = await books.list(top, after);
      return { status: 200, body: { value: found.map(summaryOf), ...nextLink(request, next) } };
    },
  });
}

function getRoute({ books, lists }: BookRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/books/{id}',
    auth: 'function',
    operationId: 'getBook',
    tag,
    summary: 'Gets a book with its versions and the files of the current one',
    params: bookParams,
    query: pageQuery('files', MAX_LISTED),
    replies: { 200: { description: 'The book.', schema: bookSchema } },
    errors: [bookErrors.BookNotFound],
    async handle(request) {
      const { top, after } = request.query;
      const found = await books.get(request.params.id);
      const files = found.current ? await firstFiles(lists, found.current.id, top + 1, after) : [];
      const page = files.slice(0, top).map(({ path, hash, size = 0 }) => ({ path, hash, size }));
      const next = files.length > top ? page.at(-1)?.path : undefined;
      return { status: 200, body: { ...summaryOf(found), files: page, ...nextLink(request, next) } };
    },
  });
}

async function firstFiles(lists: FileLists, version: string, top: number, after?: string): Promise<VersionFile[]> {
  const files: VersionFile[] = [];
  for await (const page of lists.pages<VersionFile>(versionList(version), after)) {
    files.push(...page);
    if (files.length >= top) break;
  }
  return files.slice(0, top);
}

function fileRoute({ books, lists, containers }: BookRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/books/{id}/files/{path}',
    forms: { path: 'rest' },
    auth: 'function',
    operationId: 'getBookFile',
    tag,
    summary: 'Redirects to a file of the current version',
    params: bookParams.extend({ path: z.string().meta({ description: 'Path of the file, with its slashes.' }) }),
    query: z.object({
      version: z
        .string()
        .optional()
        .meta({ description: 'The version that is expected; another one is answered 404.' }),
    }),
    replies: {
      302: {
        description: `The file is at \`Location\`, which works for ${READ_MINUTES} minutes and needs no key.`,
        headers: { Location: 'URL of the file.' },
      },
    },
    errors: [bookErrors.BookNotFound, bookErrors.BookFileNotFound, bookErrors.BookVersionNotFound],
    async handle({ params, query }) {
      const { id, current } = await books.get(params.id);
      if (query.version !== undefined && query.version !== current?.id)
        throw bookErrors.BookVersionNotFound(`Version ${query.version.slice(0, 100)} is not the current one.`, {
          target: 'version',
        });
      const file = current && (await fileAt(lists, current.id, params.path));
      if (!file) throw bookErrors.BookFileNotFound(`Book ${id} has no such file.`, { target: 'path' });
      const place = { container: containerOf(current.id), name: file.path, snapshot: file.snapshot };
      const location = await containers.readUrl(place, READ_MINUTES);
      return { status: 302, headers: { Location: location, 'Cache-Control': 'no-store' } };
    },
  });
}

/** A client may have encoded the slashes of the path. */
async function fileAt(lists: FileLists, version: string, path: string): Promise<VersionFile | undefined> {
  for (const candidate of new Set([path, path.replaceAll(/%2f/gi, '/')])) {
    const found = await lists.find<VersionFile>(versionList(version), candidate);
    if (found) return found;
  }
  return undefined;
}

function deleteRoute({ books, lists, containers }: BookRoutesOptions): Route {
  return defineRoute({
    method: 'delete',
    path: '/books/{id}',
    auth: 'function',
    operationId: 'deleteBook',
    tag,
    summary: 'Deletes a book with its files, and ends its upload',
    params: bookParams,
    replies: { 204: { description: 'It is deleted.' } },
    errors: [bookErrors.BookNotFound],
    async handle({ params }) {
      const { id } = await books.get(params.id);
      const { before } = await books.change(id, (book) => void existing(book, id));
      for (const version of [before?.current?.id, before?.transaction?.id]) {
        if (version === undefined) continue;
        await containers.delete(containerOf(version));
        await lists.delete(versionList(version));
      }
      return { status: 204 };
    },
  });
}

function summaryOf({ id, name, uploader, createdAt, updatedAt, current, transaction }: Book): BookSummary {
  return {
    id,
    name,
    uploader,
    createdDateTime: createdAt,
    lastUpdatedDateTime: updatedAt,
    currentVersion: current ?? null,
    upload: transaction
      ? {
          id: transaction.id,
          startedDateTime: transaction.startedAt,
          expiresDateTime: transaction.expiresAt,
          files: transaction.files,
          clientName: transaction.clientName,
          clientVersion: transaction.clientVersion,
        }
      : null,
  };
}

function nextLink({ url }: Pick<RouteRequest, 'url'>, after: string | undefined): { nextLink?: string } {
  if (after === undefined) return {};
  const next = new URL(url);
  next.searchParams.delete('code'); // the function key is a secret
  next.searchParams.set('after', after);
  return { nextLink: next.href };
}
