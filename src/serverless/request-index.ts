import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors } from '../platform/errors.js';
import { RecentMap } from '../platform/recent-map.js';
import { forEachConcurrently } from './concurrently.js';
import { type RequestHub } from './hub.js';
import { indexInPage, PAGE_SIZE, pageOf } from './queue.js';
import { type Ranges } from './ranges.js';

/** Pages in memory: the next requests of a few hundred queues. */
const MAX_PAGES = 256;
/** A page is written within milliseconds of the queue step that filled it. */
const READS = 5;
const READ_AGAIN_MS = 10;

/** Finds the ids of requests by their sequences. */
export interface RequestIndex {
  /**
   * The id of a request, undefined when its page has been deleted.
   *
   * @throws OperationError 503 when it cannot be read now, such as in the moment in which a page is written
   */
  idOf(endpoint: string, sequence: number): Promise<string | undefined>;
  /** The ids of requests by ranges of their sequences. @throws OperationError 503 */
  idsIn(endpoint: string, ranges: Ranges): Promise<string[]>;
  /** All ids of a page so far, undefined when it has been deleted. @throws OperationError 503 */
  page(endpoint: string, page: number): Promise<string[] | undefined>;
}

/** Ids that were read are cached, because they never change: a page only grows until it is full. */
export function createRequestIndex(hub: Pick<RequestHub, 'readQueue' | 'readPage'>): RequestIndex {
  const known = new RecentMap<string, string[]>(MAX_PAGES);
  const underWay = new Map<string, Promise<string[] | undefined>>();

  const read = async (endpoint: string, page: number): Promise<string[] | undefined> => {
    const queue = await hub.readQueue(endpoint);
    if (pageOf(queue.last + 1) === page) return queue.tail;
    if (page < queue.firstPage) return undefined;
    for (let attempt = 1; attempt <= READS; attempt++) {
      const ids = await hub.readPage(endpoint, page);
      if (ids) return ids;
      await sleep(attempt * READ_AGAIN_MS); // the queue has sent it
    }
    throw commonErrors.ServiceUnavailable('A page of the queue is not there yet; try again.');
  };

  return {
    page: read,
    async idsIn(endpoint, ranges) {
      const pieces = ranges.flatMap(byPage);
      const ids: string[][] = [];
      await forEachConcurrently([...pieces.entries()], async ([index, [from, to]]) => {
        const page = (await read(endpoint, pageOf(from))) ?? [];
        ids[index] = page.slice(indexInPage(from), indexInPage(to) + 1);
      });
      return ids.flat();
    },
    async idOf(endpoint, sequence) {
      const [page, index] = [pageOf(sequence), indexInPage(sequence)];
      const key = `${endpoint}!${page}`;
      const id = known.get(key)?.[index] ?? (await underWay.get(key))?.[index];
      if (id !== undefined) return id;
      const reading = read(endpoint, page);
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

/** The range, split at the borders of pages. */
function byPage([from, to]: readonly [number, number]): [number, number][] {
  const count = pageOf(to) - pageOf(from) + 1;
  return Array.from({ length: count }, (_, index) => {
    const first = (pageOf(from) + index) * PAGE_SIZE + 1;
    return [Math.max(first, from), Math.min(first + PAGE_SIZE - 1, to)];
  });
}
