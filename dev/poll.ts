import { setTimeout as sleep } from 'node:timers/promises';

interface PollOptions {
  /** The wait between two reads, ms. */
  intervalMs: number;
  /** Default: no limit. */
  timeoutMs?: number;
  /** The error to throw after `timeoutMs`. */
  timeoutError?: () => Error;
}

/**
 * Calls `read` until it returns a value, and returns that value. An error of `read` ends the polling.
 *
 * @throws the `timeoutError` when `timeoutMs` has passed without a value
 */
export async function pollUntil<T>(
  read: () => Promise<T | undefined>,
  { intervalMs, timeoutMs = Infinity, timeoutError = () => new Error('The polling timed out.') }: PollOptions,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw timeoutError();
    await sleep(intervalMs);
  }
}
