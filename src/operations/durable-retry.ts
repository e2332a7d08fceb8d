import { type Task } from 'durable-functions';
import { type ErrorData, type Outcome } from '../platform/errors.js';

/** A part of an orchestrator: it yields durable tasks and returns a T. */
export type Steps<T> = Generator<Task, T>;

export interface DurableRetry {
  /** Whether to try again after the given attempt, from 1, failed with the error. */
  canRetry: (error: ErrorData, attempt: number) => boolean;
  /** Waits before the next attempt, after the error. */
  wait: (attempt: number, error: ErrorData) => Steps<void>;
}

/**
 * Counts the failed calls of a service. A call that its circuit breaker refused is no attempt: such calls are counted
 * apart, with the same limit (docs/upstreams.md).
 */
export class FailedCalls {
  #attempts = 0;
  #notCalled = 0;

  /** How many there are of the sort of the error, with this one. */
  countWith({ notCalled }: ErrorData): number {
    return (notCalled ? this.#notCalled : this.#attempts) + 1;
  }

  add({ notCalled }: ErrorData): void {
    if (notCalled) this.#notCalled++;
    else this.#attempts++;
  }
}

/** Repeats an attempt in an orchestrator until it succeeds or may not be repeated; returns its last outcome. */
export function* retryDurably<T>(
  { canRetry, wait }: DurableRetry,
  attemptOnce: () => Steps<Outcome<T>>,
): Steps<Outcome<T>> {
  for (let attempt = 1; ; attempt++) {
    const outcome = yield* attemptOnce();
    if (outcome.ok || !canRetry(outcome.error, attempt)) return outcome;
    yield* wait(attempt, outcome.error);
  }
}

/** Waits before a retry, ms: doubles from `firstWaitMs` up to `longestMs`. */
export function durableBackoffMs(attempt: number, firstWaitMs: number, longestMs = Infinity): number {
  return Math.min(firstWaitMs * 2 ** (attempt - 1), longestMs);
}
