import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { registerRoutes } from '../src/operations/register.js';
import { OperationError } from '../src/platform/errors.js';
import { createHttpConnection } from '../src/platform/http-connection.js';
import { logFailure } from '../src/platform/logging.js';
import { createTableStore } from '../src/platform/storage.js';
import { createServerlessActivities } from '../src/serverless/activities.js';
import { cleanOrchestrator } from '../src/serverless/clean.orchestrator.js';
import { createEndpointStore } from '../src/serverless/endpoints/endpoint-store.js';
import { RequestHub } from '../src/serverless/hub.js';
import { createLocalNotifications } from '../src/serverless/local-notifications.js';
import { CLEAN, PAGE_ENTITY, QUEUE_ENTITY, RECONCILE, REQUEST } from '../src/serverless/names.js';
import { pageEntity, queueEntity } from '../src/serverless/queue.entity.js';
import { type QueueState } from '../src/serverless/queue.js';
import { reconcileOrchestrator } from '../src/serverless/reconcile.orchestrator.js';
import { reconcileQueues } from '../src/serverless/reconcile.js';
import { createRequestIndex } from '../src/serverless/request-index.js';
import { requestOrchestrator } from '../src/serverless/request.orchestrator.js';
import { Requests } from '../src/serverless/requests.js';
import { deleteOldRequests } from '../src/serverless/retention.js';
import { createServerlessRoutes } from '../src/serverless/routes/index.js';
import { createOperationWorker } from '../src/serverless/worker/operation-worker.js';
import { createStartOrder } from '../src/serverless/worker/start-order.js';
import { createWorkerCaller } from '../src/serverless/worker/worker-call.js';
import { webhookGapsMs } from '../src/webhooks/attempts.js';
import { createWebhookSender } from '../src/webhooks/sender.js';
import { config, core } from './composition.js';

const { blobs } = core;
const endpoints = createEndpointStore(createTableStore(config.AzureWebJobsStorage, 'serverless'));
const notifications = createLocalNotifications();
const shared = {
  endpoints,
  blobs,
  notifications,
  worker: createWorkerCaller(createHttpConnection(), blobs),
  order: createStartOrder(),
  webhooks: createWebhookSender({ allowPrivate: config.SERVERLESS_PRIVATE_WEBHOOKS }),
  webhookGapsMs: webhookGapsMs(config.SERVERLESS_WEBHOOK_SPAN_MS),
};
const services = core.bind(({ client, operations }) => {
  const hub = new RequestHub(client);
  const index = createRequestIndex(hub);
  return {
    ...shared,
    hub,
    index,
    operations: createOperationWorker(operations, core.kinds, blobs),
    requests: new Requests({ ...shared, hub, index }),
  };
});

registerRoutes(
  core,
  createServerlessRoutes({
    endpoints,
    requests: (request) => services(request).requests,
    blobs,
    privateWebhooks: config.SERVERLESS_PRIVATE_WEBHOOKS,
  }),
);

df.app.entity<QueueState>(QUEUE_ENTITY, queueEntity);
df.app.entity<string[]>(PAGE_ENTITY, pageEntity);
df.app.orchestration(
  REQUEST,
  requestOrchestrator((instanceId, status) => notifications.notify(instanceId, status)),
);
df.app.orchestration(CLEAN, cleanOrchestrator);
df.app.orchestration(RECONCILE, reconcileOrchestrator);

const extraInputs = [df.input.durableClient()];

for (const [name, handler] of Object.entries(createServerlessActivities(services)))
  df.app.activity(name, { extraInputs, handler });

/** Less than the timer's period, so that runs do not overlap. */
const RETENTION_BUDGET_MS = 60_000;

const failed = (invocation: InvocationContext, what: string) => (endpoint: string, thrown: unknown) => {
  invocation.warn(`Endpoint ${endpoint}: ${what}.`);
  logFailure(invocation, OperationError.from(thrown));
};

app.timer('serverless_tend_queues', {
  schedule: '*/30 * * * * *',
  extraInputs,
  handler: (_timer, invocation) =>
    reconcileQueues({
      ...services({ invocation }),
      onFailure: failed(invocation, 'its queue could not be reconciled'),
    }),
});

app.timer('serverless_retention', {
  schedule: '30 */5 * * * *',
  extraInputs,
  handler: async (_timer, invocation) => {
    const now = Date.now();
    const deleted = await deleteOldRequests({
      ...services({ invocation }),
      now,
      deadline: now + RETENTION_BUDGET_MS,
      onFailure: failed(invocation, 'its old requests could not be deleted'),
    });
    if (deleted > 0) invocation.info(`Deleted ${deleted} requests of serverless endpoints.`);
  },
});
