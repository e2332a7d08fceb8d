import { randomBytes } from 'node:crypto';
import type { Server, Upload } from '@tus/server' with { 'resolution-mode': 'import' };
import { OperationError } from '../../platform/errors.js';
import { errorReply } from '../../platform/http/dispatch.js';
import { type Reply, type RouteRequest } from '../../platform/http/route.js';
import { type BlobStore } from '../../platform/storage.js';
import { userOf } from '../caller.js';
import { filesErrorForm, filesErrors } from '../errors.js';
import { type FileStore } from './file-store.js';
import { limited } from './body-limit.js';
import { createTusStore } from './tus-store.js';
import { type UploadLocks } from './upload-lock.js';
import { type Checksum, CHECKSUM_ALGORITHMS } from './upload-writer.js';
import { MAX_FILE_BYTES } from './uploads.js';

const VERSION = '1.0.0';
/** Longest header `Upload-Metadata`, characters; its values are kept in a row of a table. */
const MAX_METADATA = 8_192;
/** Time that a request has to store what it has read when another one takes its upload over, ms. */
const RELEASE_MS = 500;

/** Request headers of the protocol. */
const REQUEST_HEADERS = [
  'Tus-Resumable',
  'Upload-Offset',
  'Upload-Length',
  'Upload-Defer-Length',
  'Upload-Metadata',
  'Upload-Concat',
  'Content-Type',
  'Content-Length',
];

export interface TusOptions {
  files: FileStore;
  blobs: BlobStore;
  locks: UploadLocks;
  defaultUser: number;
  /** Most bytes of a request's body. */
  maxBodyBytes: number;
}

type TusRequest = RouteRequest<{ id?: string }>;
type Method = 'POST' | 'HEAD' | 'PATCH' | 'DELETE' | 'OPTIONS';

/**
 * Serves the tus protocol 1.0 (https://tus.io/protocols/resumable-upload) with `@tus/server`. What is this project's own:
 * the checksum, the limit of a body, the form of errors, and `X-File-Id`.
 */
export function createTus(options: TusOptions): (method: Method, request: TusRequest) => Promise<Reply> {
  return async (method, request) => {
    try {
      checkVersion(method, request);
      checkLength(request, options.maxBodyBytes);
      return await serve(options, method, request);
    } catch (thrown) {
      if (!(thrown instanceof OperationError)) throw thrown;
      const reply = errorReply(thrown.data, request.traceId, filesErrorForm);
      return withTusHeaders(method === 'HEAD' ? { ...reply, body: undefined } : reply);
    }
  };
}

async function serve(options: TusOptions, method: Method, request: TusRequest): Promise<Reply> {
  const tus = await import('@tus/server'); // an ES module
  const { maxBodyBytes } = options;
  const store = createTusStore(tus, {
    files: options.files,
    blobs: options.blobs,
    user: userOf(request, options.defaultUser),
    checksum: checksumOf(request),
  });
  const body = new Body(limited(request.stream ?? [], maxBodyBytes, () => partTooLarge(maxBodyBytes)));
  let failure: unknown;
  const server = new tus.Server({
    path: '/files/tus',
    datastore: store,
    // Nobody else knows the id of a new upload.
    locker: method === 'POST' ? { newLock: () => NO_LOCK } : options.locks,
    lockDrainTimeout: RELEASE_MS,
    maxSize: MAX_FILE_BYTES,
    namingFunction: () => randomBytes(16).toString('hex'),
    getFileIdFromRequest: () => request.params.id?.toLowerCase(),
    generateUrl: (_, { id }) => new URL(`${request.url.pathname.replace(/\/?$/, '/')}${id}`, request.url.origin).href,
    onUploadCreate: (_, upload) => Promise.resolve(checkNew(request, upload)),
    onResponseError: (_, error) => void (failure = error),
  });
  const response = await server.handleWeb(webRequest(method, request, body));
  if (failure !== undefined) throw errorOf(failure, body.failure);
  const text = await response.text();
  if (response.status >= 400) throw errorOf({ status_code: response.status, body: text }, undefined);
  return replyOf(method, response, store.fileId);
}

const NO_LOCK = { lock: () => Promise.resolve(), unlock: () => Promise.resolve() };

/** A request's body, and why it ended early: the package tells its own error instead. */
class Body {
  failure: unknown;
  readonly #source: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#source;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

type WebRequest = Parameters<Server['handleWeb']>[0];

function webRequest(method: Method, request: TusRequest, body: Body): WebRequest {
  const headers = new Headers();
  for (const name of REQUEST_HEADERS) {
    const value = request.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  const hasBody = method === 'POST' || method === 'PATCH';
  const init = { method, headers, ...(hasBody && { body: ReadableStream.from(body), duplex: 'half' as const }) };
  return new Request(request.url, init);
}

function checkVersion(method: Method, request: TusRequest): void {
  const version = request.header('Tus-Resumable');
  if (method === 'OPTIONS' || version === VERSION) return;
  throw filesErrors.TusVersionUnsupported(`Tus-Resumable: expected ${VERSION}.`, { target: 'Tus-Resumable' });
}

function checkLength(request: TusRequest, maxBytes: number): void {
  if (Number(request.header('Content-Length') ?? 0) > maxBytes) throw partTooLarge(maxBytes);
}

function partTooLarge(maxBytes: number): OperationError {
  return filesErrors.UploadTooLarge(`The body is longer than ${maxBytes} bytes; send the upload in smaller parts.`);
}

/** @throws OperationError 400 `UploadInvalid` */
function checkNew(request: TusRequest, upload: Upload): { metadata?: Upload['metadata'] } {
  if ((request.header('Upload-Metadata') ?? '').length > MAX_METADATA) {
    throw filesErrors.UploadInvalid(`Upload-Metadata: longer than ${MAX_METADATA} characters.`, {
      target: 'Upload-Metadata',
    });
  }
  if (upload.size !== 0) return {};
  throw filesErrors.UploadInvalid('Upload-Length: the file is empty.', { target: 'Upload-Length' });
}

/** @throws OperationError 400 `UploadInvalid` */
function checksumOf(request: TusRequest): Checksum | undefined {
  const text = request.header('Upload-Checksum');
  if (text === undefined) return undefined;
  const [, name, digest] = /^(\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const algorithm = CHECKSUM_ALGORITHMS.find((known) => known === name);
  if (algorithm && digest !== undefined) return { algorithm, digest: Buffer.from(digest, 'base64') };
  throw filesErrors.UploadInvalid(
    `Upload-Checksum: expected one of ${CHECKSUM_ALGORITHMS.join(', ')}, a space and the checksum in base64.`,
    { target: 'Upload-Checksum' },
  );
}

function replyOf(method: Method, response: Response, fileId: number | undefined): Reply {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) {
    // Which origins may call is a setting of the Function App.
    if (!name.startsWith('access-control-') && name !== 'content-length' && name !== 'content-type') {
      headers[name] = value;
    }
  }
  if (fileId !== undefined) headers['X-File-Id'] = String(fileId);
  if (method === 'OPTIONS') headers['Tus-Checksum-Algorithm'] = CHECKSUM_ALGORITHMS.join(',');
  return { status: response.status, headers };
}

/** An error of the package. */
interface TusError {
  status_code: number;
  body: string;
}

/** The errors of the package by status; others are 400. */
const ERRORS: Record<number, (message: string) => OperationError> = {
  404: filesErrors.FileNotFound,
  409: filesErrors.UploadConflict,
  410: filesErrors.UploadExpired,
  413: filesErrors.UploadTooLarge,
  501: filesErrors.UploadInvalid, // concatenation
};

/** @param broken why the body ended early */
function errorOf(failure: unknown, broken: unknown): unknown {
  if (broken !== undefined && !(failure instanceof OperationError)) return broken;
  if (!isTusError(failure)) return failure;
  if (failure.body.startsWith('Request aborted')) {
    return filesErrors.UploadLocked('Another request has taken this upload over; ask for its offset with HEAD.');
  }
  const error = ERRORS[failure.status_code] ?? (failure.status_code < 500 ? filesErrors.UploadInvalid : undefined);
  return error?.(failure.body.trim().replace(/[^.]$/, '$&.')) ?? failure;
}

function isTusError(failure: unknown): failure is TusError {
  return typeof failure === 'object' && failure !== null && 'status_code' in failure && 'body' in failure;
}

function withTusHeaders(reply: Reply): Reply {
  const own = { 'Tus-Resumable': VERSION, ...(reply.status === 412 && { 'Tus-Version': VERSION }) };
  return { ...reply, headers: { ...reply.headers, ...own } };
}
