import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/**
 * How every reference service can be told to misbehave; a service may add modes of its own. `nonsense` is JSON of the
 * wrong shape, `html` a web page, `busy` 429 and `unavailable` 503 with `Retry-After`, `empty` 200 without a byte,
 * `cutOff` 200 whose connection ends after half of the announced bytes.
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
export type CommonMode = (typeof MODES)[number];

/** Waits longer than ten minutes outlast every timeout that a client can sensibly have. */
const MAX_DELAY_MS = 600_000;
const MAX_COUNT = 1_000_000;
const MAX_RULES = 100;
const MAX_IDS = 1_000;
const MAX_RETRY_AFTER_S = 86_400;

const JSON_TYPE = 'application/json';

/** The latest requests are kept for `GET /_requests`. */
const MAX_REQUESTS_KEPT = 20_000;

/** What `slow` waits when no delay is given: longer than the app's default timeouts. */
const DEFAULT_SLOW_MS = 30_000;

/** What `cutOff` announces. Half of it comes, and it is no image and no JSON: only the length can tell. */
const CUT_OFF_BYTES = 20_000;

/**
 * One fault. `delayMs` goes before any mode's answer; without `count` the fault stays until replaced; with `ids` it
 * meets only requests for these, with `calls` only these kinds of request; `retryAfter` is what `busy` and
 * `unavailable` ask for, in seconds.
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

/** A request that the service was asked to serve, and what it met. */
export interface SeenRequest {
  id: number | undefined;
  call?: string;
  mode: string;
  at: string;
}

/** The body of `POST /_faults` is not JSON of the schema's shape; the message says where. */
export class InvalidFaultError extends Error {
  override readonly name = 'InvalidFaultError';
}

/** Decides for each request what goes wrong with it. */
export interface Faults<Own extends string = never> {
  /**
   * Replaces what is in force.
   *
   * @param body the JSON text that was posted: a fault, or an array of which the first that fits a request meets it
   * @throws {InvalidFaultError} when it is not a fault; what was in force stays
   */
  set(body: string): readonly Fault<Own>[];
  /** The fault for the request that has just come, for this id or of this kind if it has one; uses up one of its count. */
  next(id?: number, call?: string): Fault<Own>;
  /** The requests that came so far, oldest first. */
  seen(): readonly SeenRequest[];
  /** Forgets the requests that came so far. */
  forget(): void;
}

/**
 * @param own modes that the service shows itself; `serveFault` leaves them to it
 * @param calls the kinds of request that faults can name
 * @param only the kinds that a mode meets when a fault names none
 */
export function createFaults<Own extends string = never>(
  own: readonly Own[] = [],
  calls: readonly string[] = [],
  only: Readonly<Partial<Record<string, string[]>>> = {},
): Faults<Own> {
  const one = faultSchema<CommonMode | Own>([...MODES, ...own], calls);
  const schema = z.union([z.array(one).max(MAX_RULES), one.transform((fault) => [fault])]);
  let rules: { fault: Fault<Own>; left: number }[] = [];
  let seen: SeenRequest[] = [];
  return {
    set(body) {
      const faults: Fault<Own>[] = parseFaults(schema, body);
      rules = faults.map((fault) => ({ fault: { calls: only[fault.mode], ...fault }, left: fault.count ?? Infinity }));
      return faults;
    },
    next(id, call) {
      const rule = rules.find(({ fault, left }) => left > 0 && meets(fault.ids, id) && meets(fault.calls, call));
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

/** Whether a fault for these, or for all, is one for this. */
const meets = <T>(named: readonly T[] | undefined, one: T | undefined) =>
  !named || (one !== undefined && named.includes(one));

function parseFaults<T>(schema: z.ZodType<T>, body: string): T {
  try {
    return schema.parse(JSON.parse(body));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : 'It is not JSON.';
    throw new InvalidFaultError(`This is no fault. ${why}`, { cause });
  }
}

/**
 * Does to a request what the fault says: waits, and for every common mode but `none` and `slow` answers or breaks it.
 *
 * @returns whether the request is dealt with, also because its client went away during the wait; false as well for a
 *   mode of the service's own
 */
export async function serveFault<Own extends string = never>(
  fault: Fault<Own>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const stays = await wait(fault.delayMs ?? (fault.mode === 'slow' ? DEFAULT_SLOW_MS : 0), response);
  if (!stays) return true;
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
    default: // none, slow, and the service's own modes
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
  request.resume(); // a client that is still sending would otherwise see a broken pipe and not the answer
  response.writeHead(status, { 'Content-Type': contentType }).end(body);
  return true;
}

/** Waits for the whole request: hanging up on a client that still sends would reset what it has been sent. */
function cutOff(request: IncomingMessage, response: ServerResponse): true {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': CUT_OFF_BYTES });
  response.write(Buffer.alloc(CUT_OFF_BYTES / 2));
  finished(request.resume(), () => request.socket.destroySoon());
  return true;
}

/** Whether the client is still there after `delayMs`. */
async function wait(delayMs: number, response: ServerResponse): Promise<boolean> {
  if (delayMs === 0) return true;
  const gone = new AbortController();
  const onClose = () => gone.abort();
  response.once('close', onClose);
  try {
    await pause(delayMs, undefined, { signal: gone.signal });
    return true;
  } catch (thrown) {
    if (gone.signal.aborted) return false;
    throw thrown;
  } finally {
    response.off('close', onClose);
  }
}
