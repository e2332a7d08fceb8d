import { setTimeout as sleep } from 'node:timers/promises';

interface PollOptions {
  /** The wait between two reads, ms, or how it follows from the time that has passed. */
  intervalMs: number | ((passedMs: number) => number);
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
  const began = performance.now();
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    const passedMs = performance.now() - began;
    if (passedMs > timeoutMs) throw timeoutError();
    await sleep(typeof intervalMs === 'number' ? intervalMs : intervalMs(passedMs));
  }
}
