import { ApiError } from './errors.js';
import { Http, jsonCall, parsed, type Answer, type Call, type CallOptions, type ClientOptions } from './http.js';
import { Operation } from './operation.js';
import {
  type Analysis,
  type AnalyzeRequest,
  type AnalyzeResult,
  type BookFinishRequest,
  type BookUpload,
  type BookUploadRequest,
  type BookVersion,
  type History,
  type ListFilter,
  type MapResult,
  type MapStarted,
  type Monitor,
  type NotShown,
  type RecognizeBatchRequest,
  type RecognizeBatchResult,
  type RecognizeRequest,
  type RecognizeResult,
  type Selection,
} from './types.js';
import { base64, upload, type UploadOptions, type UploadSource } from './upload.js';

/** Ids of one call (docs/contracts/managing-operations.md, Reading). */
const MANY = 100;
/** The longest time of a request that sends a whole file, ms. */
const FILE_MS = 1_800_000;

export interface StartOptions extends CallOptions {
  /** 16 to 100 characters of `A-Z a-z 0-9 - _`. The same id never starts a second operation. @default a random one */
  operationId?: string | undefined;
  /** Where the app posts an event when the operation has ended (docs/contracts/managing-operations.md, Callbacks). */
  webhookUrl?: string | undefined;
}

export interface RequestOptions extends CallOptions {
  /** Sent as the body. */
  json?: unknown;
  /** Sent as it is, instead of `json`, such as a file. */
  body?: BodyInit;
  headers?: Record<string, string>;
  /** Whether a repeated call does what one does. @default true for all methods but POST */
  isRepeatable?: boolean;
  /** The longest time of one attempt, ms. @default 60000 */
  timeoutMs?: number;
}

/** What `requestWithHeaders` gives. */
export interface AnswerWithHeaders<T> {
  body: T;
  headers: Headers;
}

/** A client of the app. Its methods that start an operation have the names of the kinds of operations. */
export type LonghaulClient = ReturnType<typeof createClient>;

/** Creates a client. Nothing is called. @throws TypeError when `baseUrl` is no URL */
export function createClient(options: ClientOptions) {
  const http = new Http(options);

  async function started<R, A = Monitor<R>>(path: string, call: Call, given: StartOptions): Promise<Operation<R, A>> {
    const { operationId = newId(), webhookUrl, signal } = given;
    const headers = { ...call.headers, 'Operation-Id': operationId, 'Webhook-Url': webhookUrl };
    const answer = await http.send('POST', path, { ...call, headers, signal });
    const location = answer.headers.get('operation-location')?.split('?', 1)[0]?.split('/').at(-1);
    return new Operation(http, answer.headers.get('operation-id') ?? location ?? operationId, parsed(answer) as A);
  }

  const startJson = <R, A = Monitor<R>>(path: string, json: unknown, given: StartOptions = {}) =>
    started<R, A>(path, jsonCall(json), given);

  const resume = <R = unknown>(token: string): Operation<R> => new Operation<R>(http, token);

  const call = async <T>(method: string, path: string, given: Call = {}): Promise<T> =>
    parsed(await http.send(method, path, given)) as T;

  const requested = (method: string, path: string, { json, ...given }: RequestOptions = {}): Promise<Answer> => {
    const options = { isRepeatable: method !== 'POST', ...given };
    return http.send(method, path, json === undefined ? options : jsonCall(json, options));
  };

  return {
    plates: {
      /** Reads the plate on one image: of an image id, or of the image itself as a JPEG, PNG or WebP. */
      recognize: (image: RecognizeRequest | Blob, given: StartOptions = {}) =>
        image instanceof Blob
          ? started<RecognizeResult>(
              '/plates/recognize',
              { headers: { 'Content-Type': image.type }, body: image },
              given,
            )
          : startJson<RecognizeResult>('/plates/recognize', image, given),
      /** Reads the plates on up to 1,000 images. */
      recognizeBatch: (request: RecognizeBatchRequest, given?: StartOptions) =>
        startJson<RecognizeBatchResult>('/plates/recognize-batch', request, given),
    },

    bankMap: {
      /** Maps the bank-statement lines of a zip to accounts. */
      map: (zip: Blob, { company, ...given }: StartOptions & { company: string }) =>
        started<MapResult, MapStarted>('/api/map', zipCall(zip, company), given),
    },

    books: {
      /** Prepares a new version of a book, and says which files to upload. `new` is the id of a new book. */
      uploadStart: (bookId: string, request: BookUploadRequest, given?: StartOptions) =>
        startJson<BookUpload>(`/books/${encodeURIComponent(bookId)}:upload-start`, request, given),
      /** Verifies the uploaded files, and makes the new version the current one. */
      uploadFinish: (bookId: string, request: BookFinishRequest, given?: StartOptions) =>
        startJson<BookVersion>(`/books/${encodeURIComponent(bookId)}:upload-finish`, request, given),
    },

    files: {
      /** Uploads a file of up to 5 GB. A lost connection costs the bytes of one request. @throws ApiError */
      upload: (source: UploadSource, given: UploadOptions = {}) => upload(http, source, given),
      /** Analyzes an uploaded file. */
      analyze: (request: AnalyzeRequest, given?: StartOptions) =>
        startJson<AnalyzeResult, Analysis>('/cinema/', request, given),
      /** Analyzes the file of an analysis that has ended again. */
      reanalyze: (analysis: number, given: StartOptions = {}) =>
        started<AnalyzeResult, Analysis>(`/cinema/${analysis}/restart/`, {}, given),
    },

    operations: {
      /** Reads the status monitor. */
      get: (id: string, given?: CallOptions) => resume(id).get(given),
      /** The monitors of many operations, in the order of the ids. Large results are at `resultLocation` only. */
      async getMany(ids: readonly string[], { signal }: CallOptions = {}): Promise<(Monitor | NotShown)[]> {
        const all: (Monitor | NotShown)[] = [];
        for (let from = 0; from < ids.length; from += MANY) {
          const body = jsonCall({ ids: ids.slice(from, from + MANY) }, { signal });
          all.push(...(await call<{ value: (Monitor | NotShown)[] }>('POST', '/status:batchGet', body)).value);
        }
        return all;
      },
      /** Pages of operations, newest first, without their results. A page may be empty. */
      async *list(filter: ListFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<Monitor[], void> {
        for (let query: string | undefined = queryOf(filter); query !== undefined;) {
          const page: Page = await call('GET', `/status${query}`, { signal });
          yield page.value;
          query = page.nextLink && new URL(page.nextLink).search; // behind a proxy, the app may not know its own host
        }
      },
      /** Asks an operation to stop; its monitor says when it has. */
      cancel: (id: string, given?: CallOptions) => resume(id).cancel(given),
      /** Cancels many operations: an operation of its own, with an outcome for each id. */
      cancelMany: (selection: Selection, given?: StartOptions) => startJson('/status:cancel', selection, given),
      /** Starts a new operation with the input of one that has failed, was canceled, or has failed items. */
      retry: <R = unknown>(id: string, given: StartOptions = {}) => started<R>(`${pathOf(id)}:retry`, {}, given),
      /** Deletes an operation that has ended, with its inputs and results. */
      async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
        try {
          await http.send('DELETE', pathOf(id), { signal });
        } catch (thrown) {
          // The answer to an earlier attempt was lost.
          if (!(thrown instanceof ApiError && thrown.status === 404 && thrown.attempts > 1)) throw thrown;
        }
      },
      /** Deletes many operations that have ended: an operation of its own, with an outcome for each id. */
      deleteMany: (selection: Selection, given?: StartOptions) => startJson('/status:delete', selection, given),
      /** What happened during an operation, in the order in which it began. */
      history: (id: string, given?: CallOptions) => call<History>('GET', `${pathOf(id)}/history`, given),
    },

    /** Starts an operation of any kind. @param path such as `/thumbnails/create` */
    start: <R = unknown>(path: string, json: unknown, given?: StartOptions) => startJson<R>(path, json, given),

    /** The operation of a token, or of an id. Nothing is called. */
    resume,

    /**
     * Makes any call that answers with JSON, or without a body: undefined then.
     * @param path with a slash at its beginning @throws ApiError
     */
    request: async <T = unknown>(method: string, path: string, given?: RequestOptions): Promise<T> =>
      parsed(await requested(method, path, given)) as T,

    /** Does what `request` does, and gives the headers too, such as an `ETag`. @throws ApiError */
    async requestWithHeaders<T = unknown>(
      method: string,
      path: string,
      given?: RequestOptions,
    ): Promise<AnswerWithHeaders<T>> {
      const answer = await requested(method, path, given);
      return { body: parsed(answer) as T, headers: answer.headers };
    },
  };
}

interface Page {
  value: Monitor[];
  nextLink?: string;
}

function zipCall(body: Blob, company: string): Call {
  const headers = { 'Content-Type': 'application/zip', RecognitionForId: base64(company) };
  return { headers, body, timeoutMs: FILE_MS };
}

function queryOf(filter: ListFilter): string {
  const given = Object.entries<string | number | undefined>(filter).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

const pathOf = (id: string) => `/status/${encodeURIComponent(id)}`;

/** 32 hexadecimal digits. `crypto.randomUUID` is missing on pages without HTTPS. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
