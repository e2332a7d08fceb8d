import type { Task } from 'durable-functions';
import type { Steps } from '../../operations/operation.js';
import type { Outcome } from '../../platform/errors.js';
import type { DurableSteps } from '../durable-steps.js';
import { CANCEL_OPERATION, LOOK_AT_OPERATION, START_OPERATION } from '../names.js';
import type { RequestInput, WorkerEnd } from '../schemas.js';

/** Looks at an operation come ever later, after a tenth of its age. */
const FIRST_LOOK_MS = 100;
const LOOK_SHARE = 0.1;
const LONGEST_LOOK_MS = 10_000;
/** An operation that was cancelled stops within seconds; it is waited for no longer. */
const STOPPING_MS = 60_000;

/** A built-in worker at work. It is waited for in durable timers, which hold no place among the activities. */
export class OperationRun {
  /** Whether the request ended before the operation. */
  isCutOff = false;
  private readonly ids: Pick<RequestInput, 'endpoint' | 'requestID'>;

  constructor(
    private readonly steps: DurableSteps,
    private readonly input: RequestInput,
    private readonly kind: string,
    private readonly cancel: Task,
  ) {
    this.ids = { endpoint: input.endpoint, requestID: input.requestID };
  }

  /** Its end, unless it is cut off. */
  *toEnd(): Steps<Outcome<WorkerEnd>> {
    const { deadline, input } = this.input;
    const start = { ...this.ids, kind: this.kind, input };
    let end = yield* this.steps.activity<WorkerEnd | null>(START_OPERATION, start);
    for (const begun = this.steps.now(); end.ok && end.value === null && !this.isCutOff;) {
      yield* this.steps.waitUntil(Math.min(this.nextLook(begun), deadline + 1), [this.cancel]);
      this.isCutOff = this.cancel.isCompleted || this.steps.now() > deadline;
      if (!this.isCutOff) end = yield* this.look();
    }
    return end as Outcome<WorkerEnd>;
  }

  /** Stops it and waits until it has stopped: its place is not free before. */
  *stop(): Steps<Outcome<WorkerEnd>> {
    const begun = this.steps.now();
    const state = this.cancel.isCompleted ? 'canceled' : 'expired';
    yield* this.steps.activity(CANCEL_OPERATION, this.ids);
    for (let isOver = false; !isOver && this.steps.now() - begun < STOPPING_MS;) {
      yield* this.steps.waitUntil(this.nextLook(begun));
      const look = yield* this.look();
      isOver = !look.ok || look.value !== null;
    }
    return { ok: true, value: { state, at: begun } };
  }

  private look(): Steps<Outcome<WorkerEnd | null>> {
    return this.steps.activity<WorkerEnd | null>(LOOK_AT_OPERATION, this.ids);
  }

  private nextLook(begun: number): number {
    const age = this.steps.now() - begun;
    return this.steps.now() + Math.min(Math.max(FIRST_LOOK_MS, age * LOOK_SHARE), LONGEST_LOOK_MS);
  }
}
