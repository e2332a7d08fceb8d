import { setTimeout as pause } from 'node:timers/promises';
import { CallError, type JobStatus } from './answers.js';
import { type BankMapClient } from './client.js';

/** A job that the app does not know so often in a row is not one that is only just coming up. */
const UNKNOWN_LIMIT = 3;

export interface Following {
  /** Between two looks a random part of this passes. */
  pollMs: number;
  /** Whether to look first: the job was submitted a while ago. */
  atOnce: boolean;
  /** After this it is given up. */
  maxWaitMs: number;
  signal: AbortSignal;
  /** What a look came to: a status, or why there is none. */
  onLook: (status: string) => void;
}

/** The job ended without a result, or is not known. */
export class JobEndedError extends Error {
  override readonly name = 'JobEndedError';
}

/** The job did not end in time. */
export class JobLateError extends Error {
  override readonly name = 'JobLateError';
}

/**
 * Looks at a job until it is Completed, as the contract's clients do.
 *
 * @throws {JobEndedError} when it is Failed, Canceled or not known
 * @throws {JobLateError} when it takes too long
 * @throws {CallError} when the app refuses to say
 */
export async function follow(client: BankMapClient, job: string, options: Following): Promise<void> {
  const { pollMs, atOnce, maxWaitMs, signal, onLook } = options;
  const deadline = performance.now() + maxWaitMs;
  const look = looker(client, job);
  let retryAfterMs = atOnce ? 0 : Infinity;
  for (let last = 'unknown'; ;) {
    const left = deadline - performance.now();
    if (left <= 0) throw new JobLateError(`Job ${job} is not done after ${maxWaitMs / 60_000} minutes (${last}).`);
    await pause(Math.min(Math.random() * pollMs, retryAfterMs, left), undefined, { signal });
    const { status, error, retryAfterMs: soon } = await look();
    onLook(status);
    if (status === 'Completed') return;
    if (status === 'Failed' || status === 'Canceled') {
      throw new JobEndedError(`Job ${job} is ${status}${error === undefined ? '.' : `: ${error}`}`);
    }
    last = status;
    retryAfterMs = soon ?? Infinity;
  }
}

/** Looks once; a failure that may pass is a status as well. */
function looker(client: BankMapClient, job: string): () => Promise<JobStatus> {
  let unknown = 0;
  return async () => {
    try {
      const status = await client.status(job);
      unknown = 0;
      return status;
    } catch (thrown) {
      if (!(thrown instanceof CallError && thrown.mayPass)) throw thrown;
      unknown = thrown.status === 404 ? unknown + 1 : 0;
      if (unknown === UNKNOWN_LIMIT) throw new JobEndedError(thrown.message);
      return { status: thrown.message, retryAfterMs: thrown.retryAfterMs };
    }
  };
}
