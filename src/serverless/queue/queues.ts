import { type TableStore } from '../../platform/storage.js';
import { type Endpoint } from '../endpoints/endpoint-store.js';
import { type RequestRecord } from '../requests/request-row.js';
import { EndpointQueue } from './endpoint-queue.js';
import { QueueLengths } from './queue-lengths.js';
import { queuedIn, type QueueState } from './queue.js';

export type QueueOwner = Pick<Endpoint, 'id' | 'createdAt'>;

/**
 * The partition of an endpoint's queue. An endpoint that is deleted and made again has another one, so that its new
 * owner never gets requests of the one before.
 */
export function partitionOf({ id, createdAt }: QueueOwner): string {
  return `${id}@${(Date.parse(createdAt) || 0).toString(36)}`;
}

interface QueuesOptions {
  table: Pick<TableStore, 'read' | 'transact' | 'query' | 'get'>;
  /** The state of a queue that has no row yet. */
  first(endpoint: QueueOwner): Promise<QueueState>;
  onGranted(endpoint: QueueOwner, requests: readonly RequestRecord[]): Promise<void>;
  onDropped(endpoint: QueueOwner, requests: readonly RequestRecord[]): Promise<void>;
}

/** The queues of all endpoints, each once in this process. */
export class Queues {
  readonly #options: QueuesOptions;
  readonly #queues = new Map<string, EndpointQueue>();
  readonly #lengths = new QueueLengths();

  constructor(options: QueuesOptions) {
    this.#options = options;
  }

  of(endpoint: QueueOwner): EndpointQueue {
    const partition = partitionOf(endpoint);
    const known = this.#queues.get(partition);
    if (known) return known;
    const { table } = this.#options;
    const queue = new EndpointQueue({
      table,
      partition,
      first: () => this.#options.first(endpoint),
      onGranted: (requests) => this.#options.onGranted(endpoint, requests),
      onDropped: (requests) => this.#options.onDropped(endpoint, requests),
      onState: (state) => this.#lengths.saw(endpoint.id, queuedIn(state)),
    });
    this.#queues.set(partition, queue);
    return queue;
  }
}
