import { type Instance } from '../operations/durable.js';
import { type BlobStore } from '../platform/storage.js';
import { type EndpointStore } from './endpoints/endpoint-store.js';
import { type RequestHub } from './hub.js';
import { blobPrefix, instanceOf } from './names.js';
import { pageOf } from './queue.js';
import { type RequestIndex } from './request-index.js';
import { REMEMBERED_MS } from './schemas.js';
import { customStatusOf, isAborted, isOver } from './watch.js';

interface RetentionOptions {
  endpoints: Pick<EndpointStore, 'list' | 'deleted' | 'forget'>;
  hub: RequestHub;
  index: RequestIndex;
  blobs: Pick<BlobStore, 'deletePrefix'>;
  now: number;
  /** When to stop, in ms since the epoch; the next run continues. */
  deadline: number;
  /** Called for an endpoint whose requests could not be deleted; the next run tries again. */
  onFailure(endpoint: string, thrown: unknown): void;
}

/**
 * Deletes requests that ended over 24 hours ago, in the order of their sequences, up to the first that is not due. A
 * request that lives long delays the others by at most 24 hours, the longest TTL.
 *
 * @returns the number of deleted requests
 */
export async function deleteOldRequests(options: RetentionOptions): Promise<number> {
  const { endpoints } = options;
  const deletedEndpoints = await endpoints.deleted();
  const current = (await endpoints.list()).map(({ id }) => id);
  let deleted = 0;
  for (const id of new Set([...current, ...deletedEndpoints])) {
    try {
      const result = await deleteOf(options, id);
      deleted += result.deleted;
      if (result.isAll && deletedEndpoints.includes(id)) await endpoints.forget(id);
    } catch (thrown) {
      options.onFailure(id, thrown);
    }
  }
  return deleted;
}

interface Deleted {
  /** Whether no request is left. */
  isAll: boolean;
  deleted: number;
}

async function deleteOf(options: RetentionOptions, endpoint: string): Promise<Deleted> {
  const { hub, index } = options;
  const { firstPage, last } = await hub.readQueue(endpoint);
  /** The pages before it are full. */
  const lastPage = pageOf(last + 1);
  let [page, deleted, isAll] = [firstPage, 0, true];
  for (; isAll && page <= lastPage; page++) {
    const ids = (await index.page(endpoint, page)) ?? [];
    const result = await deleteFirst(options, endpoint, ids);
    deleted += result.deleted;
    isAll = result.isAll;
  }
  const kept = page - 1; // the first page with a request that is left, or the last page
  if (kept > firstPage) await hub.signalQueue(endpoint, 'forget', { firstPage: kept });
  return { isAll, deleted };
}

/** Deletes the requests that are due, up to the first that is not. */
async function deleteFirst(options: RetentionOptions, endpoint: string, ids: readonly string[]): Promise<Deleted> {
  let deleted = 0;
  for (const requestID of ids) {
    const instance = await options.hub.findRequest(endpoint, requestID);
    if (!instance) continue;
    if (!isDue(instance, options.now) || Date.now() >= options.deadline) return { isAll: false, deleted };
    await deleteRequest(options, endpoint, requestID, instance);
    deleted++;
  }
  return { isAll: true, deleted };
}

export function isDue(instance: Instance, now: number): boolean {
  const endedAt = customStatusOf(instance)?.endedAt ?? new Date(instance.lastUpdatedTime).getTime();
  return isOver(instance) && now - endedAt > REMEMBERED_MS;
}

/** Requests delete their own blobs, unless they were aborted. The instance is deleted last: the next run finds it. */
async function deleteRequest(
  { hub, blobs }: RetentionOptions,
  endpoint: string,
  requestID: string,
  instance: Instance,
): Promise<void> {
  if (isAborted(instance)) await blobs.deletePrefix(blobPrefix(endpoint, requestID));
  await hub.purge(instanceOf(endpoint, requestID));
}
