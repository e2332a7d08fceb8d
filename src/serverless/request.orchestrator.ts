import type { OrchestrationContext, OrchestrationHandler, Task } from 'durable-functions';
import { settled, type Steps } from '../operations/operation.js';
import type { Outcome } from '../platform/errors.js';
import { CALL_WORKER, CANCEL_EVENT, DELETE_BLOBS, SETTLE, TURN_EVENT } from './names.js';
import { ATTEMPTS, DurableSteps, waitAfter } from './durable-steps.js';
import type { Notices } from './local-notifications.js';
import { OperationRun } from './worker/operation-run.js';
import { queueId } from './queue.entity.js';
import type { Entered, Entry, Grants, Leaving, Queued } from './queue.js';
import { errorOf, isEnded, isTooLarge, statusCodeOf } from './results.js';
import {
  RESULT_URL_MINUTES,
  VISIBLE_MS,
  type DeliveryInput,
  type EndState,
  type RequestInput,
  type RequestNote,
  type Settled,
  type Turn,
  type WorkerEnd,
} from './schemas.js';

/** Where a request stands among those that were given a place. */
interface Order extends Turn {
  sequence: number;
}

/**
 * One request, from its place in the queue to the end of its webhook.
 *
 * R1. It enters once, and whatever it comes to, it leaves: at the latest `serverless_tend` does it in its stead.
 * R2. Its end is noted once, before it leaves; later notes add how the delivery goes.
 * R3. It leaves when its worker has ended, also when it was cancelled before: the cap counts what runs.
 * R4. A task with a number stands in one compound at most (O1 of operation.ts).
 */
class RequestRun {
  private note: RequestNote;
  private readonly steps: DurableSteps;
  private readonly turn: Task;
  private readonly cancel: Task;

  constructor(
    private readonly context: OrchestrationContext,
    private readonly input: RequestInput,
    private readonly tell: Notices['tell'],
  ) {
    this.note = { state: 'queued', mode: input.mode };
    this.steps = new DurableSteps(context);
    this.turn = context.df.waitForExternalEvent(TURN_EVENT);
    this.cancel = context.df.waitForExternalEvent(CANCEL_EVENT);
  }

  *toEnd(): Steps<void> {
    const entered = yield* this.enter();
    if (entered.refused) this.show({ state: 'refused' });
    else yield* this.serve(entered);
  }

  private *serve({ sequence, granted, after }: Queued): Steps<void> {
    this.show({ state: granted ? 'running' : 'queued', sequence });
    const unserved = granted ? undefined : yield* this.waitForTurn();
    const end = unserved ?? (yield* this.work({ sequence, after: granted ? after : (this.turn.result as Turn).after }));
    this.showEnd(end);
    const grants = yield* this.leave(sequence, unserved ? undefined : end);
    yield* this.settle(grants);
    yield* this.deleteBlobs();
  }

  private *enter(): Steps<Entered> {
    const { endpoint, requestID, mode, workers, maxSyncWaiting, asOf } = this.input;
    const entry: Entry = { requestID, sync: mode === 'sync', workers, maxSyncWaiting, asOf };
    return (yield this.context.df.callEntity(queueId(endpoint), 'enter', entry)) as Entered;
  }

  /** The end of a request that does not live to see its turn. */
  private *waitForTurn(): Steps<WorkerEnd | undefined> {
    yield* this.steps.waitUntil(this.input.deadline + 1, [this.turn, this.cancel]);
    if (this.isCanceled()) return this.endedAs('canceled');
    if (this.turn.isCompleted) return undefined;
    return this.endedAs('expired');
  }

  private *work(order: Order): Steps<WorkerEnd> {
    if (this.note.state !== 'running') this.show({ state: 'running' });
    const { kind } = this.input;
    const outcome = kind === undefined ? yield* this.call(order) : yield* this.operate(kind);
    if (outcome.ok) return outcome.value;
    return this.isCanceled() ? this.endedAs('canceled') : { ...this.endedAs('failed'), error: outcome.error.message };
  }

  private *call(order: Order): Steps<Outcome<WorkerEnd>> {
    for (let attempt = 1; ; attempt++) {
      const outcome = yield* this.callOnce(order);
      if (outcome.ok || this.isCanceled() || attempt >= ATTEMPTS) return outcome;
      yield* this.steps.waitUntil(this.steps.now() + waitAfter(attempt), [this.cancel]);
      if (this.isCanceled()) return outcome;
    }
  }

  private *callOnce(order: Order): Steps<Outcome<WorkerEnd>> {
    const { endpoint, requestID, input, deadline } = this.input;
    const call = this.context.df.callActivity(CALL_WORKER, { endpoint, requestID, input, deadline, ...order });
    yield this.context.df.Task.any([call, this.cancel]);
    // The call looks at this note and stops; clients see at once what it will come to.
    if (!call.isCompleted && !call.isFaulted && this.isCanceled()) this.showEnd(this.endedAs('canceled'));
    return yield* settled<WorkerEnd>(call);
  }

  private *operate(kind: string): Steps<Outcome<WorkerEnd>> {
    const run = new OperationRun(this.steps, this.input, kind, this.cancel);
    const outcome = yield* run.toEnd();
    if (!run.isCutOff) return outcome;
    this.showEnd(this.endedAs(this.isCanceled() ? 'canceled' : 'expired'));
    return yield* run.stop();
  }

  private *leave(sequence: number, served: WorkerEnd | undefined): Steps<Grants> {
    const leaving: Leaving = { sequence, failure: served && failureOf(served) };
    return (yield this.context.df.callEntity(queueId(this.input.endpoint), 'leave', leaving)) as Grants;
  }

  /** Tells those whose turn it is, in the same step as the webhook's first attempt; and makes its other attempts. */
  private *settle({ grants, after }: Grants): Steps<void> {
    if (grants.length === 0 && !this.note.delivery) return;
    const { endpoint, requestID, gapsMs } = this.input;
    for (let attempt = 1; ; attempt++) {
      const told = attempt === 1 ? grants : [];
      const delivery = this.delivery(attempt);
      const outcome = yield* this.steps.activity<Settled>(SETTLE, {
        endpoint,
        requestID,
        grants: told,
        after,
        delivery,
      });
      if (!delivery || this.showDelivery(attempt, outcome)) return;
      yield* this.steps.waitUntil(this.steps.now() + (gapsMs[attempt - 1] ?? 0));
    }
  }

  private delivery(attempt: number): DeliveryInput | undefined {
    const { webhook, requestID, mode } = this.input;
    const { state, result } = this.note;
    if (!this.note.delivery || webhook === undefined || !isEnded(state)) return undefined;
    const content = result ? { result } : { error: errorOf(this.note, requestID) };
    return { webhook, statusCode: statusCodeOf({ state, result, mode }), ...content, attempt };
  }

  /** Whether that was the last attempt. */
  private showDelivery(attempts: number, outcome: Outcome<Settled>): boolean {
    const error = outcome.ok ? outcome.value.error : outcome.error.message;
    const isLast = attempts > this.input.gapsMs.length || (outcome.ok && outcome.value.final);
    const state = error === undefined ? 'delivered' : isLast ? 'given up' : 'pending';
    this.show({ delivery: { state, attempts, ...(error !== undefined && { error }) } });
    return state !== 'pending';
  }

  /** What was too long for the history is kept as long as its URL works that was given at the last moment. */
  private *deleteBlobs(): Steps<void> {
    const { endpoint, requestID, input } = this.input;
    const { result, endedAt = this.steps.now() } = this.note;
    if (!('blob' in input) && !(result && 'blob' in result)) return;
    const urlMs = isTooLarge(this.note) ? RESULT_URL_MINUTES * 60_000 : 0;
    yield* this.steps.waitUntil(endedAt + VISIBLE_MS + urlMs);
    yield* this.steps.activity(DELETE_BLOBS, { endpoint, requestID });
  }

  private isCanceled(): boolean {
    return this.cancel.isCompleted;
  }

  private endedAs(state: EndState): WorkerEnd {
    return { state, at: this.steps.now() };
  }

  private showEnd({ state, at, error, result }: WorkerEnd): void {
    if (isEnded(this.note.state)) return; // R2
    const owes = this.input.webhook !== undefined;
    this.show({
      state,
      endedAt: at,
      ...(error !== undefined && { error }),
      ...(result && { result }),
      ...(owes && { delivery: { state: 'pending' as const, attempts: 0 } }),
    });
  }

  private show(change: Partial<RequestNote>): void {
    this.note = { ...this.note, ...change };
    this.context.df.setCustomStatus(this.note);
    if (!this.context.df.isReplaying) this.tell(this.context.df.instanceId, this.note);
  }
}

/** What the queue is told of a worker: why it failed, null when it did not, nothing when that is not known. */
function failureOf({ state, error }: WorkerEnd): string | null | undefined {
  if (state === 'failed') return error ?? 'failed';
  return state === 'succeed' ? null : undefined;
}

/** @param tell hears of each note, once or again */
export function requestOrchestrator(tell: Notices['tell']): OrchestrationHandler {
  return function* (context) {
    yield* new RequestRun(context, context.df.getInput<RequestInput>(), tell).toEnd();
  };
}
