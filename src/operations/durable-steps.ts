import { type OrchestrationContext } from 'durable-functions';
import { durableBackoffMs, retryDurably, type Steps } from './durable-retry.js';
import { settled } from './operation.js';
import { type Outcome } from '../platform/errors.js';

/** Waits between attempts at a step that fails on the app's side (storage away, a process gone), or has no slot. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
/** About three hours of attempts. */
const ATTEMPTS = 180;

/** The steps of orchestrators that are no operations. */
export class DurableSteps {
  readonly #context: OrchestrationContext;

  constructor(context: OrchestrationContext) {
    this.#context = context;
  }

  /** The replayed clock, ms since the epoch. */
  now(): number {
    return this.#context.df.currentUtcDateTime.getTime();
  }

  activity<T>(name: string, input: object): Steps<Outcome<T>> {
    return settled<T>(this.#context.df.callActivity(name, input));
  }

  /** Calls an activity until it has a result: again while it fails on the app's side, and while its result is null. */
  *untilDone<T>(name: string, input: object): Steps<NonNullable<T>> {
    const outcome = yield* retryDurably<NonNullable<T>>(
      {
        canRetry: (_, attempt) => attempt < ATTEMPTS,
        wait: (attempt) => this.waitUntil(this.now() + durableBackoffMs(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS)),
      },
      () => this.#done<T>(name, input),
    );
    if (!outcome.ok) throw new Error(outcome.error.message);
    return outcome.value;
  }

  *#done<T>(name: string, input: object): Steps<Outcome<NonNullable<T>>> {
    const outcome = yield* this.activity<T>(name, input);
    if (!outcome.ok) return outcome;
    if (outcome.value !== null && outcome.value !== undefined) return { ok: true, value: outcome.value };
    return { ok: false, error: { code: 'NotDone', message: 'There is no slot.', status: 503, retryable: true } };
  }

  /** Waits until the time, ms since the epoch. */
  *waitUntil(time: number): Steps<void> {
    yield this.#context.df.createTimer(new Date(time));
  }
}
