import { type Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { type PerInvocation } from '../../operations/durable.js';
import { type Operations } from '../../operations/operations.js';
import { OperationError } from '../../platform/errors.js';
import { type Reply, type RouteRequest } from '../../platform/http/route.js';
import { logFailure } from '../../platform/logging.js';
import { type BlobStore } from '../../platform/storage.js';
import { filesErrors } from '../errors.js';
import { fileBlobName } from '../names.js';
import { type StoredFile } from '../uploads/file-store.js';
import { mediaTypeOf } from '../uploads/file-type.js';
import { hashOf, type Analyses, type KeyMatch } from './analyses.js';
import { requestedRange, type ByteRange } from './byte-range.js';
import { contentDisposition } from './content-disposition.js';
import { DOWNLOAD_BEGAN } from './schemas.js';
import { type DownloadSlots } from './download-slots.js';
import { type AnalysisFiles } from './analysis-files.js';

/** A reader that takes nothing for so long loses its connection and its slot, ms. */
const IDLE_MS = 60_000;
/** After so many seconds a slot may be free. */
const RETRY_AFTER_S = 5;

export interface DownloadOptions {
  analyses: Analyses;
  files: Pick<AnalysisFiles, 'get'>;
  blobs: Pick<BlobStore, 'stream'>;
  slots: DownloadSlots;
  operations: PerInvocation<Operations>;
}

type KeyRequest = Pick<RouteRequest, 'header' | 'invocation'>;

export function keyNotFound(): OperationError {
  return filesErrors.KeyNotFound('The key is unknown, or is not valid any more.');
}

/**
 * The bytes of an analyzed file, or the part that the request asks for.
 * @throws OperationError 404 `KeyNotFound` or `FileNotFound`, 416 `RangeNotSatisfiable`, 429 `TooManyDownloads`, 503
 */
export async function download(options: DownloadOptions, key: string, request: KeyRequest): Promise<Reply> {
  const { match, file } = await find(options, key);
  const range = rangeOf(request, file);
  if (range === 'unsatisfiable') return unsatisfiable(file);
  const leave = await options.slots.enter(file.id, hashOf(match.analysis.key).slice(0, 16), range !== undefined);
  if (!leave) return tooManyDownloads();
  try {
    const { isValid, isFirst } = await options.analyses.beginDownload(match.id, match.analysis.key);
    if (!isValid) throw keyNotFound();
    const told = isFirst ? raise(options.operations, match, DOWNLOAD_BEGAN, request) : undefined;
    const bytes = await options.blobs.stream(fileBlobName(file.id), range?.start ?? 0, range?.end ?? file.size);
    await told;
    if (!bytes) throw filesErrors.FileNotFound('The file of the analysis was deleted.');
    return { ...replyOf(match, file, range), body: watched(bytes, leave) };
  } catch (thrown) {
    leave();
    throw thrown;
  }
}

/** The headers of `download`; it is no download. */
export async function describeDownload(options: DownloadOptions, key: string, request: KeyRequest): Promise<Reply> {
  const { match, file } = await find(options, key);
  const range = rangeOf(request, file);
  return range === 'unsatisfiable' ? { ...unsatisfiable(file), body: undefined } : replyOf(match, file, range);
}

async function find({ analyses, files }: DownloadOptions, key: string): Promise<{ match: KeyMatch; file: StoredFile }> {
  const match = await analyses.byKey(key);
  if (!match?.isValid) throw keyNotFound();
  const file = await files.get(match.analysis.file);
  if (!file) throw filesErrors.FileNotFound('The file of the analysis was deleted.');
  return { match, file };
}

/** Tells the orchestration of an analysis; without the event it sees the change when it reads the row again. */
export async function raise(
  operations: PerInvocation<Operations>,
  { id, analysis }: Pick<KeyMatch, 'id' | 'analysis'>,
  event: string,
  request: Pick<RouteRequest, 'invocation'>,
): Promise<void> {
  try {
    await operations(request).raise(analysis.operationId, event);
  } catch (thrown) {
    logFailure(request.invocation, OperationError.from(thrown), `Analysis ${id}, event ${event}: `);
  }
}

function rangeOf(request: KeyRequest, file: StoredFile): ByteRange | 'unsatisfiable' | undefined {
  const conditions = { range: request.header('range'), ifRange: request.header('if-range') };
  return requestedRange(conditions, file.size, { etag: etagOf(file), lastModified: new Date(file.uploadedAt) });
}

/** A file never changes, and its number is never used again. */
const etagOf = ({ id, size }: StoredFile) => `"${id}-${size}"`;

function replyOf({ analysis }: KeyMatch, file: StoredFile, range: ByteRange | undefined): Reply {
  const { start, end } = range ?? { start: 0, end: file.size };
  return {
    status: range ? 206 : 200,
    headers: {
      'Content-Type': mediaTypeOf(file.type),
      'Content-Length': String(end - start),
      ...(range && { 'Content-Range': `bytes ${start}-${end - 1}/${file.size}` }),
      'Content-Disposition': contentDisposition(file.name),
      'Accept-Ranges': 'bytes',
      ETag: etagOf(file),
      'Last-Modified': new Date(file.uploadedAt).toUTCString(),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-User-ID': String(analysis.user),
      'X-File-Target-Audience': analysis.audience,
      'X-Refer-Key': analysis.key,
    },
  };
}

function unsatisfiable({ size }: StoredFile): Reply {
  return refusal(filesErrors.RangeNotSatisfiable(`Range: the file has ${size} bytes.`, { target: 'Range' }), {
    'Content-Range': `bytes */${size}`,
  });
}

function tooManyDownloads(): Reply {
  const error = filesErrors.TooManyDownloads('Ten downloads of the file are going on; try again shortly.');
  return refusal(error, { 'Retry-After': String(RETRY_AFTER_S) });
}

function refusal({ data: { status, code, message } }: OperationError, headers: Record<string, string>): Reply {
  return { status, headers: { 'x-ms-error-code': code, ...headers }, body: { errors: message } };
}

/**
 * Bytes that are read from storage as the reader takes them.
 * @param onEnd called once: at the end, when the reader is gone, and when it takes nothing for `IDLE_MS`
 */
export function watched(source: Readable, onEnd: () => void, idleMs = IDLE_MS): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let timer: NodeJS.Timeout | undefined;
  const end = () => {
    clearTimeout(timer);
    source.destroy();
    onEnd();
  };
  const awaitReader = (fail: (error: Error) => void) => {
    timer = setTimeout(() => {
      end();
      fail(new Error('The reader took nothing for too long.'));
    }, idleMs).unref();
  };
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => awaitReader((error) => controller.error(error)),
      async pull(controller) {
        clearTimeout(timer);
        try {
          const next = await chunks.next();
          if (next.done) {
            end();
            controller.close();
          } else {
            controller.enqueue(next.value);
            awaitReader((error) => controller.error(error));
          }
        } catch (thrown) {
          end();
          throw thrown;
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 }, // no read-ahead for a reader that stops
  );
}
