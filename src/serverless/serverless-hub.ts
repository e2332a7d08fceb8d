import { type OperationKind } from '../operations/define.js';
import { type DurableClient } from '../operations/durable.js';
import { type Operations } from '../operations/operations.js';
import { type Limit } from '../platform/limit.js';
import { type BlobStore, type TableStore } from '../platform/storage.js';
import { DeliveryStore } from '../webhooks/deliveries.js';
import { type WebhookSender } from '../webhooks/sender.js';
import { Deliveries } from './cleanup/dropped.js';
import { concurrently, STORAGE_CALLS } from '../platform/concurrently.js';
import { Earlier } from './earlier/earlier.js';
import { Leftovers } from './earlier/leftovers.js';
import { type EndpointStore } from './endpoints/endpoint-store.js';
import { type Leases } from './queue/leases.js';
import { Queues } from './queue/queues.js';
import { RequestHub } from './requests/hub.js';
import { Requests, startRun } from './requests/requests.js';
import { SyncRuns } from './requests/sync-run.js';
import { Work } from './requests/work.js';
import { createOperationWorker } from './worker/operation-worker.js';
import { type WorkerCaller } from './worker/worker-call.js';

interface ServerlessHubOptions {
  endpoints: EndpointStore;
  blobs: BlobStore;
  /** Queues, requests and leases. */
  table: TableStore;
  leases: Leases;
  /** Worker calls of asynchronous requests, and webhook attempts, in this process. */
  calls: Limit;
  worker: WorkerCaller;
  webhooks: WebhookSender;
  /** Waits between attempts at a webhook, ms. */
  webhookGapsMs: readonly number[];
  client: DurableClient;
  operations: Operations;
  kinds: readonly OperationKind[];
}

/** All objects of the slice that are bound to one task hub. */
export function createServerlessHub(options: ServerlessHubOptions) {
  const { client, table, blobs, kinds, webhookGapsMs } = options;
  const hub = new RequestHub(client);
  const earlier = new Earlier({ hub, table });
  const queues: Queues = new Queues({
    table,
    first: (endpoint) => earlier.firstState(endpoint),
    onGranted: (endpoint, requests) =>
      concurrently(requests, STORAGE_CALLS, async (request) => {
        if (request.mode === 'async') await startRun(hub, endpoint, request);
      }),
    onDropped: (endpoint, requests) => deliveries.start(endpoint, requests),
  });
  const deliveries: Deliveries = new Deliveries({ hub, queues, webhookGapsMs });
  const operations = createOperationWorker(options.operations, kinds, blobs);
  const shared = { ...options, hub, queues, operations, deliveryStore: new DeliveryStore(table) };
  return {
    ...options,
    deliveryStore: shared.deliveryStore,
    hub,
    queues,
    deliveries,
    leftovers: new Leftovers({ hub, queues }),
    work: new Work(shared),
    requests: new Requests({ ...shared, operations: options.operations, earlier, sync: new SyncRuns(shared) }),
  };
}
