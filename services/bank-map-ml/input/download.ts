import { once } from 'node:events';
import fs from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { InputError } from './input-error.js';

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;
/** For one attempt, all of its bytes included. */
const ATTEMPT_MS = 5 * 60_000;
const MIB = 1024 * 1024;
/** The app takes 100 MB by default; whoever raises that gets twice as much. */
const MAX_BYTES = 200 * MIB;

/** The attempt failed in a way that may pass. */
class PassingError extends Error {
  override readonly name = 'PassingError';
  constructor(
    message: string,
    readonly waitMs: number | undefined,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * Fetches the URL into a file, and tries again when a failure may pass.
 *
 * @param url its query, which may be a signature, is in no message
 * @throws {InputError} when the server refuses it, it is too large, or no attempt succeeds
 */
export async function download(url: string, file: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchOnce(url, file);
      return;
    } catch (thrown) {
      if (!(thrown instanceof PassingError)) throw thrown;
      if (attempt === ATTEMPTS) throw new InputError(`${thrown.message}, ${ATTEMPTS} times.`, { cause: thrown });
      await pause(Math.min(MAX_WAIT_MS, thrown.waitMs ?? Math.random() * FIRST_WAIT_MS * 2 ** attempt));
    }
  }
}

async function fetchOnce(url: string, file: string): Promise<void> {
  const what = `The input at ${withoutQuery(url)}`;
  const response = await passing(get(url), what);
  if (response.statusCode !== 200) {
    response.destroy();
    throw refusal(response, what);
  }
  await passing(pipeline(limit(response, what), fs.createWriteStream(file, { mode: 0o600 })), what);
}

/** Not `fetch`, whose library takes longer to load than most jobs take; redirects are not followed. */
async function get(url: string): Promise<IncomingMessage> {
  const { get: send } = url.startsWith('https:') ? await import('node:https') : http;
  const request = send(url, { signal: AbortSignal.timeout(ATTEMPT_MS) });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  request.on('error', () => undefined); // from now on the response fails as well
  return response;
}

function refusal({ statusCode: status = 0, headers }: IncomingMessage, what: string): Error {
  if (status !== 408 && status !== 429 && status < 500) {
    const why = status === 401 || status === 403 ? '; its signature may have expired' : '';
    return new InputError(`${what} was answered with ${status}${why}.`);
  }
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return new PassingError(`${what} was answered with ${status}`, seconds >= 0 ? seconds * 1_000 : undefined);
}

async function* limit(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new InputError(`${what} is larger than ${MAX_BYTES / MIB} MiB.`);
    yield chunk;
  }
}

/** What goes wrong on the way may pass; what goes wrong with our own disk is not the input's fault. */
async function passing<T>(work: Promise<T>, what: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const { code, name, path } = cause as NodeJS.ErrnoException;
    if (cause instanceof InputError || path !== undefined || code === 'ENOSPC') throw cause;
    throw new PassingError(`${what} cannot be fetched (${code ?? name})`, undefined, cause);
  }
}

/** An address as messages may show it, and by which two are compared: signatures differ from call to call. */
export function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
