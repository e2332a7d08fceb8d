import {
  createClient,
  type BookUpload,
  type BookUploadRequest,
  type LonghaulClient,
  type operations,
  type Operation,
} from '@longhaul/client';
import { FIRST_RETRY_MS } from '../app.js';

export type BookPage = operations['getBook']['responses'][200]['content']['application/json'];
/** A file of a book as it is announced. */
export type AnnouncedFile = BookUploadRequest['files'][number];

interface BookApiOptions {
  /** Base URL of the app. */
  url: string;
  /** The function key. */
  key: string | undefined;
  signal: AbortSignal;
  /** Called with the progress of each operation. */
  onProgress?: (progress: { total: number; completed: number; failed: number }) => void;
}

/** The calls of docs/contracts/books.md. Each rejects with the errors of the client. */
export class BookApi {
  readonly #options: BookApiOptions;
  /** For the first call: reports an app that cannot be reached in seconds. */
  readonly #first: LonghaulClient;
  readonly #longhaul: LonghaulClient;

  constructor(options: BookApiOptions) {
    const { url: baseUrl, key } = options;
    this.#options = options;
    this.#first = createClient({ baseUrl, key, retryMs: FIRST_RETRY_MS });
    this.#longhaul = createClient({ baseUrl, key, fetch: withTargets });
  }

  async start(bookId: string, request: BookUploadRequest): Promise<BookUpload> {
    const { signal } = this.#options;
    return this.#end(await this.#first.books.uploadStart(bookId, request, { signal }));
  }

  /** @throws OperationFailedError `UploadIncomplete`, whose details have the paths of the files */
  async finish(bookId: string, transactionId: string): Promise<void> {
    const { signal } = this.#options;
    await this.#end(await this.#longhaul.books.uploadFinish(bookId, { transactionId, metadata: {} }, { signal }));
  }

  /** The first page of a book. */
  book(bookId: string): Promise<BookPage> {
    return this.#page(this.#first, bookId, '?top=1000');
  }

  /** A further page. @param nextLink that of the page before */
  nextPage(bookId: string, nextLink: string): Promise<BookPage> {
    return this.#page(this.#longhaul, bookId, new URL(nextLink).search);
  }

  #page(longhaul: LonghaulClient, bookId: string, query: string): Promise<BookPage> {
    const { signal } = this.#options;
    return longhaul.request('GET', `/books/${encodeURIComponent(bookId)}${query}`, { signal });
  }

  /** The URL that reads a file of a version. @throws ApiError `BookVersionNotFound` */
  fileUrl(bookId: string, version: string, path: string): Promise<string> {
    const { signal } = this.#options;
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return this.#longhaul.request('GET', `/books/${bookId}/files/${encoded}?version=${version}`, { signal });
  }

  async #end<R>({ id }: Operation<R>): Promise<R> {
    const { signal, onProgress } = this.#options;
    const operation = this.#longhaul.resume<R>(id);
    for await (const { progress } of operation.updates({ signal })) if (progress) onProgress?.(progress);
    return operation.result({ signal });
  }
}

/** A redirect as JSON, its target: a client does not follow redirects, since a key must not go elsewhere. */
async function withTargets(...call: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...call);
  return response.status === 302 ? Response.json(response.headers.get('location')) : response;
}
