import { type OrchestrationContext, type Task } from 'durable-functions';
import { durableBackoffMs, retryDurably, type Steps } from '../operations/durable-retry.js';
import { settled } from '../operations/operation.js';
import { type Outcome } from '../platform/errors.js';

/** Attempts at a step that fails on the app's side (storage away, a process gone). */
export const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;

/** The steps that orchestrators of the slice consist of. */
export class DurableSteps {
  readonly #context: OrchestrationContext;

  constructor(context: OrchestrationContext) {
    this.#context = context;
  }

  /** The replayed clock, ms since the epoch. */
  now(): number {
    return this.#context.df.currentUtcDateTime.getTime();
  }

  /** Calls an activity, and again while it fails on the app's side. */
  activity<T>(name: string, input: object): Steps<Outcome<T>> {
    const canRetry = (_: unknown, attempt: number) => attempt < ATTEMPTS;
    const wait = (attempt: number) => this.waitAfter(attempt);
    return retryDurably({ canRetry, wait }, () => settled<T>(this.#context.df.callActivity(name, input)));
  }

  /** Waits before the attempt that follows the given one, or until one of the events. */
  waitAfter(attempt: number, events: Task[] = []): Steps<void> {
    return this.waitUntil(this.now() + durableBackoffMs(attempt, FIRST_WAIT_MS), events);
  }

  /** Waits until the time, ms since the epoch, or until one of the events. */
  *waitUntil(time: number, events: Task[] = []): Steps<void> {
    const timer = this.#context.df.createTimer(new Date(time));
    yield this.#context.df.Task.any([timer, ...events]);
    if (!timer.isCompleted) timer.cancel();
  }
}
