import { type Task } from 'durable-functions';
import { type ErrorData, type Outcome } from '../platform/errors.js';

/** A part of an orchestrator: it yields durable tasks and returns a T. */
export type Steps<T> = Generator<Task, T>;

export interface DurableRetry {
  /** Whether to try again after the given attempt, from 1, failed with the error. */
  canRetry: (error: ErrorData, attempt: number) => boolean;
  /** Waits before the next attempt. */
  wait: (attempt: number) => Steps<void>;
}

/** Repeats an attempt in an orchestrator until it succeeds or may not be repeated; returns its last outcome. */
export function* retryDurably<T>(
  { canRetry, wait }: DurableRetry,
  attemptOnce: () => Steps<Outcome<T>>,
): Steps<Outcome<T>> {
  for (let attempt = 1; ; attempt++) {
    const outcome = yield* attemptOnce();
    if (outcome.ok || !canRetry(outcome.error, attempt)) return outcome;
    yield* wait(attempt);
  }
}

/** Waits before a retry, ms: doubles from `firstWaitMs` up to `longestMs`. */
export function durableBackoffMs(attempt: number, firstWaitMs: number, longestMs = Infinity): number {
  return Math.min(firstWaitMs * 2 ** (attempt - 1), longestMs);
}
