import { ApiError, type Problem } from './errors.js';
import { Deadline, sleep } from './time.js';

export interface ClientOptions {
  /** URL of the app, such as `https://my-app.azurewebsites.net`. */
  baseUrl: string;
  /** A function key. It is sent to the app only, as a header, and no error has it. */
  key?: string | undefined;
  /** How long a call is repeated that meets no connection, 429, 502, 503 or 504; ms. @default 60000 */
  retryMs?: number | undefined;
  /** The life of an event stream, ms: less than what ends long requests on the way. Azure ends them after 230 s. @default 210000 */
  streamMs?: number | undefined;
  /** @default the global `fetch` */
  fetch?: typeof fetch | undefined;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. What the app does goes on. */
  signal?: AbortSignal | undefined;
}

export interface Call extends CallOptions {
  headers?: Record<string, string | undefined>;
  body?: BodyInit;
  /** Whether a repeated call does what one does. @default true */
  isRepeatable?: boolean;
  /** The longest time of one attempt, ms. @default 60000 */
  timeoutMs?: number;
}

/** An answer that is no error. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

const RETRIED = [429, 502, 503, 504];
const ATTEMPT_MS = 60_000;
const FIRST_WAIT_MS = 200;
const MAX_WAIT_MS = 10_000;

/** The wait before the next attempt, ms: it doubles, and half of it is random. */
export function backoffMs(attempt: number): number {
  return Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}

/** Calls of the app. */
export class Http {
  readonly streamMs: number;
  readonly #base: string;
  readonly #key: string | undefined;
  readonly #retryMs: number;
  readonly #fetch: typeof fetch;

  constructor({ baseUrl, key, retryMs = 60_000, streamMs = 210_000, fetch = globalThis.fetch }: ClientOptions) {
    this.#base = new URL(baseUrl).href.replace(/\/+$/, '');
    this.#key = key;
    this.#retryMs = retryMs;
    this.streamMs = streamMs;
    this.#fetch = (url, init) => fetch(url, init); // a browser's fetch must be called on its window
  }

  /** Makes a call, again while it meets what `RETRIED` and `retryMs` say. @throws ApiError */
  async send(method: string, path: string, call: Call = {}): Promise<Answer> {
    const { signal, isRepeatable = true } = call;
    const end = Date.now() + this.#retryMs;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(method, path, call);
      } catch (thrown) {
        if (!(thrown instanceof ApiError)) throw thrown;
        thrown.attempts = attempt;
        const waitMs = backoffMs(attempt) + thrown.retryAfterMs;
        const mayRepeat = thrown.retryable && (isRepeatable || thrown.status === 429);
        if (!mayRepeat || Date.now() + waitMs > end) throw thrown;
        await sleep(waitMs, signal);
      }
    }
  }

  /** Makes one attempt, and does not read the body. @throws what `fetch` throws */
  open(method: string, path: string, { headers, body, signal }: Call): Promise<Response> {
    const isOwn = path.startsWith('/');
    const sent: Record<string, string> = isOwn && this.#key !== undefined ? { 'x-functions-key': this.#key } : {};
    for (const name in headers) if (headers[name] !== undefined) sent[name] = headers[name];
    return this.#fetch(isOwn ? this.#base + path : path, {
      method,
      headers: sent,
      redirect: 'manual', // a key must not go elsewhere
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  }

  async #attempt(method: string, path: string, call: Call): Promise<Answer> {
    const { timeoutMs = ATTEMPT_MS } = call;
    const deadline = new Deadline(call.signal, timeoutMs);
    let answer: Answer;
    try {
      const response = await this.open(method, path, { ...call, signal: deadline.signal });
      answer = { status: response.status, headers: response.headers, text: await response.text() };
    } catch (cause) {
      call.signal?.throwIfAborted();
      // A URL that is not of the app is a secret.
      const where = path.startsWith('/') ? this.#base : new URL(path).origin;
      const what = deadline.isOver ? `did not answer within ${timeoutMs / 1_000} s` : 'cannot be reached';
      throw new ApiError({
        status: 0,
        code: 'ConnectionFailed',
        message: `${where} ${what}.`,
        retryable: true,
        cause,
      });
    } finally {
      deadline.close();
    }
    if (isGood(answer.status)) return answer;
    throw errorOf(answer, `${method} ${path.split('?', 1)[0] ?? ''}`);
  }
}

/** A success, or 304. */
const isGood = (status: number) => (status >= 200 && status < 300) || status === 304;

/** What `Retry-After` says in seconds or as a date (RFC 9110, 10.2.3), ms; undefined without it. */
export function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** The headers and the body of a call that sends JSON. */
export function jsonCall(json: unknown, call: Call = {}): Call {
  return { ...call, headers: { 'Content-Type': 'application/json', ...call.headers }, body: JSON.stringify(json) };
}

/** Undefined without a body. @throws ApiError for an answer that is no JSON, such as the page of a proxy */
export function parsed({ status, headers, text }: Answer): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    const type = headers.get('content-type') ?? 'without a type';
    const message = `The answer is not JSON (${type}); is there another service at this URL?`;
    throw new ApiError({ status, code: 'AnswerNotReadable', message, retryable: false, cause });
  }
}

/** The error of an answer: of the form of the app, of an older API, or of what stands before the app. */
function errorOf({ status, headers, text }: Answer, call: string): ApiError {
  const body = bodyOf(text);
  const given = typeof body.error === 'object' ? body.error : undefined;
  const sentence = [given?.message, body.error, body.errors].find((value) => typeof value === 'string');
  return new ApiError({
    message: sentence ?? `${call} was answered ${status}.`,
    code: given?.code ?? headers.get('x-ms-error-code') ?? `Http${status}`,
    ...(given?.target !== undefined && { target: given.target }),
    details: given?.details ?? [],
    status,
    retryable: RETRIED.includes(status),
    requestId: headers.get('x-ms-request-id') ?? body.trace_id,
    retryAfterMs: retryAfterMs(headers) ?? 0,
  });
}

interface ErrorBody {
  error?: Problem | string;
  errors?: string;
  trace_id?: string;
}

function bodyOf(text: string): ErrorBody {
  try {
    return (JSON.parse(text) ?? {}) as ErrorBody;
  } catch {
    return {}; // the status says enough
  }
}
