import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instance } from '../operations/durable.js';
import { FIRST_POLL_MS, nextPollMs } from '../operations/monitor.js';
import { type BlobStore } from '../platform/storage.js';
import { forEachConcurrently } from './concurrently.js';
import { capOf, type Endpoint } from './endpoints/endpoint-store.js';
import { contractErrors } from './errors.js';
import { type RequestHub } from './hub.js';
import { type LocalNotifications } from './local-notifications.js';
import { CLEAN, cleanInstanceOf, inputBlobOf, instanceOf, REQUEST } from './names.js';
import { queueingCount, type QueueState } from './queue.js';
import { type Ranges } from './ranges.js';
import { type RequestIndex } from './request-index.js';
import { isEnded } from './results.js';
import {
  requestID as requestIDSchema,
  type Body,
  type CleanInput,
  type CustomStatus,
  type Mode,
  type RequestInput,
  type StatusObject,
} from './schemas.js';
import { statusOf } from './status.js';
import { customStatusOf, isAborted, isOver, watchRequest } from './watch.js';

/** A longer input is a blob, not part of the history. */
const INLINE_INPUT_BYTES = 16 * 1024;
/** Longest time to enter the queue, which is one step of an entity. */
const ENTER_MS = 30_000;
/** Longest time after the deadline until the end is shown. */
const END_SLACK_MS = 10_000;
/** Longest time to cancel all requests of a clean-up. */
const CLEAN_MS = 3_600_000;
/** Longest time until a cancellation is shown. */
const CANCEL_MS = 5_000;

interface RequestsOptions {
  hub: RequestHub;
  index: RequestIndex;
  blobs: Pick<BlobStore, 'put' | 'get' | 'readUrl' | 'deletePrefix'>;
  notifications: LocalNotifications;
  /** Waits between attempts at a webhook, ms. */
  webhookGapsMs: readonly number[];
}

interface NewRequest {
  mode: Mode;
  /** JSON text. */
  input: string;
  webhook?: string;
  ttlMs: number;
}

export interface Accepted {
  requestID: string;
  sequence: number;
  deadline: number;
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
   * @throws OperationError `PublishFailed`, 503
   */
  async accept(endpoint: Endpoint, request: NewRequest): Promise<Accepted> {
    const input = await this.#inputOf(endpoint, request);
    const isQueued = ({ sequence }: CustomStatus) => sequence !== undefined;
    const status = await this.#start(input, isQueued, ENTER_MS);
    if (status?.sequence !== undefined) return { ...input, sequence: status.sequence };
    throw contractErrors.publish(await this.#giveUp(input));
  }

  /**
   * Puts a request into the queue and waits for its end.
   *
   * @throws OperationError `WorkersBusy`, `RequestTimeout`, `PublishFailed`, 503
   */
  async run(endpoint: Endpoint, request: NewRequest): Promise<Accepted & { status: CustomStatus }> {
    const input = await this.#inputOf(endpoint, request);
    const isDone = ({ state }: CustomStatus) => isEnded(state) || state === 'refused';
    const status = await this.#start(input, isDone, request.ttlMs + END_SLACK_MS);
    if (status?.state === 'refused') {
      await this.#forget(input);
      throw contractErrors.busy();
    }
    if (status?.sequence !== undefined) return { ...input, sequence: status.sequence, status };
    await this.#giveUp(input);
    throw contractErrors.timeout();
  }

  async #inputOf(endpoint: Endpoint, request: NewRequest): Promise<RequestInput> {
    const { id, worker, maxSyncWaiting } = endpoint;
    const requestID = randomUUID();
    const now = Date.now();
    return {
      endpoint: id,
      requestID,
      mode: request.mode,
      input: await this.#storeInput(id, requestID, request.input),
      ...(request.webhook !== undefined && { webhook: request.webhook }),
      deadline: now + request.ttlMs,
      workers: capOf(endpoint),
      maxSyncWaiting,
      asOf: now,
      gapsMs: this.#options.webhookGapsMs,
      ...(worker && 'kind' in worker && { kind: worker.kind }),
    };
  }

  async #storeInput(endpoint: string, requestID: string, text: string): Promise<Body> {
    const bytes = Buffer.byteLength(text);
    if (bytes <= INLINE_INPUT_BYTES) return { text };
    const blob = inputBlobOf(endpoint, requestID);
    await this.#options.blobs.put(blob, Buffer.from(text), 'application/json');
    return { blob };
  }

  #start(input: RequestInput, wanted: (status: CustomStatus) => boolean, ms: number) {
    const { endpoint, requestID } = input;
    const begin = async () => {
      try {
        await this.#options.hub.start(REQUEST, instanceOf(endpoint, requestID), input);
      } catch (thrown) {
        // The task hub may have started it nevertheless.
        await this.#giveUp(input).catch(() => undefined);
        throw thrown;
      }
    };
    return watchRequest(this.#options, endpoint, requestID, wanted, { ms, begin }).status;
  }

  /** A client that is told of a failure must not find its work done later. */
  async #giveUp({ endpoint, requestID }: RequestInput): Promise<Error> {
    await this.#options.hub.raiseCancel(endpoint, requestID);
    return new Error('The request did not enter the queue in time.');
  }

  /** A refused request is in no page, where retention would find it. */
  async #forget({ endpoint, requestID, input }: RequestInput): Promise<void> {
    if ('blob' in input) await this.#options.blobs.deletePrefix(input.blob);
    await this.#options.hub.purge(instanceOf(endpoint, requestID));
  }

  /** How many requests wait for a worker. @throws OperationError 503 */
  async queueingCount(endpoint: Endpoint): Promise<number> {
    return queueingCount(await this.#options.hub.readQueue(endpoint.id));
  }

  /** The status objects of requests, in the order asked. @throws OperationError 503 */
  async statuses(endpoint: Endpoint, ids: readonly string[]): Promise<StatusObject[]> {
    const { hub, blobs } = this.#options;
    let queue: Promise<QueueState> | undefined;
    const sources = {
      blobs,
      queue: () => (queue ??= hub.readQueue(endpoint.id)),
      hasWorker: capOf(endpoint) > 0,
      now: Date.now(),
    };
    const statuses: StatusObject[] = [];
    await forEachConcurrently([...ids.entries()], async ([index, requestID]) => {
      const instance = isRequestID(requestID) ? await hub.findRequest(endpoint.id, requestID) : undefined;
      statuses[index] = await statusOf({ serverlessID: endpoint.id, requestID }, instance, sources);
    });
    return statuses;
  }

  /**
   * Cancels a request that has not ended, and waits a moment until that shows.
   *
   * @throws OperationError `ArgumentsInvalid` when there is no such request with that sequence; 503
   */
  async cancel(endpoint: Endpoint, requestID: string, sequence: number): Promise<void> {
    const { hub } = this.#options;
    const instance = await hub.findRequest(endpoint.id, requestID);
    const status = instance && customStatusOf(instance);
    if (!instance || status?.sequence !== sequence) throw contractErrors.badArguments();
    if (isEnded(status.state) || isAborted(instance)) return;
    const begin = () => hub.raiseCancel(endpoint.id, requestID);
    const hasEnded = ({ state }: CustomStatus) => isEnded(state);
    await watchRequest(this.#options, endpoint.id, requestID, hasEnded, { ms: CANCEL_MS, begin }).status;
  }

  /**
   * Drops all requests that wait. They are canceled one by one after this.
   *
   * @returns their ids, in the order of the queue
   * @throws OperationError 503
   */
  async clean(endpoint: Endpoint, cleanID: string): Promise<string[]> {
    const { hub, index } = this.#options;
    const instanceId = cleanInstanceOf(endpoint.id, cleanID);
    await hub.start(CLEAN, instanceId, { endpoint: endpoint.id } satisfies CleanInput);
    const { customStatus } = await this.#waitFor(instanceId, (instance) => instance.customStatus !== null);
    const ids = await index.idsIn(endpoint.id, customStatus as Ranges);
    // If this fails, one short record stays.
    void this.#forgetCleanUp(instanceId).catch(() => undefined);
    return ids;
  }

  async #forgetCleanUp(instanceId: string): Promise<void> {
    await this.#waitFor(instanceId, isOver, CLEAN_MS);
    await this.#options.hub.purge(instanceId);
  }

  async #waitFor(instanceId: string, wanted: (instance: Instance) => boolean, ms = ENTER_MS): Promise<Instance> {
    const deadline = Date.now() + ms;
    for (let waitMs = FIRST_POLL_MS; Date.now() < deadline; waitMs = nextPollMs(waitMs)) {
      const instance = await this.#options.hub.find(instanceId);
      if (instance && wanted(instance)) return instance;
      if (instance && isAborted(instance)) break;
      await sleep(waitMs, undefined, { ref: false });
    }
    throw new Error('The clean-up did not finish in time.');
  }
}

function isRequestID(text: string): boolean {
  return requestIDSchema.safeParse(text).success;
}
