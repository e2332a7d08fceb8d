import { type Operations } from '../../operations/operations.js';
import { commonErrors } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { type DeliveryStore } from '../../webhooks/deliveries.js';
import { shownDeliveries, type ShownDeliveries } from '../../webhooks/shown.js';
import { capOf, type Endpoint } from '../endpoints/endpoint-store.js';
import { contractErrors, serverlessErrors } from '../errors.js';
import { DELIVERY, deliveryInstanceOf, DROP, dropInstanceOf, instanceOf, RUN } from '../names.js';
import { canceling, droppingAll, entering, expiring, type Entered } from '../queue/changes.js';
import { MAX_UNDELIVERED, type EndpointQueue } from '../queue/endpoint-queue.js';
import { type Leases } from '../queue/leases.js';
import { lastHour, type Minute } from '../queue/minutes.js';
import { queuedIn, type Limits } from '../queue/queue.js';
import { partitionOf, type Queues } from '../queue/queues.js';
import { newInputBlob } from '../results/blobs.js';
import { deliveryPlaceOf } from '../results/delivery-places.js';
import {
  REMEMBERED_MS,
  requestID as requestIDSchema,
  VISIBLE_MS,
  type Body,
  type DeliveryOrchestrationInput,
  type Mode,
  type StatusObject,
} from '../schemas.js';
import { type RequestHub } from './hub.js';
import { sequenceOf } from './request-id.js';
import { listRequests, type RequestQuery } from './request-list.js';
import { type RequestEnd, type RequestRecord } from './request-row.js';
import { deliveryOf, type RunInput } from './run.orchestrator.js';
import { statusesOf } from './status.js';
import { type SyncRuns } from './sync-run.js';

/** A longer input is a blob, not part of the row, bytes. */
const INLINE_INPUT_BYTES = 16 * 1024;
/** Longest time that a cancellation waits for others, ms. */
const CANCEL_MS = 10_000;
/** Requests of a clean-up whose ids are read at a time. */
const PAGE = 1_000;

interface RequestsOptions {
  hub: RequestHub;
  queues: Queues;
  leases: Leases;
  sync: SyncRuns;
  operations: Pick<Operations, 'cancel'>;
  blobs: Pick<BlobStore, 'put' | 'get' | 'readUrl'>;
  earlier: EarlierRequests;
  deliveryStore: DeliveryStore;
  /** Waits between attempts at a webhook, ms. */
  webhookGapsMs: readonly number[];
}

/** Requests that an earlier version of the app accepted (earlier/). */
interface EarlierRequests {
  /** Undefined when there is none. */
  find(endpoint: Endpoint, requestID: string): Promise<RequestRecord | undefined>;
}

export interface NewRequest {
  mode: Mode;
  /** JSON text. */
  input: Buffer;
  webhook?: string;
  ttlMs: number;
  /** `traceparent` of the call, which the run continues. */
  traceParent?: string | undefined;
}

/** The requests of all endpoints of one task hub, for the calls of clients. */
export class Requests {
  readonly #options: RequestsOptions;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  /**
   * Puts a request into its endpoint's queue.
   *
   * @throws OperationError `TooManyQueued`, 503
   */
  async accept(endpoint: Endpoint, request: NewRequest): Promise<RequestRecord> {
    const entered = await this.#enter(endpoint, request, '');
    if (entered.refused) throw contractErrors.tooManyQueued();
    const { request: accepted, hasPlace } = entered;
    // It is accepted: if it cannot be started now, a sweep does it.
    if (hasPlace) await startRun(this.#options.hub, endpoint, accepted).catch(() => undefined);
    else this.#expireInTime(endpoint, accepted);
    return accepted;
  }

  /**
   * Puts a request into the queue and waits for its end.
   *
   * @throws OperationError `WorkersBusy`, 503
   */
  run(
    endpoint: Endpoint,
    request: NewRequest,
    traceParent: string | undefined,
  ): Promise<{ requestID: string; end: RequestEnd }> {
    const { leases, sync } = this.#options;
    return leases.during(async () => {
      const entered = await this.#enter(endpoint, request, leases.owner);
      if (entered.refused) throw contractErrors.busy();
      const { requestID } = entered.request;
      return { requestID, end: await sync.toEnd(endpoint, entered.request, { traceParent }) };
    });
  }

  async #enter(endpoint: Endpoint, request: NewRequest, owner: string): Promise<Entered> {
    const now = Date.now();
    const { mode, webhook, ttlMs, traceParent } = request;
    const record = {
      mode,
      acceptedAt: now,
      deadline: now + ttlMs,
      owner,
      input: await this.#storeInput(endpoint, request.input),
      ...(webhook !== undefined && { webhook }),
      ...(traceParent !== undefined && { traceParent }),
    };
    return this.#queueOf(endpoint).change(entering(record, limitsOf(endpoint, now)));
  }

  async #storeInput(endpoint: Endpoint, input: Buffer): Promise<Body> {
    if (input.length <= INLINE_INPUT_BYTES) return { text: input.toString('utf8') };
    const blob = newInputBlob(endpoint.id);
    await this.#options.blobs.put(blob, input, 'application/json');
    return { blob };
  }

  /** So that its webhook is not late. If this process ends before, a sweep does it. */
  #expireInTime(endpoint: Endpoint, { sequence, deadline }: RequestRecord): void {
    const expire = () => {
      this.#queueOf(endpoint)
        .change(expiring([sequence]))
        .catch(() => undefined);
    };
    setTimeout(expire, Math.max(0, deadline + 1 - Date.now())).unref();
  }

  #queueOf(endpoint: Endpoint): EndpointQueue {
    return this.#options.queues.of(endpoint);
  }

  /** How many requests wait for a worker. @throws OperationError 503 */
  async queueingCount(endpoint: Endpoint): Promise<number> {
    return queuedIn(await this.#queueOf(endpoint).read());
  }

  /** The requests of an endpoint, newest first, for operators. @throws OperationError 503 */
  list(endpoint: Endpoint, query: RequestQuery): ReturnType<typeof listRequests> {
    return listRequests(this.#queueOf(endpoint), query, Date.now());
  }

  /** The last 60 minutes of an endpoint's queue, the current one last. @throws OperationError 503 */
  async lastHour(endpoint: Endpoint): Promise<Minute[]> {
    return lastHour((await this.#queueOf(endpoint).read()).minutes, Date.now());
  }

  /** The status objects of requests, in the order asked. An id that is asked twice is read once. @throws OperationError 503 */
  async statuses(endpoint: Endpoint, ids: readonly string[]): Promise<StatusObject[]> {
    const requests = new Map<string, RequestRecord | undefined>();
    await concurrently([...new Set(ids)], STORAGE_CALLS, async (requestID) => {
      requests.set(requestID, await this.#find(endpoint, requestID));
    });
    return statusesOf(ids, requests, { ...this.#options, queue: this.#queueOf(endpoint) }, endpoint);
  }

  async #find(endpoint: Endpoint, requestID: string): Promise<RequestRecord | undefined> {
    if (!isRequestID(requestID)) return undefined;
    const request = await this.#queueOf(endpoint).request(sequenceOf(requestID));
    return request?.requestID === requestID ? request : this.#options.earlier.find(endpoint, requestID);
  }

  /**
   * The attempts at the webhook of a request, until a day after its end.
   *
   * @throws OperationError `RequestNotFound`, `RequestHasNoWebhook`, 503
   */
  async webhookDeliveries(endpoint: Endpoint, requestID: string): Promise<ShownDeliveries> {
    const { sequence } = await this.#withWebhook(endpoint, requestID, REMEMBERED_MS);
    return shownDeliveries(this.#options.deliveryStore, deliveryPlaceOf(endpoint, sequence));
  }

  /**
   * Sends the webhook of an ended request again, while its result is shown.
   *
   * @throws OperationError `RequestNotFound`, `RequestHasNoWebhook`, `RequestNotFinished`, 503
   */
  async redeliver(endpoint: Endpoint, requestID: string): Promise<void> {
    const { hub, deliveryStore, webhookGapsMs: gapsMs } = this.#options;
    const { sequence, webhook, end } = await this.#withWebhook(endpoint, requestID, VISIBLE_MS);
    if (!end)
      throw serverlessErrors.RequestNotFinished(`Request ${requestID} has not ended; its webhook follows then.`);
    const place = deliveryPlaceOf(endpoint, sequence);
    const round = ((await deliveryStore.find(place))?.round ?? 1) + 1;
    const ids = { ...endpointInput(endpoint), sequence, requestID };
    const delivery = deliveryOf(ids, end, webhook);
    const input: DeliveryOrchestrationInput = { ...ids, delivery, round, attempts: 0, gapsMs };
    await hub.start(DELIVERY, deliveryInstanceOf(endpoint.id, requestID, round), input);
    // The round begins with its first attempt too: if this process ends here, it is only shown later.
    await deliveryStore.begin(place, round);
  }

  /** @param visibleMs how long after its end it can be asked for */
  async #withWebhook(endpoint: Endpoint, requestID: string, visibleMs: number) {
    const request = await this.#find(endpoint, requestID);
    if (!request || (request.end && Date.now() - request.end.at > visibleMs))
      throw serverlessErrors.RequestNotFound(`There is no request ${requestID}, or it ended too long ago.`);
    const { webhook } = request;
    if (webhook === undefined) throw serverlessErrors.RequestHasNoWebhook(`Request ${requestID} has no webhook.`);
    return { ...request, webhook };
  }

  /**
   * Cancels a request that has not ended.
   *
   * @throws OperationError `ArgumentsInvalid` when there is no such request with that sequence; 503
   */
  async cancel(endpoint: Endpoint, requestID: string, sequence: number): Promise<void> {
    const queue = this.#queueOf(endpoint);
    let canceled = await queue.change(canceling(sequence, requestID));
    for (const end = Date.now() + CANCEL_MS; canceled === null && Date.now() < end;) {
      await queue.eventsDone();
      // Other processes start deliveries too.
      await queue.until(({ undelivered }) => undelivered.length < MAX_UNDELIVERED, end);
      canceled = await queue.change(canceling(sequence, requestID));
    }
    if (canceled === null) throw commonErrors.ServiceUnavailable('Too many requests end at this moment; try again.');
    if (!canceled) throw contractErrors.badArguments();
    // Its orchestration does it too, a moment later.
    if (endpoint.worker && 'kind' in endpoint.worker && canceled.end?.state === 'canceled')
      await this.#options.operations.cancel(requestID).catch(() => undefined);
  }

  /**
   * Drops all asynchronous requests that wait. Their rows and their webhooks follow.
   *
   * @returns their ids, in the order of the queue
   * @throws OperationError 503
   */
  async clean(endpoint: Endpoint): Promise<string[]> {
    const queue = this.#queueOf(endpoint);
    const { after, upTo, at } = await queue.change(droppingAll());
    if (after >= upTo) return [];
    const ids: string[] = [];
    for (let from = after; from < upTo;) {
      const page = await queue.page(from, upTo, { top: PAGE });
      // Some may say so already: they are marked at the same time.
      const isDropped = ({ mode, end, deadline }: RequestRecord) =>
        mode === 'async' && deadline >= at && (!end || (end.state === 'canceled' && end.at === at));
      ids.push(...page.filter(isDropped).map(({ requestID }) => requestID));
      from = page.at(-1)?.sequence ?? upTo;
    }
    // They are dropped: if this cannot be started now, a sweep does it.
    const instanceId = dropInstanceOf(partitionOf(endpoint));
    await this.#options.hub.start(DROP, instanceId, endpointInput(endpoint)).catch(() => undefined);
    return ids;
  }
}

/** Which endpoint, in inputs of orchestrations and activities. */
export const endpointInput = ({ id, createdAt }: Pick<Endpoint, 'id' | 'createdAt'>) => ({ endpoint: id, createdAt });

/** Starts the orchestration of a request that has a place. @throws OperationError 503 */
export function startRun(
  hub: RequestHub,
  endpoint: Pick<Endpoint, 'id' | 'createdAt'>,
  { sequence, requestID, acceptedAt, deadline, input = { text: 'null' }, webhook, traceParent }: RequestRecord,
): Promise<void> {
  const ids = { ...endpointInput(endpoint), sequence, requestID, ...(traceParent !== undefined && { traceParent }) };
  const run: RunInput = { ...ids, acceptedAt, deadline, input, ...(webhook !== undefined && { webhook }) };
  return hub.start(RUN, instanceOf(endpoint.id, requestID), run);
}

export function limitsOf(endpoint: Endpoint, asOf: number): Limits {
  const { maxSyncWaiting, maxQueued } = endpoint;
  return { workers: capOf(endpoint), maxSyncWaiting, maxQueued, asOf };
}

function isRequestID(text: string): boolean {
  return requestIDSchema.safeParse(text).success;
}
