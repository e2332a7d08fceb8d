import { request, type Dispatcher } from 'undici';
import { canPass, RetryableError, retryAfterMs } from './retries.js';

/** The longest wait for the headers of a response, and for the next bytes of its body. */
const IDLE_TIMEOUT_MS = 60_000;

interface Call {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

/**
 * Sends one request. Redirects are not followed: they can lead to another origin.
 *
 * @throws {RetryableError} on a connection error, and on a status that may pass
 */
export async function send(url: string, { signal, ...call }: Call): Promise<Dispatcher.ResponseData> {
  const timeouts = { headersTimeout: IDLE_TIMEOUT_MS, bodyTimeout: IDLE_TIMEOUT_MS };
  const response = await request(url, { ...call, ...timeouts, signal }).catch((cause: unknown) => {
    throw asRetryable(cause);
  });
  if (!canPass(response.statusCode)) return response;
  await discard(response);
  throw new RetryableError(`the app answered ${response.statusCode}`, retryAfterMs(response.headers['retry-after']));
}

/** Reads and drops the body, so that the connection can be used again. */
export async function discard({ body }: Dispatcher.ResponseData): Promise<void> {
  await body.dump().catch((cause: unknown) => {
    throw asRetryable(cause);
  });
}

/** A connection error as RetryableError: only its code, because messages can hold the URL. */
export function asRetryable(cause: unknown): RetryableError {
  const { code, name } = cause as NodeJS.ErrnoException;
  return new RetryableError(`the connection to the app failed (${code ?? name})`, undefined, { cause });
}
