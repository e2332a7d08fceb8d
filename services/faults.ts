import { type IncomingMessage, type ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/**
 * The fault modes of every reference service; a service can add its own.
 *
 * - `nonsense`: JSON of the wrong shape; `html`: a web page; `empty`: 200 with an empty body
 * - `busy`: 429 with `Retry-After`; `unavailable`: 503 with `Retry-After`
 * - `cutOff`: 200, and the connection closes after half of the body
 */
const MODES = [
  'none',
  'slow',
  'error',
  'reset',
  'nonsense',
  'html',
  'busy',
  'unavailable',
  'notFound',
  'forbidden',
  'empty',
  'cutOff',
] as const;
type CommonMode = (typeof MODES)[number];

/** Ten minutes: longer than any reasonable client timeout. */
const MAX_DELAY_MS = 600_000;
const MAX_COUNT = 1_000_000;
const MAX_RULES = 100;
const MAX_IDS = 1_000;
const MAX_RETRY_AFTER_S = 86_400;

const JSON_TYPE = 'application/json';

/** How many of the latest requests `GET /_requests` returns. */
const MAX_REQUESTS_KEPT = 20_000;

/** The default delay of `slow`: longer than the app's default timeouts. */
const DEFAULT_SLOW_MS = 30_000;

/** The `Content-Length` of `cutOff`. The half that is sent is zeros, so only the length shows that the body is cut. */
const CUT_OFF_BYTES = 20_000;

/**
 * One fault.
 *
 * - `delayMs`: wait before the response, in every mode
 * - `count`: number of requests it applies to; without it, the fault stays until it is replaced
 * - `ids`, `calls`: it applies only to requests for these IDs, or of these kinds
 * - `retryAfter`: value of the header in `busy` and `unavailable`, seconds
 */
function faultSchema<Mode extends string>(modes: readonly Mode[], calls: readonly string[]) {
  return z.strictObject({
    mode: z.enum(modes),
    calls: z.array(z.enum(calls)).max(MAX_IDS).optional(),
    delayMs: z.int().min(0).max(MAX_DELAY_MS).optional(),
    count: z.int().min(1).max(MAX_COUNT).optional(),
    ids: z.array(z.int().min(0)).max(MAX_IDS).optional(),
    retryAfter: z.int().min(0).max(MAX_RETRY_AFTER_S).optional(),
  });
}

export interface Fault<Own extends string = never> {
  mode: CommonMode | Own;
  calls?: string[] | undefined;
  delayMs?: number | undefined;
  count?: number | undefined;
  ids?: number[] | undefined;
  retryAfter?: number | undefined;
}

/** A request to the service, and the fault mode that was applied to it. */
interface SeenRequest {
  id: number | undefined;
  call?: string;
  mode: string;
  at: string;
}

/** The body of `POST /_faults` is not JSON or does not match the schema; the message says where. */
export class InvalidFaultError extends Error {
  override readonly name = 'InvalidFaultError';
}

/** Decides for each request which fault applies to it. */
export interface Faults<Own extends string = never> {
  /**
   * Replaces the current faults.
   *
   * @param body JSON text: a fault, or an array; the first fault that matches a request applies to it
   * @throws {InvalidFaultError} when it is not a fault; the current faults are kept
   */
  set(body: string): readonly Fault<Own>[];
  /** Records a request, with its ID and kind if it has them, and returns its fault, whose count is reduced by one. */
  next(id?: number, call?: string): Fault<Own>;
  /** The recorded requests, oldest first. */
  seen(): readonly SeenRequest[];
  /** Deletes the recorded requests. */
  forget(): void;
}

/**
 * @param own additional modes, which the service implements itself
 * @param calls the kinds of requests that faults can name
 * @param only the kinds to which a mode applies when a fault names none
 */
export function createFaults<Own extends string = never>(
  own: readonly Own[] = [],
  calls: readonly string[] = [],
  only: Readonly<Partial<Record<string, string[]>>> = {},
): Faults<Own> {
  const fault = faultSchema<CommonMode | Own>([...MODES, ...own], calls);
  const schema = z.union([z.array(fault).max(MAX_RULES), fault.transform((single) => [single])]);
  let rules: { fault: Fault<Own>; left: number }[] = [];
  let seen: SeenRequest[] = [];
  return {
    set(body) {
      const faults: Fault<Own>[] = parseFaults(schema, body);
      rules = faults.map((fault) => ({ fault: { calls: only[fault.mode], ...fault }, left: fault.count ?? Infinity }));
      return faults;
    },
    next(id, call) {
      const rule = rules.find(({ fault, left }) => left > 0 && applies(fault.ids, id) && applies(fault.calls, call));
      if (rule) rule.left--;
      const fault = rule?.fault ?? { mode: 'none' };
      seen.push({ id, ...(call !== undefined && { call }), mode: fault.mode, at: new Date().toISOString() });
      if (seen.length > MAX_REQUESTS_KEPT) seen.shift();
      return fault;
    },
    seen: () => seen,
    forget() {
      seen = [];
    },
  };
}

/** Whether the list contains the value; a fault without a list applies to all. */
const applies = <T>(list: readonly T[] | undefined, value: T | undefined) =>
  !list || (value !== undefined && list.includes(value));

function parseFaults<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : 'It is not JSON.';
    throw new InvalidFaultError(`The body is not a fault. ${reason}`, { cause });
  }
}

/**
 * Applies a fault to a request: waits, then sends the response or breaks the connection.
 *
 * @returns true when the request is finished, also when the client disconnected during the wait; false for `none`,
 *   `slow` and modes of the service's own, which the service then serves
 */
export async function serveFault<Own extends string = never>(
  fault: Fault<Own>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const isConnected = await wait(fault.delayMs ?? (fault.mode === 'slow' ? DEFAULT_SLOW_MS : 0), response);
  if (!isConnected) return true;
  switch (fault.mode) {
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'error':
      return answer(request, response, 500, JSON_TYPE, '{"error":"internal error"}');
    case 'nonsense':
      return answer(request, response, 200, JSON_TYPE, '{"unexpected":["nonsense"]}');
    case 'html':
      return answer(request, response, 200, 'text/html', '<!doctype html><title>Welcome</title><h1>Welcome</h1>');
    case 'busy':
    case 'unavailable':
      response.setHeader('Retry-After', String(fault.retryAfter ?? 1));
      if (fault.mode === 'busy') return answer(request, response, 429, JSON_TYPE, '{"error":"too many requests"}');
      return answer(request, response, 503, JSON_TYPE, '{"error":"unavailable"}');
    case 'notFound':
      return answer(request, response, 404, JSON_TYPE, '{"error":"not found"}');
    case 'forbidden':
      return answer(request, response, 403, JSON_TYPE, '{"error":"forbidden"}');
    case 'empty':
      return answer(request, response, 200, 'application/octet-stream', '');
    case 'cutOff':
      return cutOff(request, response);
    default: // none, slow, modes of the service
      return false;
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
): true {
  request.resume(); // otherwise a client that is still sending gets a broken pipe instead of the response
  response.writeHead(status, { 'Content-Type': contentType }).end(body);
  return true;
}

/** Reads the whole request first: closing while the client sends would discard the response that it has not read. */
function cutOff(request: IncomingMessage, response: ServerResponse): true {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': CUT_OFF_BYTES });
  response.write(Buffer.alloc(CUT_OFF_BYTES / 2));
  finished(request.resume(), () => request.socket.destroySoon());
  return true;
}

/** Whether the client is still connected after `delayMs`. */
async function wait(delayMs: number, response: ServerResponse): Promise<boolean> {
  if (delayMs === 0) return true;
  const disconnected = new AbortController();
  const onClose = () => disconnected.abort();
  response.once('close', onClose);
  try {
    await sleep(delayMs, undefined, { signal: disconnected.signal });
    return true;
  } catch (thrown) {
    if (disconnected.signal.aborted) return false;
    throw thrown;
  } finally {
    response.off('close', onClose);
  }
}
