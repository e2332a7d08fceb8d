import { setTimeout as sleep } from 'node:timers/promises';
import { OperationError } from './errors.js';

const FIRST_WAIT_MS = 100;
/** Time after the first attempt in which further ones begin: a client is answered within seconds. */
const RETRY_MS = 1_000;

/**
 * Repeats a call that fails with a retryable error, at growing intervals for a second. A call that timed out is not
 * repeated, because its client has waited for seconds already.
 *
 * @throws what the last attempt throws
 */
export async function retried<T>(call: () => Promise<T>): Promise<T> {
  const begun = Date.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    try {
      return await call();
    } catch (thrown) {
      const isTime = Date.now() - begun + waitMs <= RETRY_MS;
      if (!isTime || !OperationError.from(thrown).data.retryable) throw thrown;
      // Processes that storage refuses at the same moment wait for different times.
      await sleep(waitMs * (0.5 + Math.random() / 2));
    }
  }
}
