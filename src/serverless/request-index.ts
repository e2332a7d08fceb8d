import { setTimeout as delay } from 'node:timers/promises';
import { onTaskHub, type DurableClient } from '../operations/durable.js';
import { commonErrors } from '../platform/errors.js';
import { RecentMap } from '../platform/recent-map.js';
import { forEachAtOnce } from './concurrently.js';
import { pageId, queueId } from './queue.entity.js';
import { indexInPage, PAGE_SIZE, pageOf, queueFrom, type QueueState } from './queue.js';
import type { Ranges } from './ranges.js';

/** Pages in memory: who is next in each of a few hundred queues. */
const MAX_PAGES = 256;
/** A page follows the step of the queue that filled it within milliseconds. */
const LOOKS = 5;
const LOOK_AGAIN_MS = 10;

/** Which request has which sequence. */
export interface Directory {
  /**
   * The id of a request, undefined when its page has been deleted.
   * @throws OperationError 503 when that cannot be said just now, such as in the moment in which a page is written
   */
  idOf(client: DurableClient, endpoint: string, sequence: number): Promise<string | undefined>;
  /** The ids of requests by ranges of their sequences. @throws OperationError 503 */
  idsIn(client: DurableClient, endpoint: string, ranges: Ranges): Promise<string[]>;
  page(client: DurableClient, endpoint: string, page: number): Promise<string[] | undefined>;
}

/** What has once been read never changes: a page only grows until it is full. */
export function createDirectory(): Directory {
  const known = new RecentMap<string, string[]>(MAX_PAGES);
  const underWay = new Map<string, Promise<string[] | undefined>>();

  const read = async (client: DurableClient, endpoint: string, page: number): Promise<string[] | undefined> => {
    const queue = await readQueue(client, endpoint);
    if (pageOf(queue.last + 1) === page) return queue.tail;
    if (page < queue.firstPage) return undefined;
    for (let look = 1; look <= LOOKS; look++) {
      const state = await onTaskHub(() => client.readEntityState<string[]>(pageId(endpoint, page)));
      if (state.entityExists) return state.entityState;
      await delay(look * LOOK_AGAIN_MS); // the queue has sent it on its way
    }
    throw commonErrors.ServiceUnavailable('A page of the queue is not there yet; try again.');
  };

  return {
    page: read,
    async idsIn(client, endpoint, ranges) {
      const pieces = ranges.flatMap(byPage);
      const ids: string[][] = [];
      await forEachAtOnce([...pieces.entries()], async ([index, [from, to]]) => {
        const page = (await read(client, endpoint, pageOf(from))) ?? [];
        ids[index] = page.slice(indexInPage(from), indexInPage(to) + 1);
      });
      return ids.flat();
    },
    async idOf(client, endpoint, sequence) {
      const [page, index] = [pageOf(sequence), indexInPage(sequence)];
      const key = `${endpoint}!${page}`;
      const id = known.get(key)?.[index] ?? (await underWay.get(key))?.[index];
      if (id !== undefined) return id;
      const reading = read(client, endpoint, page);
      underWay.set(key, reading);
      const ids = await reading.finally(() => underWay.get(key) === reading && underWay.delete(key));
      if (ids) known.set(key, ids);
      if (ids && ids.length <= index) {
        throw commonErrors.ServiceUnavailable(`The place ${index} of ${PAGE_SIZE} is not yet taken; try again.`);
      }
      return ids?.[index];
    },
  };
}

/** The range, cut where one page ends and the next begins. */
function byPage([from, to]: readonly [number, number]): [number, number][] {
  const count = pageOf(to) - pageOf(from) + 1;
  return Array.from({ length: count }, (_, index) => {
    const first = (pageOf(from) + index) * PAGE_SIZE + 1;
    return [Math.max(first, from), Math.min(first + PAGE_SIZE - 1, to)];
  });
}

export async function readQueue(client: DurableClient, endpoint: string): Promise<QueueState> {
  const { entityState } = await onTaskHub(() => client.readEntityState<QueueState>(queueId(endpoint)));
  return queueFrom(entityState);
}
