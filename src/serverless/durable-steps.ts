import type { OrchestrationContext, Task } from 'durable-functions';
import { settled, type Steps } from '../operations/operation.js';
import type { Outcome } from '../platform/errors.js';

/** A step that fails on our side (storage away, a worker process gone) is tried so often in all. */
export const ATTEMPTS = 4;
const FIRST_WAIT_MS = 500;

/** Before the attempt after the `attempt`-th. */
export function waitAfter(attempt: number): number {
  return FIRST_WAIT_MS * 2 ** (attempt - 1);
}

/** What orchestrators of the slice are made of. */
export class DurableSteps {
  constructor(private readonly context: OrchestrationContext) {}

  /** The replayed clock, ms since the epoch. */
  now(): number {
    return this.context.df.currentUtcDateTime.getTime();
  }

  /** A step that is tried again while it fails on our side. */
  *activity<T>(name: string, input: object): Steps<Outcome<T>> {
    for (let attempt = 1; ; attempt++) {
      const outcome = yield* settled<T>(this.context.df.callActivity(name, input));
      if (outcome.ok || attempt >= ATTEMPTS) return outcome;
      yield* this.waitUntil(this.now() + waitAfter(attempt));
    }
  }

  /** Until then, or until one of the events. */
  *waitUntil(time: number, events: Task[] = []): Steps<void> {
    const timer = this.context.df.createTimer(new Date(time));
    yield this.context.df.Task.any([timer, ...events]);
    if (!timer.isCompleted) timer.cancel();
  }
}
