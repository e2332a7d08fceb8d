import fs from 'node:fs';
import path from 'node:path';
import { createOperationActivities } from '../src/operations/activities.js';
import { createCancellationWatch } from '../src/operations/cancellation.js';
import type { OperationKind } from '../src/operations/define.js';
import { createClientCache } from '../src/operations/durable.js';
import { createOperationRecords } from '../src/operations/records.js';
import { Operations } from '../src/operations/service.js';
import { createBankMapActivities } from '../src/bank-map/activities.js';
import { mapStatements } from '../src/bank-map/map.orchestrator.js';
import { createMlDriver } from '../src/bank-map/ml/create-driver.js';
import { createPlateActivities } from '../src/plates/activities.js';
import { createImageProvider } from '../src/plates/image-provider.js';
import { createPlateReader } from '../src/plates/plate-reader.js';
import { recognizeBatch } from '../src/plates/recognize-batch.orchestrator.js';
import { recognize } from '../src/plates/recognize.orchestrator.js';
import { MAX_IMAGE_BYTES } from '../src/plates/schemas.js';
import { readConfig } from '../src/platform/config.js';
import { createLimit } from '../src/platform/limit.js';
import { createServiceClient, type ServiceOptions } from '../src/platform/http-client.js';
import { createHttpConnection } from '../src/platform/http-connection.js';
import { createServerlessActivities } from '../src/serverless/activities.js';
import { createDirectory } from '../src/serverless/request-index.js';
import { createEndpointStore } from '../src/serverless/endpoints/endpoint-store.js';
import { createNotices } from '../src/serverless/local-notifications.js';
import { createOperationWorker } from '../src/serverless/worker/operation-worker.js';
import { Requests } from '../src/serverless/requests.js';
import { createStartOrder } from '../src/serverless/worker/start-order.js';
import { createWebhookSender, webhookGapsMs } from '../src/webhooks/sender.js';
import { createWorkerCaller } from '../src/serverless/worker/worker-call.js';
import { createBlobStore, createTableStore } from '../src/platform/storage.js';

/** Longest answer of the plate reader that is read, in bytes. */
const MAX_READER_ANSWER = 64 * 1024;

export const config = readConfig(process.env);
export const version = (
  JSON.parse(fs.readFileSync(path.join(__dirname, '../../package.json'), 'utf8')) as { version: string }
).version;

export const blobs = createBlobStore(config.AzureWebJobsStorage, 'longhaul');
const records = createOperationRecords(createTableStore(config.AzureWebJobsStorage, 'operations'));

const imageProvider: ServiceOptions = {
  baseUrl: config.IMAGE_PROVIDER_URL,
  totalTimeoutMs: config.IMAGE_PROVIDER_TIMEOUT_MS,
  attempts: config.IMAGE_PROVIDER_ATTEMPTS,
  maxBytes: MAX_IMAGE_BYTES,
  repeatable: ['get'],
};
const plateReader: ServiceOptions = {
  baseUrl: config.PLATE_READER_URL,
  totalTimeoutMs: config.PLATE_READER_TIMEOUT_MS,
  attempts: config.PLATE_READER_ATTEMPTS,
  maxBytes: MAX_READER_ANSWER,
  // Reading a plate changes nothing, so it may be asked twice.
  repeatable: ['post'],
};

export const kinds: readonly OperationKind[] = [recognize, recognizeBatch, mapStatements];
export const operations = new Operations({
  kinds,
  records,
  blobs,
  retry: { attempts: config.DURABLE_RETRY_ATTEMPTS, firstWaitMs: config.DURABLE_RETRY_FIRST_WAIT_MS },
  retentionMs: config.RETENTION_HOURS * 3_600_000,
});
export const checks = { blobs: () => blobs.ping(), tables: () => records.ping() };
export const watch = createCancellationWatch(records);
export const clientOf = createClientCache();

const serverlessTable = createTableStore(config.AzureWebJobsStorage, 'serverless');
export const endpoints = createEndpointStore(serverlessTable);
export const notices = createNotices();
export const directory = createDirectory();
export const requests = new Requests({
  blobs,
  directory,
  notices,
  webhookGapsMs: webhookGapsMs(config.SERVERLESS_WEBHOOK_SPAN_MS),
});
export const serverlessActivities = createServerlessActivities({
  endpoints,
  blobs,
  directory,
  notices,
  worker: createWorkerCaller(createHttpConnection(), blobs),
  operations: createOperationWorker(operations, kinds, blobs),
  order: createStartOrder(),
  webhooks: createWebhookSender({ allowPrivate: config.SERVERLESS_PRIVATE_WEBHOOKS }),
});

export const activities = {
  ...createOperationActivities(blobs),
  ...createPlateActivities({
    blobs,
    limit: createLimit(config.PLATES_AT_ONCE),
    imageProvider: createImageProvider(createServiceClient(imageProvider), imageProvider),
    plateReader: createPlateReader(createServiceClient(plateReader), plateReader),
  }),
  ...createBankMapActivities({ blobs, ml: createMlDriver(config) }),
};
