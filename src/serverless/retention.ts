import { onTaskHub, type DurableClient, type Instance } from '../operations/durable.js';
import type { BlobStore } from '../platform/storage.js';
import { readQueue, type Directory } from './request-index.js';
import type { EndpointStore } from './endpoints/endpoint-store.js';
import { blobPrefix, instanceOf } from './names.js';
import { queueId } from './queue.entity.js';
import { pageOf } from './queue.js';
import { REMEMBERED_MS } from './schemas.js';
import { findRequest, isEndedInstance, isStopped, noteOf } from './watch.js';

export interface RetentionOptions {
  endpoints: Pick<EndpointStore, 'list' | 'deleted' | 'forget'>;
  directory: Directory;
  blobs: Pick<BlobStore, 'deletePrefix'>;
  client: DurableClient;
  now: number;
  /** When to stop, in ms since the epoch; the next run goes on. */
  deadline: number;
  /** Told of an endpoint that could not be dealt with; the next run tries again. */
  onFailure(endpoint: string, thrown: unknown): void;
}

/**
 * Deletes what is left of requests that ended over 24 hours ago, in the order of their sequences, up to the first that
 * is not due: what a long-lived one holds up is at most as much older as a request may live, 24 hours.
 *
 * @returns how many were deleted
 */
export async function forgetRequests(options: RetentionOptions): Promise<number> {
  const { endpoints } = options;
  const deleted = await endpoints.deleted();
  const living = (await endpoints.list()).map(({ id }) => id);
  let forgotten = 0;
  for (const id of new Set([...living, ...deleted])) {
    try {
      const result = await forgetOf(options, id);
      forgotten += result.forgotten;
      if (result.isAll && deleted.includes(id)) await endpoints.forget(id);
    } catch (thrown) {
      options.onFailure(id, thrown);
    }
  }
  return forgotten;
}

interface Forgotten {
  /** Whether none is left. */
  isAll: boolean;
  forgotten: number;
}

async function forgetOf(options: RetentionOptions, endpoint: string): Promise<Forgotten> {
  const { client, directory } = options;
  const { firstPage, last } = await readQueue(client, endpoint);
  /** Those before it are full. */
  const lastPage = pageOf(last + 1);
  let [page, forgotten, isAll] = [firstPage, 0, true];
  for (; isAll && page <= lastPage; page++) {
    const ids = (await directory.page(client, endpoint, page)) ?? [];
    const gone = await forgetFirst(options, endpoint, ids);
    forgotten += gone.forgotten;
    isAll = gone.isAll;
  }
  const kept = page - 1; // the one that could not be forgotten whole, or the last
  if (kept > firstPage) await onTaskHub(() => client.signalEntity(queueId(endpoint), 'forget', { firstPage: kept }));
  return { isAll, forgotten };
}

/** Deletes those that are due, up to the first that is not. */
async function forgetFirst(options: RetentionOptions, endpoint: string, ids: readonly string[]): Promise<Forgotten> {
  let forgotten = 0;
  for (const requestID of ids) {
    const instance = await findRequest(options.client, endpoint, requestID);
    if (!instance) continue;
    if (!isDue(instance, options.now) || Date.now() >= options.deadline) return { isAll: false, forgotten };
    await forgetOne(options, endpoint, requestID, instance);
    forgotten++;
  }
  return { isAll: true, forgotten };
}

export function isDue(instance: Instance, now: number): boolean {
  const endedAt = noteOf(instance)?.endedAt ?? new Date(instance.lastUpdatedTime).getTime();
  return isEndedInstance(instance) && now - endedAt > REMEMBERED_MS;
}

/** Requests delete their own blobs, unless they were stopped before. The instance goes last: it leads here. */
async function forgetOne(
  { client, blobs }: RetentionOptions,
  endpoint: string,
  requestID: string,
  instance: Instance,
): Promise<void> {
  if (isStopped(instance)) await blobs.deletePrefix(blobPrefix(endpoint, requestID));
  await onTaskHub(() => client.purgeInstanceHistory(instanceOf(endpoint, requestID)));
}
