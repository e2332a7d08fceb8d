import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { OperationError } from '../src/platform/errors.js';
import { logFailure } from '../src/platform/logging.js';
import { cleanOrchestrator } from '../src/serverless/clean.orchestrator.js';
import { CLEAN, PAGE_ENTITY, QUEUE_ENTITY, REQUEST, TEND } from '../src/serverless/names.js';
import { pageEntity, queueEntity } from '../src/serverless/queue.entity.js';
import type { QueueState } from '../src/serverless/queue.js';
import { requestOrchestrator } from '../src/serverless/request.orchestrator.js';
import { forgetRequests } from '../src/serverless/retention.js';
import { tendOrchestrator } from '../src/serverless/reconcile.orchestrator.js';
import { tendQueues } from '../src/serverless/reconcile.js';
import { registerRoutes } from '../src/operations/register.js';
import { createTableStore } from '../src/platform/storage.js';
import { createServerlessActivities, SERVERLESS_ACTIVITIES } from '../src/serverless/activities.js';
import { createDirectory } from '../src/serverless/request-index.js';
import { createEndpointStore } from '../src/serverless/endpoints/endpoint-store.js';
import { createNotices } from '../src/serverless/local-notifications.js';
import { createOperationWorker } from '../src/serverless/worker/operation-worker.js';
import { Requests } from '../src/serverless/requests.js';
import { createServerlessRoutes } from '../src/serverless/routes/index.js';
import { createStartOrder } from '../src/serverless/worker/start-order.js';
import { createWebhookSender, webhookGapsMs } from '../src/webhooks/sender.js';
import { createWorkerCaller } from '../src/serverless/worker/worker-call.js';
import { createHttpConnection } from '../src/platform/http-connection.js';
import { config, core } from './composition.js';

const { blobs } = core;
const client = core.bind((hub) => hub.client);
const clientOf = (invocation: InvocationContext) => client({ invocation });
const endpoints = createEndpointStore(createTableStore(config.AzureWebJobsStorage, 'serverless'));
const notices = createNotices();
const directory = createDirectory();
const order = createStartOrder();
const worker = createWorkerCaller(createHttpConnection(), blobs);
const webhooks = createWebhookSender({ allowPrivate: config.SERVERLESS_PRIVATE_WEBHOOKS });
const webhookSpan = webhookGapsMs(config.SERVERLESS_WEBHOOK_SPAN_MS);
const requests = new Requests({ blobs, directory, notices, webhookGapsMs: webhookSpan });
const activitiesOf = core.bind(({ operations }) =>
  createServerlessActivities({
    endpoints,
    blobs,
    directory,
    notices,
    worker,
    operations: createOperationWorker(operations, core.kinds, blobs),
    order,
    webhooks,
  }),
);

registerRoutes(
  core,
  createServerlessRoutes({ endpoints, requests, blobs, client, privateWebhooks: config.SERVERLESS_PRIVATE_WEBHOOKS }),
);

df.app.entity<QueueState>(QUEUE_ENTITY, queueEntity);
df.app.entity<string[]>(PAGE_ENTITY, pageEntity);
df.app.orchestration(
  REQUEST,
  requestOrchestrator((instanceId, note) => notices.tell(instanceId, note)),
);
df.app.orchestration(CLEAN, cleanOrchestrator);
df.app.orchestration(TEND, tendOrchestrator);

for (const name of SERVERLESS_ACTIVITIES) {
  df.app.activity(name, {
    extraInputs: [df.input.durableClient()],
    handler: (input: unknown, context) =>
      activitiesOf({ invocation: context })[name]?.(input, clientOf(context), context),
  });
}

/** Less than the timer's period, so that a run has ended before the next is due. */
const RETENTION_BUDGET_MS = 60_000;

const failed = (context: InvocationContext, what: string) => (endpoint: string, thrown: unknown) => {
  context.warn(`Endpoint ${endpoint}: ${what}.`);
  logFailure(context, OperationError.from(thrown));
};

app.timer('serverless_tend_queues', {
  schedule: '*/30 * * * * *',
  extraInputs: [df.input.durableClient()],
  handler: (_timer, context) =>
    tendQueues({
      endpoints,
      directory,
      client: clientOf(context),
      onFailure: failed(context, 'its queue could not be tended'),
    }),
});

app.timer('serverless_retention', {
  schedule: '30 */5 * * * *',
  extraInputs: [df.input.durableClient()],
  handler: async (_timer, context) => {
    const now = Date.now();
    const forgotten = await forgetRequests({
      endpoints,
      directory,
      blobs,
      client: clientOf(context),
      now,
      deadline: now + RETENTION_BUDGET_MS,
      onFailure: failed(context, 'its old requests could not be forgotten'),
    });
    if (forgotten > 0) context.info(`Forgot ${forgotten} requests of serverless endpoints.`);
  },
});
