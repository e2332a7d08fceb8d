import { type RowWrite, type TableStore } from '../../platform/storage.js';
import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { type EndpointStore } from '../endpoints/endpoint-store.js';
import { type Leftovers } from '../earlier/leftovers.js';
import { deliveryInstanceOf, dropInstanceOf, instanceOf } from '../names.js';
import { QUEUE_ROW } from '../queue/queue-row.js';
import { partitionOf, type QueueOwner } from '../queue/queues.js';
import { type RequestHub } from '../requests/hub.js';
import {
  requestKey,
  requestOfRow,
  sequenceDigits,
  SHORT_COLUMNS,
  type RequestRecord,
} from '../requests/request-row.js';
import { deliveryPartitionOf, deliveryPlaceOf } from '../results/delivery-places.js';
import { KEPT_MS } from '../schemas.js';

/** Requests that are deleted in one transaction. */
const PAGE = 100;

interface RetentionOptions {
  endpoints: Pick<EndpointStore, 'list' | 'deleted' | 'forget'>;
  hub: RequestHub;
  table: Pick<TableStore, 'query' | 'transact' | 'delete'>;
  leftovers: Pick<Leftovers, 'deletePage'>;
  now: number;
  /** When to stop, in ms since the epoch; the next run continues. */
  deadline: number;
  /** Called for an endpoint whose requests could not be deleted; the next run tries again. */
  onFailure(endpoint: string, thrown: unknown): void;
}

/**
 * Deletes requests that were accepted over 48 hours ago, a page of each endpoint in turn, so that a busy endpoint does
 * not hold up the others; also those that an earlier version accepted. May run in several processes at the same time.
 *
 * @returns the number of deleted requests
 */
export async function deleteOldRequests(options: RetentionOptions): Promise<number> {
  const { endpoints } = options;
  const current = (await endpoints.list()).map((endpoint) => ({ endpoint, isDeleted: false }));
  const removed = (await endpoints.deleted()).map((endpoint) => ({ endpoint, isDeleted: true }));
  let deleted = 0;
  for (let left = fromAnywhere([...current, ...removed]); left.length > 0;) {
    const more: typeof left = [];
    for (const entry of left) {
      if (Date.now() >= options.deadline) return deleted;
      try {
        const { endpoint, isDeleted } = entry;
        const page = await deletePage(options, endpoint);
        deleted += page.deleted;
        const earlier = await options.leftovers.deletePage(endpoint, isDeleted, options.now - KEPT_MS);
        if (page.more || earlier.more) more.push(entry);
        else if (isDeleted && page.isAll && earlier.isAll) await forget(options, endpoint);
      } catch (thrown) {
        options.onFailure(entry.endpoint.id, thrown);
      }
    }
    left = more;
  }
  return deleted;
}

/** The items in their order, from a random one on: when the time is not enough for all, none is always the last. */
function fromAnywhere<T>(items: readonly T[]): T[] {
  const first = Math.floor(Math.random() * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}

async function deletePage({ table, hub, now }: RetentionOptions, endpoint: QueueOwner) {
  const partition = partitionOf(endpoint);
  const range = `RowKey ge '${requestKey(0)}'`;
  const rows = await table.query(`PartitionKey eq '${partition}' and ${range}`, PAGE, SHORT_COLUMNS);
  const requests = rows.map(requestOfRow);
  const firstKept = requests.findIndex(({ acceptedAt }) => acceptedAt > now - KEPT_MS);
  const due = firstKept < 0 ? requests : requests.slice(0, firstKept);
  await concurrently(due, STORAGE_CALLS, (request) => purge(hub, endpoint, request));
  await deleteDeliveries({ table, hub }, endpoint, due);
  const writes = due.map(({ sequence }): RowWrite => ({
    delete: { partitionKey: partition, rowKey: requestKey(sequence) },
  }));
  // Of several processes that delete the same page, one counts it.
  const isOwn = writes.length > 0 && (await table.transact(writes)) !== undefined;
  return { deleted: isOwn ? due.length : 0, more: due.length === PAGE, isAll: rows.length === 0 };
}

/** The instances go first: the row names them. */
async function purge(hub: RequestHub, { id }: QueueOwner, { requestID, mode, webhook }: RequestRecord): Promise<void> {
  if (mode === 'sync') return;
  await hub.purge(instanceOf(id, requestID));
  if (webhook !== undefined) await hub.purge(deliveryInstanceOf(id, requestID));
}

/** Deletes the deliveries of a page of requests, which are the oldest of their endpoint, before the requests' rows. */
async function deleteDeliveries(
  { table, hub }: Pick<RetentionOptions, 'table' | 'hub'>,
  endpoint: QueueOwner,
  requests: readonly RequestRecord[],
): Promise<void> {
  const last = requests.at(-1);
  if (!last) return;
  const partition = deliveryPartitionOf(endpoint);
  const range = `RowKey lt '${deliveryPlaceOf(endpoint, last.sequence + 1).prefix}'`;
  const ids = new Map(requests.map(({ sequence, requestID }) => [sequenceDigits(sequence), requestID]));
  for (;;) {
    const rows = await table.query(`PartitionKey eq '${partition}' and ${range}`, PAGE, ['round']);
    for (const { rowKey, round } of rows) {
      const requestID = ids.get(rowKey.slice(0, rowKey.indexOf('-')));
      if (requestID === undefined) continue;
      for (let later = 2; later <= Number(round ?? 1); later++)
        await hub.purge(deliveryInstanceOf(endpoint.id, requestID, later));
    }
    if (rows.length > 0)
      await table.transact(rows.map(({ rowKey }) => ({ delete: { partitionKey: partition, rowKey } })));
    if (rows.length < PAGE) return;
  }
}

async function forget({ table, hub, endpoints }: RetentionOptions, endpoint: QueueOwner): Promise<void> {
  const partition = partitionOf(endpoint);
  await hub.purge(dropInstanceOf(partition));
  await table.delete(partition, QUEUE_ROW);
  await endpoints.forget(endpoint);
}
