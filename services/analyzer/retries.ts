import { setTimeout as sleep } from 'node:timers/promises';

/** How often a request is repeated, and after which waits, ms. */
export interface RetryPolicy {
  /** Attempts without progress. */
  readonly attempts: number;
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
}

/** An attempt failed with an error that may pass. The message has no part of the URL. */
export class RetryableError extends Error {
  override readonly name = 'RetryableError';

  /** @param waitMs the wait that the server asked for */
  constructor(
    message: string,
    readonly waitMs?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Repeats `attempt` while it throws RetryableError. Waits double; a wait that the server asks for is used up to
 * `maxWaitMs`.
 *
 * @param progress a number that grows when an attempt makes progress; the count of attempts then starts again
 * @throws {RetryableError} of the last attempt
 * @throws the signal's reason when it is aborted
 */
export async function retried<T>(
  { attempts, firstWaitMs, maxWaitMs }: RetryPolicy,
  signal: AbortSignal,
  attempt: () => Promise<T>,
  progress: () => number = () => 0,
): Promise<T> {
  let best = progress();
  for (let failed = 1; ; failed++) {
    try {
      return await attempt();
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof RetryableError)) throw thrown;
      if (progress() > best) failed = 1;
      best = Math.max(best, progress());
      if (failed >= attempts) throw thrown;
      const backoff = firstWaitMs * 2 ** (failed - 1) * (0.75 + Math.random() / 2);
      await sleep(Math.min(maxWaitMs, thrown.waitMs ?? backoff), undefined, { signal });
    }
  }
}

/** The wait of a `Retry-After` header in ms: seconds or an HTTP date (RFC 9110, 10.2.3). Undefined without a valid one. */
export function retryAfterMs(header: unknown): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Whether a repeated request can get another answer than this status. */
export const canPass = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500;
