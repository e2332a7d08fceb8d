import { pollUntil } from '../../dev/poll.js';

/** Long waits poll less often: the app and its storage have work to do. */
const intervalMs = (passedMs: number) => Math.min(Math.max(passedMs / 20, 10), 200);

/** For clients of an app that is killed several times: each restart takes many seconds on a busy machine. */
export const UNDER_KILLS_MS = 240_000;

/**
 * Polls `read` until it returns a value. An error of `read`, such as a refused connection, counts as no value.
 *
 * @param what named in the message of the timeout error, whose cause is the last error of `read`
 */
export async function eventually<T>(read: () => Promise<T | undefined>, what = 'it', timeoutMs = 100_000): Promise<T> {
  let failure: unknown;
  const readOrFail = async () => {
    failure = undefined;
    try {
      return await read();
    } catch (thrown) {
      failure = thrown;
      return undefined;
    }
  };
  const timeoutError = () => new Error(`Timed out waiting for ${what}.`, { cause: failure });
  return pollUntil(readOrFail, { intervalMs, timeoutMs, timeoutError });
}
