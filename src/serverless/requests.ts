import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { findInstance, onTaskHub, type DurableClient, type Instance } from '../operations/durable.js';
import { FIRST_POLL_MS, nextPollMs } from '../operations/monitor.js';
import type { BlobStore } from '../platform/storage.js';
import { forEachAtOnce } from './concurrently.js';
import { readQueue, type Directory } from './request-index.js';
import { capOf, type Endpoint } from './endpoints/endpoint-store.js';
import { contractErrors } from './errors.js';
import { cancelRequest } from './events.js';
import { CLEAN, cleanInstanceOf, inputBlobOf, instanceOf, REQUEST } from './names.js';
import type { Notices } from './local-notifications.js';
import type { Ranges } from './ranges.js';
import { isEnded } from './results.js';
import {
  requestID as requestIDSchema,
  type Body,
  type CleanInput,
  type Mode,
  type RequestInput,
  type RequestNote,
  type StatusObject,
} from './schemas.js';
import { statusOf } from './status.js';
import { findRequest, isEndedInstance, isStopped, noteOf, watchRequest } from './watch.js';

/** A longer input is a blob, not part of the history. */
const INLINE_INPUT_BYTES = 16 * 1024;
/** What entering the queue may take, ms; it is one step of an entity. */
const ENTER_MS = 30_000;
/** What an end may take to be noted after its deadline, ms. */
const END_SLACK_MS = 10_000;
/** What it may take to tell all that were dropped. */
const CLEAN_MS = 3_600_000;
/** What a cancellation may take to show. */
const CANCEL_MS = 5_000;

export interface RequestsOptions {
  directory: Directory;
  blobs: Pick<BlobStore, 'put' | 'get' | 'readUrl' | 'deletePrefix'>;
  notices: Notices;
  /** Waits between attempts at a webhook, ms. */
  webhookGapsMs: readonly number[];
}

export interface NewRequest {
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

/** The requests of all endpoints, as their clients' calls deal with them. */
export class Requests {
  constructor(private readonly options: RequestsOptions) {}

  /**
   * Puts a request into its endpoint's queue.
   * @throws OperationError `PublishFailed`, 503
   */
  async accept(client: DurableClient, endpoint: Endpoint, request: NewRequest): Promise<Accepted> {
    const input = await this.inputOf(endpoint, request);
    const isIn = ({ sequence }: RequestNote) => sequence !== undefined;
    const note = await this.start(client, input, isIn, ENTER_MS);
    if (note?.sequence !== undefined) return { ...input, sequence: note.sequence };
    throw contractErrors.publish(await this.giveUp(client, input));
  }

  /**
   * Puts a request into the queue and waits for its end.
   * @throws OperationError `WorkersBusy`, `RequestTimeout`, `PublishFailed`, 503
   */
  async run(client: DurableClient, endpoint: Endpoint, request: NewRequest): Promise<Accepted & { note: RequestNote }> {
    const input = await this.inputOf(endpoint, request);
    const isOver = ({ state }: RequestNote) => isEnded(state) || state === 'refused';
    const note = await this.start(client, input, isOver, request.ttlMs + END_SLACK_MS);
    if (note?.state === 'refused') {
      await this.forget(client, input);
      throw contractErrors.busy();
    }
    if (note?.sequence !== undefined) return { ...input, sequence: note.sequence, note };
    await this.giveUp(client, input);
    throw contractErrors.timeout();
  }

  private async inputOf(endpoint: Endpoint, request: NewRequest): Promise<RequestInput> {
    const { id, worker, maxSyncWaiting } = endpoint;
    const requestID = randomUUID();
    const now = Date.now();
    return {
      endpoint: id,
      requestID,
      mode: request.mode,
      input: await this.keep(id, requestID, request.input),
      ...(request.webhook !== undefined && { webhook: request.webhook }),
      deadline: now + request.ttlMs,
      workers: capOf(endpoint),
      maxSyncWaiting,
      asOf: now,
      gapsMs: this.options.webhookGapsMs,
      ...(worker && 'kind' in worker && { kind: worker.kind }),
    };
  }

  private async keep(endpoint: string, requestID: string, text: string): Promise<Body> {
    const bytes = Buffer.byteLength(text);
    if (bytes <= INLINE_INPUT_BYTES) return { text };
    const blob = inputBlobOf(endpoint, requestID);
    await this.options.blobs.put(blob, Buffer.from(text), 'application/json');
    return { blob };
  }

  private start(client: DurableClient, input: RequestInput, wanted: (note: RequestNote) => boolean, ms: number) {
    const { endpoint, requestID } = input;
    const begin = async () => {
      try {
        await onTaskHub(() => client.startNew(REQUEST, { instanceId: instanceOf(endpoint, requestID), input }));
      } catch (thrown) {
        // The task hub may have started it all the same.
        await this.giveUp(client, input).catch(() => undefined);
        throw thrown;
      }
    };
    const by = { client, notices: this.options.notices };
    return watchRequest(by, endpoint, requestID, wanted, { ms, begin }).note;
  }

  /** A client that is told of a failure must not find its work done later. */
  private async giveUp(client: DurableClient, { endpoint, requestID }: RequestInput): Promise<Error> {
    await cancelRequest(client, endpoint, requestID);
    return new Error('The request did not come into the queue in time.');
  }

  /** What was refused is in no page, where retention would find it. */
  private async forget(client: DurableClient, { endpoint, requestID, input }: RequestInput): Promise<void> {
    if ('blob' in input) await this.options.blobs.deletePrefix(input.blob);
    await onTaskHub(() => client.purgeInstanceHistory(instanceOf(endpoint, requestID)));
  }

  /** @throws OperationError 503 */
  async statuses(client: DurableClient, endpoint: Endpoint, ids: readonly string[]): Promise<StatusObject[]> {
    let queue: ReturnType<typeof readQueue> | undefined;
    const sources = {
      blobs: this.options.blobs,
      queue: () => (queue ??= readQueue(client, endpoint.id)),
      hasWorker: capOf(endpoint) > 0,
      now: Date.now(),
    };
    const statuses: StatusObject[] = [];
    const look = async (requestID: string, index: number) => {
      const instance = isRequestID(requestID) ? await findRequest(client, endpoint.id, requestID) : undefined;
      statuses[index] = await statusOf({ serverlessID: endpoint.id, requestID }, instance, sources);
    };
    await forEachAtOnce([...ids.entries()], ([index, id]) => look(id, index));
    return statuses;
  }

  /**
   * Cancels a request that has not ended, and waits a moment until that shows.
   * @throws OperationError `ArgumentsInvalid` when there is no such request with that sequence; 503
   */
  async cancel(client: DurableClient, endpoint: Endpoint, requestID: string, sequence: number): Promise<void> {
    const instance = await findRequest(client, endpoint.id, requestID);
    const note = instance && noteOf(instance);
    if (!instance || note?.sequence !== sequence) throw contractErrors.badArguments();
    if (isEnded(note.state) || isStopped(instance)) return;
    const by = { client, notices: this.options.notices };
    const begin = () => cancelRequest(client, endpoint.id, requestID);
    const hasEnded = ({ state }: RequestNote) => isEnded(state);
    await watchRequest(by, endpoint.id, requestID, hasEnded, { ms: CANCEL_MS, begin }).note;
  }

  /**
   * Drops all that wait; they hear of it after this.
   * @returns their ids, in the order of the queue
   * @throws OperationError 503
   */
  async clean(client: DurableClient, endpoint: Endpoint, cleanID: string): Promise<string[]> {
    const instanceId = cleanInstanceOf(endpoint.id, cleanID);
    const input: CleanInput = { endpoint: endpoint.id };
    await onTaskHub(() => client.startNew(CLEAN, { instanceId, input }));
    const { customStatus } = await lookFor(client, instanceId, (instance) => instance.customStatus !== null);
    const ids = await this.options.directory.idsIn(client, endpoint.id, customStatus as Ranges);
    // Should this come to nothing, what is left is one short record.
    void forgetCleanUp(client, instanceId).catch(() => undefined);
    return ids;
  }
}

async function forgetCleanUp(client: DurableClient, instanceId: string): Promise<void> {
  await lookFor(client, instanceId, isEndedInstance, CLEAN_MS);
  await onTaskHub(() => client.purgeInstanceHistory(instanceId));
}

async function lookFor(
  client: DurableClient,
  instanceId: string,
  wanted: (instance: Instance) => boolean,
  ms = ENTER_MS,
): Promise<Instance> {
  const deadline = Date.now() + ms;
  for (let pause = FIRST_POLL_MS; Date.now() < deadline; pause = nextPollMs(pause)) {
    const instance = await findInstance(client, instanceId);
    if (instance && wanted(instance)) return instance;
    if (instance && isStopped(instance)) break;
    await delay(pause, undefined, { ref: false });
  }
  throw new Error('The clean-up did not come so far in time.');
}

function isRequestID(text: string): boolean {
  return requestIDSchema.safeParse(text).success;
}
