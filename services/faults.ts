import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** How the reference services can be told to misbehave. `nonsense` is JSON of the wrong shape, `html` a web page. */
const MODES = ['none', 'slow', 'error', 'reset', 'nonsense', 'html', 'busy'] as const;

/** Waits longer than ten minutes outlast every timeout that a client can sensibly have. */
const MAX_DELAY_MS = 600_000;
const MAX_COUNT = 1_000_000;

/** What `slow` waits when no delay is given: longer than the app's default timeouts. */
const DEFAULT_SLOW_MS = 30_000;

/** Body of `POST /_faults`. `delayMs` goes before any mode's answer; without `count` the fault stays until replaced. */
export const faultSchema = z.strictObject({
  mode: z.enum(MODES),
  delayMs: z.int().min(0).max(MAX_DELAY_MS).optional(),
  count: z.int().min(1).max(MAX_COUNT).optional(),
});

export type Fault = z.infer<typeof faultSchema>;

const NO_FAULT: Fault = { mode: 'none' };

/** The body of `POST /_faults` is not JSON of the schema's shape; the message says where. */
export class InvalidFaultError extends Error {
  override readonly name = 'InvalidFaultError';
}

/** Decides for each request what goes wrong with it. */
export interface Faults {
  /**
   * Replaces what is in force.
   *
   * @param body the JSON text that was posted
   * @throws {InvalidFaultError} when it is not a fault; what was in force stays
   */
  set(body: string): Fault;
  /** The fault for the request that has just come; uses up one of its count. */
  next(): Fault;
}

export function createFaults(): Faults {
  let current = NO_FAULT;
  let left = Infinity;
  return {
    set(body) {
      current = parseFault(body);
      left = current.count ?? Infinity;
      return current;
    },
    next() {
      if (left <= 0) return NO_FAULT;
      left--;
      return current;
    },
  };
}

function parseFault(body: string): Fault {
  try {
    return faultSchema.parse(JSON.parse(body));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : 'It is not JSON.';
    throw new InvalidFaultError(`This is no fault. ${why}`, { cause });
  }
}

/**
 * Does to a request what the fault says: waits, and for every mode but `none` and `slow` answers or breaks it.
 *
 * @returns whether the request is dealt with, also because its client went away during the wait
 */
export async function serveFault(fault: Fault, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const stays = await wait(fault.delayMs ?? (fault.mode === 'slow' ? DEFAULT_SLOW_MS : 0), response);
  if (!stays) return true;
  switch (fault.mode) {
    case 'none':
    case 'slow':
      return false;
    case 'reset':
      request.socket.resetAndDestroy();
      return true;
    case 'error':
      return answer(request, response, 500, 'application/json', '{"error":"internal error"}');
    case 'nonsense':
      return answer(request, response, 200, 'application/json', '{"unexpected":["nonsense"]}');
    case 'html':
      return answer(request, response, 200, 'text/html', '<!doctype html><title>Welcome</title><h1>Welcome</h1>');
    case 'busy':
      response.setHeader('Retry-After', '1');
      return answer(request, response, 429, 'application/json', '{"error":"too many requests"}');
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
