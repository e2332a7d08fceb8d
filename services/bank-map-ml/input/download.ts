import { once } from 'node:events';
import fs from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { InputError } from '../../input-error.js';

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 10_000;
/** Timeout of one attempt, transfer included. */
const ATTEMPT_TIMEOUT_MS = 5 * 60_000;
const MIB = 1024 * 1024;
/** The app accepts 100 MB by default; this leaves room for a higher setting. */
const MAX_BYTES = 200 * MIB;

/** The attempt failed with an error that can be retried. */
class RetryableError extends Error {
  override readonly name = 'RetryableError';
  constructor(
    message: string,
    readonly waitMs: number | undefined,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * Downloads the URL to a file, with retries.
 *
 * @param url its query, which can be a signature, is not in any message
 * @throws {InputError} when the server denies it, it is too large, or all attempts fail
 */
export async function download(url: string, file: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fetchOnce(url, file);
      return;
    } catch (thrown) {
      if (!(thrown instanceof RetryableError)) throw thrown;
      if (attempt === ATTEMPTS) throw new InputError(`${thrown.message}, ${ATTEMPTS} times.`, { cause: thrown });
      await sleep(Math.min(MAX_WAIT_MS, thrown.waitMs ?? Math.random() * FIRST_WAIT_MS * 2 ** attempt));
    }
  }
}

async function fetchOnce(url: string, file: string): Promise<void> {
  const what = `The input at ${withoutQuery(url)}`;
  const response = await retryable(get(url), what);
  if (response.statusCode !== 200) {
    response.destroy();
    throw errorFor(response, what);
  }
  await retryable(pipeline(limit(response, what), fs.createWriteStream(file, { mode: 0o600 })), what);
}

/** Does not use `fetch`, whose library takes longer to load than most jobs take. Redirects are not followed. */
async function get(url: string): Promise<IncomingMessage> {
  const { get: send } = url.startsWith('https:') ? await import('node:https') : http;
  const request = send(url, { signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS) });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  request.on('error', () => undefined); // later errors are also reported by the response
  return response;
}

function errorFor({ statusCode: status = 0, headers }: IncomingMessage, what: string): Error {
  if (status !== 408 && status !== 429 && status < 500) {
    const hint = status === 401 || status === 403 ? '; its signature may have expired' : '';
    return new InputError(`${what} returned ${status}${hint}.`);
  }
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return new RetryableError(`${what} returned ${status}`, seconds >= 0 ? seconds * 1_000 : undefined);
}

async function* limit(bytes: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new InputError(`${what} is larger than ${MAX_BYTES / MIB} MiB.`);
    yield chunk;
  }
}

/** Turns network errors into RetryableError. Disk errors are passed on: they are not errors of the input. */
async function retryable<T>(work: Promise<T>, what: string): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const { code, name, path } = cause as NodeJS.ErrnoException;
    if (cause instanceof InputError || path !== undefined || code === 'ENOSPC') throw cause;
    throw new RetryableError(`${what} cannot be fetched (${code ?? name})`, undefined, cause);
  }
}

/** The URL for messages and comparisons: signatures are secret and differ between requests. */
export function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
