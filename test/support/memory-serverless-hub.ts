import { createEndNotifications } from '../../src/operations/end-notifications.js';
import { Operations } from '../../src/operations/operations.js';
import { createOperationRecords } from '../../src/operations/records.js';
import { createLimit } from '../../src/platform/limit.js';
import { type BlobStore } from '../../src/platform/storage.js';
import { type Endpoint, type EndpointStore } from '../../src/serverless/endpoints/endpoint-store.js';
import { createLeases } from '../../src/serverless/queue/leases.js';
import { createServerlessHub } from '../../src/serverless/serverless-hub.js';
import { type WorkerCaller } from '../../src/serverless/worker/worker-call.js';
import { createWebhookSender } from '../../src/webhooks/sender.js';
import { type MemoryTable } from './memory-table.js';
import { type MemoryTaskHub } from './memory-task-hub.js';

interface MemoryServerlessHubOptions {
  table: MemoryTable;
  hub: MemoryTaskHub;
  blobs?: Partial<BlobStore>;
  endpoint: Endpoint;
}

/** The objects of serverless endpoints on storage and a task hub in memory. */
export function memoryServerlessHub({ table, hub, blobs = {}, endpoint }: MemoryServerlessHubOptions) {
  return createServerlessHub({
    endpoints: { find: () => Promise.resolve(endpoint) } as Partial<EndpointStore> as EndpointStore,
    blobs: blobs as BlobStore,
    table,
    leases: createLeases(table),
    calls: createLimit(1),
    worker: {} as WorkerCaller,
    webhooks: createWebhookSender({ allowPrivate: true }),
    webhookGapsMs: [],
    client: hub.client,
    operations: new Operations({
      client: hub.client,
      kinds: [],
      records: createOperationRecords(table),
      blobs: blobs as BlobStore,
      ends: createEndNotifications(),
      retry: { attempts: 1, firstWaitMs: 1 },
      retentionMs: 1,
    }),
    kinds: [],
  });
}
