import { setTimeout as sleep } from 'node:timers/promises';
import { CallError, type JobStatus } from './answers.js';
import { type BankMapClient } from './client.js';

/** After this many 404 responses in a row the job does not exist; fewer may mean that it is not visible yet. */
const UNKNOWN_LIMIT = 3;

interface FollowOptions {
  /** The wait between two polls is random, from 0 to this. */
  pollMs: number;
  /** Whether to poll before the first wait, for a job that was submitted earlier. */
  pollImmediately: boolean;
  /** The longest time to wait for the job. */
  maxWaitMs: number;
  signal: AbortSignal;
  /** Called after each poll with the status, or with the message of a retryable error. */
  onStatus: (status: string) => void;
}

/** The job ended without a result, or does not exist. */
export class JobEndedError extends Error {
  override readonly name = 'JobEndedError';
}

/** The job did not end in time. */
class JobTimeoutError extends Error {
  override readonly name = 'JobTimeoutError';
}

/**
 * Polls a job until it is Completed (docs/contracts/bank-map.md).
 *
 * @throws {JobEndedError} when it is Failed, Canceled or unknown
 * @throws {JobTimeoutError} when it has not ended after `maxWaitMs`
 * @throws {CallError} for an error that a retry does not solve
 */
export async function followJob(client: BankMapClient, job: string, options: FollowOptions): Promise<void> {
  const { pollMs, pollImmediately, maxWaitMs, signal, onStatus } = options;
  const deadline = performance.now() + maxWaitMs;
  const poll = createPoll(client, job);
  let retryAfterMs = pollImmediately ? 0 : Infinity;
  for (let last = 'unknown'; ;) {
    const left = deadline - performance.now();
    if (left <= 0) throw new JobTimeoutError(`Job ${job} is not done after ${maxWaitMs / 60_000} minutes (${last}).`);
    await sleep(Math.min(Math.random() * pollMs, retryAfterMs, left), undefined, { signal });
    const { status, error, retryAfterMs: soon } = await poll();
    onStatus(status);
    if (status === 'Completed') return;
    if (status === 'Failed' || status === 'Canceled') {
      throw new JobEndedError(`Job ${job} is ${status}${error === undefined ? '.' : `: ${error}`}`);
    }
    last = status;
    retryAfterMs = soon ?? Infinity;
  }
}

/** Returns a function that polls once. A retryable error is returned as a status with its message. */
function createPoll(client: BankMapClient, job: string): () => Promise<JobStatus> {
  let unknown = 0;
  return async () => {
    try {
      const status = await client.status(job);
      unknown = 0;
      return status;
    } catch (thrown) {
      if (!(thrown instanceof CallError && thrown.isRetryable)) throw thrown;
      unknown = thrown.status === 404 ? unknown + 1 : 0;
      if (unknown === UNKNOWN_LIMIT) throw new JobEndedError(thrown.message);
      return { status: thrown.message, retryAfterMs: thrown.retryAfterMs };
    }
  };
}
