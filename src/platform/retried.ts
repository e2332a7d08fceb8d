import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from './errors.js';

const FIRST_WAIT_MS = 100;
/** With the waits between them, attempts that fail immediately end within a second. */
const ATTEMPTS = 4;
/** After this time there is no further attempt: the client has waited for seconds already, for example for a time-out. */
const LONGEST_MS = 2_500;

/**
 * Repeats a call that fails with a retryable error, at growing intervals.
 *
 * @param forMs how long it is repeated, ms. Default: up to three times
 * @throws what the last attempt throws
 */
export async function retried<T>(call: () => Promise<T>, forMs?: number): Promise<T> {
  const begun = Date.now();
  for (let attempt = 1, waitMs = FIRST_WAIT_MS; ; attempt++, waitMs *= 2) {
    try {
      return await call();
    } catch (thrown) {
      const isLast = Date.now() - begun > (forMs ?? LONGEST_MS) || (forMs === undefined && attempt === ATTEMPTS);
      if (isLast || !OperationError.from(thrown).data.retryable) throw thrown;
      // Processes that storage refuses at the same moment wait for different times.
      await sleep(waitMs * (0.5 + Math.random() / 2));
    }
  }
}
