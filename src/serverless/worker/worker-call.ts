import { Readable } from 'node:stream';
import { type CallContext } from '../../platform/http-client.js';
import { type BodySource, type SendRequest } from '../../platform/http-connection.js';
import { type BlobStore } from '../../platform/storage.js';
import { MAX_RESULT_BYTES, ResultTooLongError, storeResult } from '../results/result-storage.js';
import { type Body, type ResultRef, type WorkerEnd } from '../schemas.js';

const MAX_CONTENT_TYPE = 200;

interface WorkerRequest {
  endpoint: string;
  requestID: string;
  input: Body;
  /** A result at this moment still counts, in ms since the epoch. */
  deadline: number;
}

export interface WorkerCaller {
  /**
   * Calls a worker once and stores its result. A failure of the worker is an end, not an exception.
   *
   * @throws OperationError 503 when storage is away
   */
  call(url: string, request: WorkerRequest, context: CallContext): Promise<WorkerEnd>;
}

type Blobs = Pick<BlobStore, 'get' | 'putStream'>;

export function createWorkerCaller(send: SendRequest, blobs: Blobs): WorkerCaller {
  return {
    async call(url, request, context) {
      const body = await bodyOf(request, blobs);
      const cutOff = createCutOff(request.deadline, context.signal);
      const { signal } = cutOff;
      try {
        const call = send({ method: 'POST', url: new URL(url), headers: headersOf(context), body, signal });
        const result = await resultOf(request, call, blobs);
        const at = Date.now();
        return at > request.deadline ? { state: 'expired', at } : { state: 'succeed', at, result };
      } catch (thrown) {
        const state = cutOff.state();
        if (state !== undefined) return { state, at: Date.now() };
        if (thrown instanceof WorkerFault) return { state: 'failed', at: Date.now(), error: thrown.message };
        throw thrown;
      } finally {
        cutOff.end();
      }
    },
  };
}

/** Aborts a call when its time is over or its request has ended otherwise, and tells which. */
function createCutOff(deadline: number, stop: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, Math.max(0, deadline + 1 - Date.now()));
  if (stop?.aborted || Date.now() > deadline) abort();
  stop?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    state: (): 'canceled' | 'expired' | undefined => {
      if (stop?.aborted) return 'canceled';
      return controller.signal.aborted || Date.now() > deadline ? 'expired' : undefined;
    },
    end: () => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', abort);
    },
  };
}

function headersOf({ traceParent }: CallContext): Record<string, string> {
  return {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'longhaul-serverless',
    ...(traceParent !== undefined && { traceparent: traceParent }),
  };
}

/** A long input is sent in parts: a copy of 20 MB would stop the process for up to 100 ms. */
async function bodyOf(
  { endpoint, requestID, input }: WorkerRequest,
  blobs: Pick<BlobStore, 'get'>,
): Promise<Buffer | BodySource> {
  const ids = JSON.stringify({ requestID, serverlessID: endpoint });
  const parts = [Buffer.from('{"input":'), await readInput(input, blobs), Buffer.from(`,${ids.slice(1)}`)];
  if ('text' in input) return Buffer.concat(parts);
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  return { bytes, open: () => Promise.resolve(Readable.from(parts)) };
}

/** The JSON text of a request's input. @throws OperationError 503 when storage is away */
export async function readInput(input: Body, blobs: Pick<BlobStore, 'get'>): Promise<Buffer> {
  if ('text' in input) return Buffer.from(input.text);
  const bytes = await blobs.get(input.blob);
  if (!bytes) throw new Error('The input of a request is not where it was stored.');
  return bytes;
}

/** Of a worker's error, bytes. */
const MAX_ERROR_BYTES = 1_024;

/** The first part of an error's text on one line; empty when it cannot be read. */
async function errorText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length >= MAX_ERROR_BYTES) break;
    }
  } catch {
    // the status says that it failed
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_ERROR_BYTES).toString();
  // A character that was cut in two is no part of it.
  return text
    .replace(/\uFFFD$/, '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}

/** A failure of the worker; its message is shown to clients. */
class WorkerFault extends Error {
  override readonly name = 'WorkerFault';
}

/** @throws WorkerFault, OperationError 503 when storage is away */
async function resultOf(request: WorkerRequest, call: ReturnType<SendRequest>, blobs: Blobs): Promise<ResultRef> {
  const response = await call.catch((cause: unknown) => {
    throw new WorkerFault('the worker cannot be reached, or hung up', { cause });
  });
  const { status, headers } = response;
  if (status < 200 || status > 299) {
    const text = await errorText(response.stream());
    throw new WorkerFault(`the worker answered ${status}${text === '' ? '' : `: ${text}`}`);
  }
  const [contentType = 'application/octet-stream'] = [headers['content-type'] ?? []].flat();
  const stream = response.stream();
  try {
    return await storeResult(request.endpoint, stream, contentType.slice(0, MAX_CONTENT_TYPE), blobs);
  } catch (cause) {
    if (cause instanceof ResultTooLongError)
      throw new WorkerFault(`the worker's result is over ${MAX_RESULT_BYTES} bytes`, { cause });
    if (stream.errored === cause) throw new WorkerFault('the worker hung up in the middle of its answer', { cause });
    throw cause;
  } finally {
    stream.destroy();
  }
}
