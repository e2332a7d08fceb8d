import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CommandError, EXIT } from '../../dev/exit.js';
import { UNREACHABLE_HINT } from '../../dev/running-stack.js';

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;
/** The longest wait for an answer with headers, ms; a start with many files takes some seconds. */
const ANSWER_TIMEOUT_MS = 120_000;
const FINAL = ['Succeeded', 'Failed', 'Canceled'];

const problem = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });
const failure = problem.extend({ details: z.array(problem).optional() });
const monitor = z.object({
  status: z.string(),
  progress: z.object({ total: z.number(), completed: z.number(), failed: z.number() }).optional(),
  result: z.unknown().optional(),
  resultLocation: z.string().optional(),
  error: failure.optional(),
});
type Monitor = z.infer<typeof monitor>;

const upload = z.object({
  bookId: z.string(),
  transactionId: z.string(),
  url: z.string(),
  credentials: z.object({ sasToken: z.string() }),
  filesToUpload: z.array(z.string()),
});
export type Upload = z.infer<typeof upload>;

const bookPage = z.object({
  name: z.string(),
  currentVersion: z.object({ id: z.string() }).nullable(),
  files: z.array(z.object({ path: z.string(), hash: z.string(), size: z.number() })),
  nextLink: z.string().optional(),
});
export type BookPage = z.infer<typeof bookPage>;

/** A file of a book as it is announced. */
export interface AnnouncedFile {
  path: string;
  hash: string;
  size: number;
}

/** The app answered with an error, or an operation failed. */
export class BookCallError extends Error {
  override readonly name = 'BookCallError';
  constructor(
    message: string,
    readonly code: string,
    readonly paths: readonly string[] = [],
  ) {
    super(message);
  }
}

interface BookApiOptions {
  /** Base URL of the app. */
  url: string;
  /** The function key. No message contains it. */
  key: string | undefined;
  signal: AbortSignal;
  /** Called with each monitor that is read. */
  onProgress?: (progress: { total: number; completed: number; failed: number }) => void;
}

/** The calls of docs/contracts/books.md. Each rejects with a BookCallError. */
export class BookApi {
  readonly #options: BookApiOptions;

  constructor(options: BookApiOptions) {
    this.#options = options;
  }

  async start(bookId: string, request: object): Promise<Upload> {
    const ended = await this.#run(`books/${encodeURIComponent(bookId)}:upload-start`, request);
    return upload.parse(ended.resultLocation === undefined ? ended.result : await this.#whole(ended.resultLocation));
  }

  /** @throws BookCallError `UploadIncomplete` with the paths of the files */
  async finish(bookId: string, transactionId: string): Promise<void> {
    await this.#run(`books/${bookId}:upload-finish`, { transactionId, metadata: {} });
  }

  /** A page of a book. @param next `nextLink` of the page before */
  async book(bookId: string, next?: string): Promise<BookPage> {
    const response = await this.#send('GET', next ?? `books/${encodeURIComponent(bookId)}?top=1000`);
    return bookPage.parse(await response.json());
  }

  /** The URL that reads a file of a version. @throws BookCallError `BookVersionNotFound` */
  async fileUrl(bookId: string, version: string, path: string): Promise<string> {
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    const response = await this.#send('GET', `books/${bookId}/files/${encoded}?version=${version}`);
    return response.headers.get('location') ?? '';
  }

  /** Starts an operation, once for any number of attempts, and waits for its end. */
  async #run(path: string, request: object): Promise<Monitor> {
    const headers = { 'Content-Type': 'application/json', 'Operation-Id': randomUUID() };
    const started = await this.#send('POST', path, { headers, body: JSON.stringify(request) });
    const location = started.headers.get('operation-location') ?? '';
    for (;;) {
      const response = await this.#send('GET', location, { headers: { Prefer: 'wait=5' } });
      const current = monitor.parse(await response.json());
      if (current.progress) this.#options.onProgress?.(current.progress);
      if (!FINAL.includes(current.status)) continue;
      if (current.status === 'Succeeded') return current;
      throw await this.#failed(current);
    }
  }

  async #failed({ status, error, resultLocation }: Monitor): Promise<BookCallError> {
    if (!error) return new BookCallError(`The upload ended as ${status}.`, status);
    const details =
      resultLocation === undefined ? (error.details ?? []) : z.array(problem).parse(await this.#whole(resultLocation));
    return new BookCallError(
      error.message,
      error.code,
      details.flatMap(({ target }) => target ?? []),
    );
  }

  async #whole(location: string): Promise<unknown> {
    const { signal } = this.#options;
    const response = await repeatedly(() => fetch(location, { signal }), location, signal);
    if (!response.ok) throw new BookCallError(`Storage answered ${response.status}.`, 'StorageFailed');
    return response.json();
  }

  async #send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const { url, key, signal } = this.#options;
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(key !== undefined && { 'x-functions-key': key }),
    };
    const target = new URL(path, url.endsWith('/') ? url : `${url}/`);
    const response = await repeatedly(
      () => {
        const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
        return fetch(target, {
          ...init,
          method,
          headers,
          redirect: 'manual',
          signal: AbortSignal.any([signal, timeout]),
        });
      },
      target.href,
      signal,
    );
    if (response.status < 400) return response;
    throw await refusalOf(response);
  }
}

/**
 * Repeats a call while it is not answered, or answered by a status that may pass.
 *
 * @param url for the message, which has its origin only: the query may have credentials
 */
export async function repeatedly(call: () => Promise<Response>, url: string, signal: AbortSignal): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await call();
      if (![429, 500, 502, 503, 504].includes(response.status) || attempt === ATTEMPTS) return response;
      await response.body?.cancel();
    } catch {
      signal.throwIfAborted();
      if (attempt === ATTEMPTS) {
        throw new CommandError(`${new URL(url).origin} cannot be reached. ${UNREACHABLE_HINT}`, EXIT.unreachable);
      }
    }
    const waitMs = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
    await sleep(waitMs * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

async function refusalOf(response: Response): Promise<BookCallError> {
  if (response.status === 401) return new BookCallError('The function key is missing or wrong.', 'Unauthorized');
  const parsed = z.object({ error: failure }).safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) return new BookCallError(`The app answered ${response.status}.`, String(response.status));
  const { code, message, details = [] } = parsed.data.error;
  const others = details.slice(1).map((detail) => `\n  ${detail.message}`);
  return new BookCallError(`${message}${others.join('')}`, code);
}
