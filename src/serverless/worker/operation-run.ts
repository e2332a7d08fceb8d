import { type Task } from 'durable-functions';
import { type Steps } from '../../operations/durable-retry.js';
import { type Outcome } from '../../platform/errors.js';
import { type DurableSteps } from '../durable-steps.js';
import { CANCEL_OPERATION, POLL_OPERATION, START_OPERATION } from '../names.js';
import { type RequestInput, type WorkerEnd } from '../schemas.js';

/** Polls of an operation come after a tenth of its age, within these limits. */
const MIN_POLL_MS = 100;
const POLL_SHARE = 0.1;
const MAX_POLL_MS = 10_000;
/** Longest wait for a canceled operation, which stops within seconds. */
const STOPPING_MS = 60_000;

/** A built-in worker's operation, in an orchestrator. Durable timers wait for it, so that it holds no activity slot. */
export class OperationRun {
  /** Whether the request ended before the operation. */
  isCutOff = false;
  readonly #steps: DurableSteps;
  readonly #input: RequestInput;
  readonly #kind: string;
  readonly #cancel: Task;
  readonly #ids: Pick<RequestInput, 'endpoint' | 'requestID'>;

  constructor(steps: DurableSteps, input: RequestInput, kind: string, cancel: Task) {
    this.#steps = steps;
    this.#input = input;
    this.#kind = kind;
    this.#cancel = cancel;
    this.#ids = { endpoint: input.endpoint, requestID: input.requestID };
  }

  /** Its end, unless it is cut off. */
  *toEnd(): Steps<Outcome<WorkerEnd>> {
    const { deadline, input } = this.#input;
    const start = { ...this.#ids, kind: this.#kind, input };
    let end = yield* this.#steps.activity<WorkerEnd | null>(START_OPERATION, start);
    for (const begun = this.#steps.now(); end.ok && end.value === null && !this.isCutOff;) {
      yield* this.#steps.waitUntil(Math.min(this.#nextPoll(begun), deadline + 1), [this.#cancel]);
      this.isCutOff = this.#cancel.isCompleted || this.#steps.now() > deadline;
      if (!this.isCutOff) end = yield* this.#poll();
    }
    return end as Outcome<WorkerEnd>;
  }

  /** Stops it and waits until it has stopped: its place is not free before. */
  *stop(): Steps<Outcome<WorkerEnd>> {
    const begun = this.#steps.now();
    const state = this.#cancel.isCompleted ? 'canceled' : 'expired';
    yield* this.#steps.activity(CANCEL_OPERATION, this.#ids);
    for (let isOver = false; !isOver && this.#steps.now() - begun < STOPPING_MS;) {
      yield* this.#steps.waitUntil(this.#nextPoll(begun));
      const poll = yield* this.#poll();
      isOver = !poll.ok || poll.value !== null;
    }
    return { ok: true, value: { state, at: begun } };
  }

  #poll(): Steps<Outcome<WorkerEnd | null>> {
    return this.#steps.activity<WorkerEnd | null>(POLL_OPERATION, this.#ids);
  }

  #nextPoll(begun: number): number {
    const age = this.#steps.now() - begun;
    return this.#steps.now() + Math.min(Math.max(MIN_POLL_MS, age * POLL_SHARE), MAX_POLL_MS);
  }
}
