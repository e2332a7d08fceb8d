import { type OrchestrationContext, type OrchestrationHandler, type Task } from 'durable-functions';
import { type Steps } from '../operations/durable-retry.js';
import { settled } from '../operations/operation.js';
import { type Outcome } from '../platform/errors.js';
import { deliverWebhook, type AttemptResult } from '../webhooks/attempts.js';
import { ATTEMPTS, DurableSteps } from './durable-steps.js';
import { type LocalNotifications } from './local-notifications.js';
import { CALL_WORKER, CANCEL_EVENT, DELETE_BLOBS, GRANT_AND_DELIVER, GRANT_EVENT } from './names.js';
import { queueId } from './queue.entity.js';
import { type Entered, type Entry, type Grants, type Leaving, type Queued } from './queue.js';
import { errorOf, isEnded, isTooLarge, statusCodeOf } from './results.js';
import {
  RESULT_URL_MINUTES,
  VISIBLE_MS,
  type CustomStatus,
  type DeliveryInput,
  type EndState,
  type RequestInput,
  type Grant,
  type WorkerEnd,
} from './schemas.js';
import { OperationRun } from './worker/operation-run.js';

/** The position of a request among those that were given a place. */
interface Order extends Grant {
  sequence: number;
}

/**
 * One request, from its place in the queue to the end of its webhook.
 *
 * R1. It enters the queue once and leaves it in every case; if it is terminated, `serverless_tend` does that for it.
 * R2. Its end is shown once, before it leaves; later changes of the custom status only show the delivery.
 * R3. It leaves when its worker has ended, also when it was canceled before: the cap counts what runs.
 * R4. A task with an id is a member of at most one `Task.any` (O1 of operation.ts).
 */
class RequestRun {
  readonly #context: OrchestrationContext;
  readonly #input: RequestInput;
  readonly #notify: LocalNotifications['notify'];
  readonly #steps: DurableSteps;
  readonly #grant: Task;
  readonly #cancel: Task;
  #status: CustomStatus;

  constructor(context: OrchestrationContext, input: RequestInput, notify: LocalNotifications['notify']) {
    this.#context = context;
    this.#input = input;
    this.#notify = notify;
    this.#status = { state: 'queued', mode: input.mode };
    this.#steps = new DurableSteps(context);
    this.#grant = context.df.waitForExternalEvent(GRANT_EVENT);
    this.#cancel = context.df.waitForExternalEvent(CANCEL_EVENT);
  }

  *toEnd(): Steps<void> {
    const entered = yield* this.#enter();
    if (entered.refused) this.#show({ state: 'refused' });
    else yield* this.#serve(entered);
  }

  *#serve({ sequence, granted, after }: Queued): Steps<void> {
    this.#show({ state: granted ? 'running' : 'queued', sequence });
    const unserved = granted ? undefined : yield* this.#waitForGrant();
    const end = unserved ?? (yield* this.#work({ sequence, ...(granted ? { after } : (this.#grant.result as Grant)) }));
    this.#showEnd(end);
    const grants = yield* this.#leave(sequence, unserved ? undefined : end);
    yield* this.#grantAndDeliver(grants);
    yield* this.#deleteBlobs();
  }

  *#enter(): Steps<Entered> {
    const { endpoint, requestID, mode, workers, maxSyncWaiting, asOf } = this.#input;
    const entry: Entry = { requestID, sync: mode === 'sync', workers, maxSyncWaiting, asOf };
    return (yield this.#context.df.callEntity(queueId(endpoint), 'enter', entry)) as Entered;
  }

  /** The end of a request that ends before it has a place. */
  *#waitForGrant(): Steps<WorkerEnd | undefined> {
    yield* this.#steps.waitUntil(this.#input.deadline + 1, [this.#grant, this.#cancel]);
    if (this.#isCanceled()) return this.#endedAs('canceled');
    if (this.#grant.isCompleted) return undefined;
    return this.#endedAs('expired');
  }

  *#work(order: Order): Steps<WorkerEnd> {
    if (this.#status.state !== 'running') this.#show({ state: 'running' });
    const { kind } = this.#input;
    const outcome = kind === undefined ? yield* this.#call(order) : yield* this.#runOperation(kind);
    if (outcome.ok) return outcome.value;
    return this.#isCanceled()
      ? this.#endedAs('canceled')
      : { ...this.#endedAs('failed'), error: outcome.error.message };
  }

  *#call(order: Order): Steps<Outcome<WorkerEnd>> {
    for (let attempt = 1; ; attempt++) {
      const outcome = yield* this.#callOnce(order);
      if (outcome.ok || this.#isCanceled() || attempt >= ATTEMPTS) return outcome;
      yield* this.#steps.waitAfter(attempt, [this.#cancel]);
      if (this.#isCanceled()) return outcome;
    }
  }

  *#callOnce(order: Order): Steps<Outcome<WorkerEnd>> {
    const { endpoint, requestID, input, deadline } = this.#input;
    const call = this.#context.df.callActivity(CALL_WORKER, { endpoint, requestID, input, deadline, ...order });
    yield this.#context.df.Task.any([call, this.#cancel]);
    // The call sees this status and stops; clients see the end already.
    if (!call.isCompleted && !call.isFaulted && this.#isCanceled()) this.#showEnd(this.#endedAs('canceled'));
    return yield* settled<WorkerEnd>(call);
  }

  *#runOperation(kind: string): Steps<Outcome<WorkerEnd>> {
    const run = new OperationRun(this.#steps, this.#input, kind, this.#cancel);
    const outcome = yield* run.toEnd();
    if (!run.isCutOff) return outcome;
    this.#showEnd(this.#endedAs(this.#isCanceled() ? 'canceled' : 'expired'));
    return yield* run.stop();
  }

  *#leave(sequence: number, served: WorkerEnd | undefined): Steps<Grants> {
    const leaving: Leaving = { sequence, failure: served && failureOf(served) };
    return (yield this.#context.df.callEntity(queueId(this.#input.endpoint), 'leave', leaving)) as Grants;
  }

  /** One activity tells requests that they have a place and makes the webhook's first attempt; then the others. */
  *#grantAndDeliver({ grants, after }: Grants): Steps<void> {
    const { endpoint, requestID, gapsMs } = this.#input;
    const attempt = (number: number) => {
      const input = {
        endpoint,
        requestID,
        grants: number === 1 ? grants : [],
        after,
        delivery: this.#delivery(number),
      };
      return this.#steps.activity<AttemptResult>(GRANT_AND_DELIVER, input);
    };
    const wait = (ms: number) => this.#steps.waitUntil(this.#steps.now() + ms);
    if (this.#status.delivery)
      yield* deliverWebhook({ gapsMs, attempt, wait, show: (delivery) => this.#show({ delivery }) });
    else if (grants.length > 0) yield* attempt(1);
  }

  #delivery(attempt: number): DeliveryInput | undefined {
    const { webhook, requestID, mode } = this.#input;
    const { state, result } = this.#status;
    if (!this.#status.delivery || webhook === undefined || !isEnded(state)) return undefined;
    const content = result ? { result } : { error: errorOf(this.#status, requestID) };
    return { webhook, statusCode: statusCodeOf({ state, result, mode }), ...content, attempt };
  }

  /** Blobs are deleted when the request is not shown any more and the last URL of its result has expired. */
  *#deleteBlobs(): Steps<void> {
    const { endpoint, requestID, input } = this.#input;
    const { result, endedAt = this.#steps.now() } = this.#status;
    if (!('blob' in input) && !(result && 'blob' in result)) return;
    const urlMs = isTooLarge(this.#status) ? RESULT_URL_MINUTES * 60_000 : 0;
    yield* this.#steps.waitUntil(endedAt + VISIBLE_MS + urlMs);
    yield* this.#steps.activity(DELETE_BLOBS, { endpoint, requestID });
  }

  #isCanceled(): boolean {
    return this.#cancel.isCompleted;
  }

  #endedAs(state: EndState): WorkerEnd {
    return { state, at: this.#steps.now() };
  }

  #showEnd({ state, at, error, result }: WorkerEnd): void {
    if (isEnded(this.#status.state)) return; // R2
    const hasWebhook = this.#input.webhook !== undefined;
    this.#show({
      state,
      endedAt: at,
      ...(error !== undefined && { error }),
      ...(result && { result }),
      ...(hasWebhook && { delivery: { state: 'pending' as const, attempts: 0 } }),
    });
  }

  #show(change: Partial<CustomStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#context.df.setCustomStatus(this.#status);
    if (!this.#context.df.isReplaying) this.#notify(this.#context.df.instanceId, this.#status);
  }
}

/** For the queue: why the worker failed, null when it did not, undefined when that is not known. */
function failureOf({ state, error }: WorkerEnd): string | null | undefined {
  if (state === 'failed') return error ?? 'failed';
  return state === 'succeed' ? null : undefined;
}

/** @param notify is called with each custom status, once or more often */
export function requestOrchestrator(notify: LocalNotifications['notify']): OrchestrationHandler {
  return function* (context) {
    yield* new RequestRun(context, context.df.getInput<RequestInput>(), notify).toEnd();
  };
}
