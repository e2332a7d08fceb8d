import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { deliveryOrchestrator } from '../src/operations/delivery.orchestrator.js';
import { registerRoutes } from '../src/operations/register.js';
import { OperationError } from '../src/platform/errors.js';
import { createHttpConnection } from '../src/platform/http-connection.js';
import { logFailure } from '../src/platform/logging.js';
import { createTableStore } from '../src/platform/storage.js';
import { dropOrchestrator } from '../src/serverless/cleanup/drop.orchestrator.js';
import { deleteOldRequests } from '../src/serverless/cleanup/retention.js';
import { sweepQueues } from '../src/serverless/cleanup/sweep.js';
import { ORCHESTRATIONS, PAGE_ENTITY, QUEUE_ENTITY } from '../src/serverless/earlier/earlier.js';
import { endedOrchestrator, unchangedEntity } from '../src/serverless/earlier/stubs.js';
import { createEndpointStore } from '../src/serverless/endpoints/endpoint-store.js';
import { DELIVER, DELIVERY, DROP, RUN } from '../src/serverless/names.js';
import { createLeases } from '../src/serverless/queue/leases.js';
import { createServerlessActivities } from '../src/serverless/requests/activities.js';
import { runOrchestrator } from '../src/serverless/requests/run.orchestrator.js';
import { deleteOldBlobs } from '../src/serverless/results/blobs.js';
import { createEndpointRoutes } from '../src/serverless/routes/endpoint-routes.js';
import { createServerlessRoutes } from '../src/serverless/routes/index.js';
import { createServerlessHub } from '../src/serverless/serverless-hub.js';
import { createWorkerCaller } from '../src/serverless/worker/worker-call.js';
import { config, core } from './composition.js';

const { blobs } = core;
const table = createTableStore(core.storage, 'serverlessrequests');
const endpoints = createEndpointStore(createTableStore(core.storage, 'serverless'));
const shared = {
  endpoints,
  blobs,
  table,
  leases: createLeases(table),
  worker: createWorkerCaller(createHttpConnection(), blobs),
  ...core.delivering,
};
const services = core.bind(({ client, operations }) =>
  createServerlessHub({ ...shared, client, operations, kinds: core.kinds }),
);

registerRoutes(
  core,
  createServerlessRoutes({
    endpoints,
    requests: (request) => services(request).requests,
    blobs,
    privateWebhooks: config.SERVERLESS_PRIVATE_WEBHOOKS,
  }),
);

registerRoutes(
  core,
  createEndpointRoutes({ endpoints, requests: (request) => services(request).requests, kinds: core.kinds }),
);

df.app.orchestration(RUN, runOrchestrator);
df.app.orchestration(DELIVERY, deliveryOrchestrator(DELIVER));
df.app.orchestration(DROP, dropOrchestrator);
for (const name of ORCHESTRATIONS) df.app.orchestration(name, endedOrchestrator);
for (const name of [QUEUE_ENTITY, PAGE_ENTITY]) df.app.entity(name, unchangedEntity);

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
    sweepQueues({
      ...services({ invocation }),
      operations: core.operations({ invocation }),
      onFailure: failed(invocation, 'its queue could not be swept'),
    }),
});

app.timer('serverless_retention', {
  schedule: '30 */5 * * * *',
  extraInputs,
  handler: async (_timer, invocation) => {
    const now = Date.now();
    await deleteOldBlobs(blobs, { now, deadline: now + RETENTION_BUDGET_MS / 2 });
    const deleted = await deleteOldRequests({
      ...services({ invocation }),
      now,
      deadline: now + RETENTION_BUDGET_MS,
      onFailure: failed(invocation, 'its old requests could not be deleted'),
    });
    if (deleted > 0) invocation.info(`Deleted ${deleted} requests of serverless endpoints.`);
  },
});
