import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { storing } from '../queue/changes.js';
import { type QueueOwner, type Queues } from '../queue/queues.js';
import { type RequestHub } from '../requests/hub.js';
import {
  instanceOf,
  PAGE_ENTITY,
  pageKey,
  pageCount,
  QUEUE_ENTITY,
  tendInstanceOf,
  type QueueEntity,
} from './earlier.js';

interface LeftoversOptions {
  hub: RequestHub;
  queues: Pick<Queues, 'of'>;
}

export interface LeftoverPage {
  /** Whether a page was deleted, and the next one can be. */
  more: boolean;
  /** Whether nothing is left. */
  isAll: boolean;
}

const NOTHING: LeftoverPage = { more: false, isAll: true };

/**
 * Deletes the instances and entities that an earlier version of the app kept of an endpoint's requests (earlier.ts).
 *
 * The queue's entity is deleted last: it names all others. Clean-ups (`sl-clean:…`) are named by none and stay
 * (docs/serverless-queue.md).
 */
export class Leftovers {
  readonly #options: LeftoversOptions;
  /** Endpoints of which nothing is left. */
  readonly #none = new Set<string>();
  /** By endpoint, the first page that this process did not delete. */
  readonly #pages = new Map<string, number>();

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  /**
   * Deletes the next page of an endpoint, when all of its requests were accepted before the time, ms since the epoch.
   *
   * @param isDeleted whether the endpoint was deleted, so that its sequences need not continue
   * @throws OperationError 503
   */
  async deletePage(endpoint: QueueOwner, isDeleted: boolean, acceptedBefore: number): Promise<LeftoverPage> {
    const { hub, queues } = this.#options;
    const { id } = endpoint;
    if (this.#none.has(id)) return NOTHING;
    const queue = await hub.readEntity<QueueEntity>(QUEUE_ENTITY, id);
    if (!queue) {
      this.#none.add(id);
      return NOTHING;
    }
    // A row that is made later would begin with sequence 1.
    if (!isDeleted && !this.#pages.has(id)) await queues.of(endpoint).change(storing());
    const { page, ids } = await this.#nextPage(id, queue);
    this.#pages.set(id, page);
    if ((await this.#deleteRequests(id, ids, acceptedBefore)) > 0) return { more: false, isAll: false };
    if (page < pageCount(queue)) {
      await hub.signalEntity(PAGE_ENTITY, pageKey(id, page), 'delete');
      this.#pages.set(id, page + 1);
      return { more: true, isAll: false };
    }
    if (!(await hub.endAndPurge(tendInstanceOf(id), 'Its queue is deleted.'))) return { more: false, isAll: false };
    await hub.signalEntity(QUEUE_ENTITY, id, 'delete');
    return { more: false, isAll: false };
  }

  /** Pages that a run before deleted are skipped. */
  async #nextPage(endpoint: string, queue: QueueEntity): Promise<{ page: number; ids: readonly string[] }> {
    for (let page = this.#pages.get(endpoint) ?? queue.firstPage; page < pageCount(queue); page++) {
      const ids = await this.#options.hub.readEntity<string[]>(PAGE_ENTITY, pageKey(endpoint, page));
      if (ids) return { page, ids };
    }
    return { page: pageCount(queue), ids: queue.tail };
  }

  /** @returns how many are left: they are not due, or end first */
  async #deleteRequests(endpoint: string, ids: readonly string[], acceptedBefore: number): Promise<number> {
    const { hub } = this.#options;
    let left = 0;
    await concurrently(ids, STORAGE_CALLS, async (requestID) => {
      const instanceId = instanceOf(endpoint, requestID);
      const instance = await hub.find(instanceId);
      if (!instance) return;
      const isDue = new Date(instance.createdTime).getTime() < acceptedBefore;
      // One that has not ended waits for an event that no process sends any more. The next run deletes it.
      if (!isDue || !(await hub.endAndPurge(instanceId, 'Its request has ended.'))) left++;
    });
    return left;
  }
}
