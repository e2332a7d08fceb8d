import { type Stack } from '../../dev/stack.js';
import { createEndNotifications } from '../../src/operations/end-notifications.js';
import { Operations } from '../../src/operations/operations.js';
import { createOperationRecords } from '../../src/operations/records.js';
import { applyRetention, type RetentionReport } from '../../src/operations/retention.js';
import { recognizeBatch } from '../../src/plates/recognize-batch.orchestrator.js';
import { recognize } from '../../src/plates/recognize.orchestrator.js';
import { createBlobStore, createTableStore, type TableStore } from '../../src/platform/storage.js';
import { deleteOldRequests } from '../../src/serverless/cleanup/retention.js';
import { Earlier } from '../../src/serverless/earlier/earlier.js';
import { Leftovers } from '../../src/serverless/earlier/leftovers.js';
import { createEndpointStore } from '../../src/serverless/endpoints/endpoint-store.js';
import { Queues } from '../../src/serverless/queue/queues.js';
import { RequestHub } from '../../src/serverless/requests/hub.js';
import { durableClientFor } from './durable-client.js';

/** Retention with a clock that is ahead, on the storage and the task hub of a stack, as another process runs it. */

const HOUR = 3_600_000;
const BUDGET_MS = 60_000;

type Place = Pick<Stack, 'url' | 'storage'>;

/** The app's operations with a clock that is so many hours ahead. */
export function operationsIn(hours: number, { url, storage }: Place): Operations {
  return new Operations({
    client: durableClientFor(url),
    kinds: [recognize, recognizeBatch],
    records: createOperationRecords(createTableStore(storage.connectionString, 'operations')),
    blobs: createBlobStore(storage.connectionString, 'longhaul'),
    ends: createEndNotifications(),
    retry: { attempts: 1, firstWaitMs: 1 },
    retentionMs: 72 * HOUR,
    now: () => Date.now() + hours * HOUR,
  });
}

/** Runs the retention of operations. @throws when a deletion fails */
export async function retain(hours: number, place: Place, budgetMs = BUDGET_MS): Promise<RetentionReport> {
  const failures: unknown[] = [];
  const onFailure = (id: string, error: unknown) => void failures.push({ id, error });
  const report = await applyRetention(operationsIn(hours, place), budgetMs, onFailure);
  expect(failures).toEqual([]);
  return report;
}

/** The table of requests of a stack. */
export const requestsTable = ({ storage }: Pick<Stack, 'storage'>) =>
  createTableStore(storage.connectionString, 'serverlessrequests');

/** Runs the retention of requests of endpoints. @returns the number of deleted requests. @throws when a deletion fails */
export async function deleteOld(
  hours: number,
  place: Place,
  { budgetMs = BUDGET_MS, table = requestsTable(place) }: { budgetMs?: number; table?: TableStore } = {},
): Promise<number> {
  const failures: unknown[] = [];
  const hub = new RequestHub(durableClientFor(place.url));
  const earlier = new Earlier({ hub, table });
  const done = () => Promise.resolve();
  const queues = new Queues({
    table,
    first: (endpoint) => earlier.firstState(endpoint),
    onGranted: done,
    onDropped: done,
  });
  const deleted = await deleteOldRequests({
    endpoints: createEndpointStore(createTableStore(place.storage.connectionString, 'serverless')),
    hub,
    table,
    leftovers: new Leftovers({ hub, queues }),
    now: Date.now() + hours * HOUR,
    deadline: Date.now() + budgetMs,
    onFailure: (endpoint, thrown) => failures.push({ endpoint, thrown }),
  });
  expect(failures).toEqual([]);
  return deleted;
}
