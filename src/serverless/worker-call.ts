import type { Readable } from 'node:stream';
import axios, { type AxiosInstance } from 'axios';
import { callConfig, createAgents, failureOf, type CallContext } from '../platform/http-client.js';
import type { BlobStore } from '../platform/storage.js';
import { keepResult, TooLong, MAX_RESULT_BYTES } from './kept-result.js';
import type { Body, WorkerEnd } from './schemas.js';

const MAX_CONTENT_TYPE = 200;

export interface WorkerRequest {
  endpoint: string;
  requestID: string;
  input: Body;
  /** The last moment, in ms since the epoch. */
  deadline: number;
  /** Resolves when it is its turn among the calls; the next one's comes with it. */
  begin(): Promise<void>;
}

export interface WorkerCaller {
  /**
   * Calls a worker once and keeps its result. What the worker does wrong is an end, not an exception.
   * @throws OperationError 503 when storage is away
   */
  call(url: string, request: WorkerRequest, context: CallContext): Promise<WorkerEnd>;
}

/** As many connections to a worker's address as its endpoint allows calls. */
export function createWorkerHttp(): AxiosInstance {
  return axios.create({
    ...createAgents({ keepAlive: true, maxSockets: Infinity }),
    maxRedirects: 0,
    maxBodyLength: Infinity,
    maxContentLength: Infinity,
    proxy: false,
    responseType: 'stream',
  });
}

export function createWorkerCaller(
  http: AxiosInstance,
  blobs: Pick<BlobStore, 'get' | 'put' | 'putStream'>,
): WorkerCaller {
  return {
    async call(url, request, context) {
      const body = await bodyOf(request, blobs);
      await request.begin();
      const left = request.deadline - Date.now();
      if (left < 0) return { state: 'expired', at: Date.now() };
      const config = callConfig({ totalTimeoutMs: left + 1 }, context);
      const headers = { ...config.headers, 'Content-Type': 'application/json' };
      try {
        const answer = await postOnce(() => http.post<Readable>(url, body, { ...config, headers }));
        const contentType = String(answer.headers['content-type'] ?? 'application/octet-stream');
        const result = await keepResult(request, answer.data, contentType.slice(0, MAX_CONTENT_TYPE), blobs);
        const at = Date.now();
        return at > request.deadline ? { state: 'expired', at } : { state: 'succeed', at, result };
      } catch (thrown) {
        return endOf(thrown, config.signal, context.signal);
      }
    },
  };
}

async function bodyOf({ endpoint, requestID, input }: WorkerRequest, blobs: Pick<BlobStore, 'get'>): Promise<Buffer> {
  const text = await textOf(input, blobs);
  const ids = JSON.stringify({ requestID, serverlessID: endpoint });
  return Buffer.from(`{"input":${text},${ids.slice(1)}`);
}

export async function textOf(input: Body, blobs: Pick<BlobStore, 'get'>): Promise<string> {
  if ('text' in input) return input.text;
  const bytes = await blobs.get(input.blob);
  if (!bytes) throw new Error('A request’s input is not where it was stored.');
  return bytes.toString('utf8');
}

/** Once more when the worker had closed the connection, kept open since an earlier call, before it could know of this. */
async function postOnce<T>(post: () => Promise<T>): Promise<T> {
  try {
    return await post();
  } catch (thrown) {
    if (!isStale(thrown)) throw thrown;
    return post();
  }
}

function isStale(thrown: unknown): boolean {
  if (!axios.isAxiosError(thrown) || thrown.response || thrown.code !== 'ECONNRESET') return false;
  return (thrown.request as { reusedSocket?: boolean } | undefined)?.reusedSocket === true;
}

/** @param budget the call's own signal; `stop`: the caller's */
function endOf(thrown: unknown, budget: AbortSignal, stop: AbortSignal | undefined): WorkerEnd {
  const at = Date.now();
  if (stop?.aborted) return { state: 'canceled', at };
  if (budget.aborted) return { state: 'expired', at };
  const why = whyOf(thrown);
  if (why === undefined) throw thrown;
  return { state: 'failed', at, error: why };
}

/** Undefined when it is no fault of the worker. */
function whyOf(thrown: unknown): string | undefined {
  if (thrown instanceof TooLong) return `the worker's result is over ${MAX_RESULT_BYTES} bytes`;
  if (axios.isAxiosError<Readable>(thrown)) thrown.response?.data.destroy();
  const failure = failureOf(thrown);
  if (failure?.kind === 'status') return `the worker answered ${failure.status}`;
  if (failure) return 'the worker cannot be reached, or hung up';
  return isBroken(thrown) ? 'the worker hung up in the middle of its answer' : undefined;
}

function isBroken(thrown: unknown): boolean {
  const { code } = thrown as Partial<NodeJS.ErrnoException>;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNABORTED';
}
