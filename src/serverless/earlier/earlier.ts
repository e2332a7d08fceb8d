import { z } from 'zod';
import { type Instance } from '../../operations/durable.js';
import { type TableStore } from '../../platform/storage.js';
import { type DeliveryState } from '../../webhooks/attempts.js';
import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { DELIVERY, deliveryInstanceOf } from '../names.js';
import { emptyQueue, type QueueState } from '../queue/queue.js';
import { partitionOf, type QueueOwner } from '../queue/queues.js';
import { type RequestHub } from '../requests/hub.js';
import { requestKey, requestOfRow, rowOfRequest, type RequestRecord } from '../requests/request-row.js';
import { deliveryOf } from '../requests/run.orchestrator.js';
import { isEnded } from '../results/results.js';
import { type Body, type DeliveryOrchestrationInput, type EndState, type Mode, type ResultRef } from '../schemas.js';

/**
 * Requests of an earlier version of the app. It kept an endpoint's queue in an entity, the ids of its requests in
 * entities of 100 each, and the state of each request in the custom status of its orchestration.
 *
 * The queue's row is made from them when it is first needed: requests that have not ended enter it, in their order and
 * with their sequences, and their orchestrations do nothing more (names.ts). Requests that ended are shown from their
 * custom status.
 */
export const QUEUE_ENTITY = 'serverless_queue';
export const PAGE_ENTITY = 'serverless_page';
/** Functions that histories of that version name. They end without effect, now that the requests are rows. */
export const ORCHESTRATIONS = ['serverless_request', 'serverless_clean', 'serverless_tend'];

export const instanceOf = (endpoint: string, requestID: string) => `sl:${endpoint}:${requestID}`;
/** The orchestration of that version that did the work of a sweep. */
export const tendInstanceOf = (endpoint: string) => `sl-tend:${endpoint}`;
/** The key of a page's entity. */
export const pageKey = (endpoint: string, page: number) => `${endpoint}!${page}`;

const PAGE_SIZE = 100;

export interface QueueEntity {
  last: number;
  tail: string[];
  firstPage: number;
}

/** Full pages, deleted ones included; the ids after them are in `tail`. */
export const pageCount = ({ last }: Pick<QueueEntity, 'last'>) => Math.floor(last / PAGE_SIZE);

interface CustomStatus {
  state: 'refused' | 'queued' | 'running' | EndState;
  sequence?: number;
  mode: Mode;
  error?: string;
  result?: ResultRef;
  endedAt?: number;
  delivery?: DeliveryState;
}

interface Input {
  mode: Mode;
  input: Body;
  webhook?: string;
  deadline: number;
  asOf: number;
  gapsMs: readonly number[];
}

interface EarlierOptions {
  hub: RequestHub;
  table: Pick<TableStore, 'insert' | 'get'>;
}

export class Earlier {
  readonly #options: EarlierOptions;
  /** Endpoints that have no such queue. */
  readonly #none = new Set<string>();

  constructor(options: EarlierOptions) {
    this.#options = options;
  }

  /** The state of a queue that has no row yet. @throws OperationError 503 */
  async firstState(endpoint: QueueOwner): Promise<QueueState> {
    if (this.#none.has(endpoint.id)) return emptyQueue;
    const entity = await this.#options.hub.readEntity<QueueEntity>(QUEUE_ENTITY, endpoint.id);
    if (!entity) {
      this.#none.add(endpoint.id);
      return emptyQueue;
    }
    const open: RequestRecord[] = [];
    for (const ids of await this.#pages(endpoint.id, entity)) {
      const found: (RequestRecord | undefined)[] = [];
      await concurrently([...ids.entries()], STORAGE_CALLS, async ([index, requestID]) => {
        found[index] = await this.#moved(endpoint, requestID);
      });
      open.push(...found.filter((request) => request !== undefined));
    }
    const partition = partitionOf(endpoint);
    await concurrently(open, STORAGE_CALLS, async (request) => {
      await this.#options.table.insert(rowOfRequest(partition, request)); // unless another process did
    });
    const head = (open[0]?.sequence ?? entity.last + 1) - 1;
    return { ...emptyQueue, last: entity.last, head, droppedDone: head, waiting: open.length };
  }

  async #pages(endpoint: string, queue: QueueEntity): Promise<string[][]> {
    const pages: string[][] = [];
    for (let page = queue.firstPage; page < pageCount(queue); page++)
      pages.push((await this.#options.hub.readEntity<string[]>(PAGE_ENTITY, pageKey(endpoint, page))) ?? []);
    return [...pages, queue.tail];
  }

  /** The request as a row; undefined when it has ended. Its webhook goes on if it is not delivered. */
  async #moved(endpoint: QueueOwner, requestID: string): Promise<RequestRecord | undefined> {
    const { hub } = this.#options;
    const instance = await hub.find(instanceOf(endpoint.id, requestID), true);
    const request = instance && requestOf(instance, requestID);
    const isOwn = request && request.acceptedAt >= (Date.parse(endpoint.createdAt) || 0);
    // One that ended by itself while its state is open was ended by the new version (stubs.ts).
    if (!isOwn || ['Terminated', 'Canceled'].includes(instance.runtimeStatus)) return undefined;
    if (!request.end) return request.mode === 'async' ? request : undefined;
    const { sequence, webhook, end, delivery } = request;
    if (webhook === undefined || delivery?.state !== 'pending') return undefined;
    const ids = { endpoint: endpoint.id, createdAt: endpoint.createdAt, sequence, requestID };
    const { gapsMs } = instance.input as Input;
    const rest = { ...ids, delivery: deliveryOf(ids, end, webhook), attempts: delivery.attempts, gapsMs };
    await hub.start(DELIVERY, deliveryInstanceOf(endpoint.id, requestID), rest satisfies DeliveryOrchestrationInput);
    return undefined;
  }

  /** A request that is no row of its own id, or undefined. @throws OperationError 503 */
  async find(endpoint: QueueOwner, requestID: string): Promise<RequestRecord | undefined> {
    const instance = await this.#options.hub.find(instanceOf(endpoint.id, requestID), true);
    const request = instance && requestOf(instance, requestID);
    if (!request || request.acceptedAt < (Date.parse(endpoint.createdAt) || 0)) return undefined;
    const row = await this.#options.table.get(partitionOf(endpoint), requestKey(request.sequence));
    const moved = row && requestOfRow(row);
    return moved?.requestID === requestID ? moved : request;
  }
}

const earlierInput = z.looseObject({ mode: z.string(), deadline: z.number(), asOf: z.number() });

function requestOf(instance: Instance, requestID: string): RequestRecord | undefined {
  if (!earlierInput.safeParse(instance.input).success) return undefined;
  const { mode, input, webhook, deadline, asOf } = instance.input as Input;
  const status = instance.customStatus as CustomStatus | null;
  if (status?.sequence === undefined) return undefined;
  const { state, sequence, error, result, endedAt = asOf, delivery } = status;
  const request = {
    sequence,
    requestID,
    mode,
    acceptedAt: asOf,
    deadline,
    owner: '',
    input,
    ...(webhook !== undefined && { webhook }),
  };
  if (state === 'queued' || state === 'running' || !isEnded(state)) return request;
  const end = { state, at: endedAt, ...(error !== undefined && { error }), ...(result && { result }) };
  return { ...request, end, ...(delivery && { delivery }) };
}
