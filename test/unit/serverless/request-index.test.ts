import { type EntityId } from 'durable-functions';
import { type DurableClient } from '../../../src/operations/durable.js';
import { RequestHub } from '../../../src/serverless/hub.js';
import { createRequestIndex } from '../../../src/serverless/request-index.js';
import { emptyQueue, enter, PAGE_SIZE, type QueueState } from '../../../src/serverless/queue.js';

/** A task hub with an endpoint whose request ids are their sequences after an `r`. */
function hubWith(count: number): RequestHub {
  const pages = new Map<string, unknown>();
  let queue: QueueState = emptyQueue;
  for (let sequence = 1; sequence <= count; sequence++) {
    const entry = { requestID: `r${sequence}`, sync: false, workers: 0, maxSyncWaiting: 0, asOf: 1 };
    const [next, , full] = enter(queue, entry);
    queue = next;
    if (full) pages.set(`gpu!${full.page}`, full.ids);
  }
  pages.set('gpu', queue);
  const readEntityState = ({ key }: EntityId) =>
    Promise.resolve({ entityExists: pages.has(key), entityState: pages.get(key) });
  return new RequestHub({ readEntityState } as unknown as DurableClient);
}

test.each<[string, [number, number][]]>([
  ['none', []],
  ['all', [[1, 2 * PAGE_SIZE + 3]]],
  ['the last of a page', [[PAGE_SIZE, PAGE_SIZE]]],
  ['the first of a page', [[PAGE_SIZE + 1, PAGE_SIZE + 1]]],
  ['whole pages', [[1, 2 * PAGE_SIZE]]],
  [
    'across pages, and in the unfinished one',
    [
      [PAGE_SIZE - 1, PAGE_SIZE + 2],
      [2 * PAGE_SIZE, 2 * PAGE_SIZE + 1],
      [2 * PAGE_SIZE + 3, 2 * PAGE_SIZE + 3],
    ],
  ],
])('the ids of %s are found in their order', async (_name, ranges) => {
  const sequences = ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
  const ids = await createRequestIndex(hubWith(2 * PAGE_SIZE + 3)).idsIn('gpu', ranges);
  expect(ids).toEqual(sequences.map((sequence) => `r${sequence}`));
});
