import { METHODS } from 'node:http';
import { app, type FunctionInput, type HttpHandler, type HttpMethod } from '@azure/functions';
import * as df from 'durable-functions';
import { OperationError } from '../platform/errors.js';
import { createDispatcher } from '../platform/http/dispatch.js';
import { createDocumentRoute } from '../platform/http/document-route.js';
import { groupRoutes, type Route } from '../platform/http/route.js';
import { logFailure } from '../platform/logging.js';
import { boundActivity, createOperationActivities, type Activity } from './activities.js';
import { type Core } from './core.js';
import { type OperationKind } from './define.js';
import { createManyActivities } from './many/activities.js';
import { createManyRoutes } from './many/routes.js';
import { deliveryOrchestrator } from './delivery.orchestrator.js';
import { DELIVER, DELIVERY, START_DELIVERY } from './names.js';
import { operationOrchestrator } from './operation.orchestrator.js';
import { History } from './reading/history.js';
import { createReadingRoutes } from './reading/routes.js';
import { applyRetention } from './retention.js';
import { createOperationRoutes } from './routes.js';
import { enlisting } from './upstreams/enlisting.js';
import { RESUME, TELL_WAITING } from './upstreams/names.js';
import { createTellActivity, startTelling } from './upstreams/resume.js';
import { resumeOrchestrator } from './upstreams/resume.orchestrator.js';
import { createUpstreamRoutes } from './upstreams/routes.js';
import { ofAttempt, ofDeliveryStart } from './webhooks/operation-webhooks.js';
import { createWebhookRoutes } from './webhooks/routes.js';
import { sweepWebhooks } from './webhooks/sweep.js';

/** Those that Node.js reads, except two that a `Request` cannot have (Fetch Standard, forbidden method). */
const EVERY_METHOD = METHODS.filter((method) => method !== 'CONNECT' && method !== 'TRACE') as HttpMethod[];

/** A function cannot have this path: hosts serve a function without a route under its name. */
const ROOT = '/';

/** Time of one run of a timer, ms; less than the timers' period, so that runs do not overlap. */
const TIMER_BUDGET_MS = 60_000;

/**
 * Registers what every app of operations has: the orchestrators of its kinds, the routes of operations, the OpenAPI
 * document, the answer to unknown paths, and retention.
 */
export function registerOperations(core: Core): void {
  app.setup({ enableHttpStream: true }); // events are sent as they happen
  for (const kind of core.kinds) registerKind(core, kind);
  registerActivities(core, createOperationActivities(core.blobs));
  registerActivities(core, createManyActivities(core.operations, core.blobs), [df.input.durableClient()]);
  registerWebhooks(core);
  registerRoutes(core, [
    ...createOperationRoutes({
      operations: core.operations,
      checks: core.checks,
      version: core.info.version,
      heartbeatMs: core.settings.EVENTS_HEARTBEAT_MS,
    }),
    ...createReadingRoutes({ ...core, history: core.bind((hub) => new History({ ...core, ...hub })) }),
    ...createManyRoutes(core),
    ...createWebhookRoutes(core.webhooks),
    createDocumentRoute(core.routes, core.info),
  ]);
  registerUpstreams(core);
  registerUnknownPaths(core);
  registerRetention(core);
}

/** Registers the routes of a slice. */
export function registerRoutes(core: Core, routes: readonly Route[]): void {
  core.routes.push(...routes);
  for (const group of groupRoutes(routes.filter(({ path }) => path !== ROOT))) {
    app.http(group.name, {
      route: group.template,
      methods: group.routes.map(({ method }) => method.toUpperCase() as HttpMethod),
      authLevel: group.auth,
      extraInputs: [df.input.durableClient()],
      handler: createDispatcher(group.routes, core.routes, {
        trustProxy: core.settings.TRUST_PROXY,
        limitStarts: core.limitStarts,
      }),
    });
  }
}

/** Registers the activities of a slice's operations. */
export function registerActivities(
  core: Core,
  activities: Record<string, Activity>,
  extraInputs: FunctionInput[] = [],
): void {
  for (const [name, activity] of Object.entries(activities)) {
    core.activities.set(name, activity);
    const handler = enlisting(core.upstreams.pauses, activity(core.cancellation));
    df.app.activity(name, { extraInputs, handler });
  }
}

function registerKind({ ends, settings }: Core, kind: OperationKind): void {
  df.app.orchestration(kind.functionName, operationOrchestrator(kind, ends.notify, settings.LOG_STARTS));
  for (const [name, orchestrator] of Object.entries(kind.subOrchestrators)) df.app.orchestration(name, orchestrator);
}

function registerWebhooks({ webhooks, operations }: Core): void {
  const extraInputs = [df.input.durableClient()];
  const start = boundActivity(webhooks, ofDeliveryStart, (own, waiting) => own.start(waiting));
  const deliver = boundActivity(webhooks, ofAttempt, (own, attempt, call) => own.deliver(attempt, call));
  df.app.orchestration(DELIVERY, deliveryOrchestrator(DELIVER));
  df.app.activity(START_DELIVERY, { extraInputs, handler: start });
  df.app.activity(DELIVER, { extraInputs, handler: deliver });
  app.timer('operations_tend_webhooks', {
    schedule: '45 */5 * * * *',
    extraInputs,
    handler: (_timer, invocation) =>
      sweepWebhooks({
        operations: operations({ invocation }),
        webhooks: webhooks({ invocation }),
        deadline: Date.now() + TIMER_BUDGET_MS,
        onFailure: (id, thrown) =>
          logFailure(invocation, OperationError.from(thrown), `Sweep of the webhook of operation ${id}: `),
      }),
  });
}

function registerUpstreams(core: Core): void {
  const { upstreams } = core;
  const client = core.bind((hub) => hub.client);
  const extraInputs = [df.input.durableClient()];
  registerRoutes(core, createUpstreamRoutes({ upstreams, client }));
  app.hook.appStart(() => void upstreams.pauses.prepare()); // it delays no start
  df.app.orchestration(RESUME, resumeOrchestrator);
  df.app.activity(TELL_WAITING, { extraInputs, handler: createTellActivity(upstreams, core.operations) });
  app.timer('upstreams_tend', {
    schedule: '40 * * * * *',
    extraInputs,
    handler: async (_timer, invocation) => {
      for (const untold of await upstreams.tend()) await startTelling(client({ invocation }), untold);
    },
  });
}

/**
 * Serves the root, and tells 404 from 405. The genuine host tries routes in the order of function names, so this one is
 * the last.
 */
function registerUnknownPaths({ routes, settings }: Core): void {
  const create = () => {
    const own = routes.filter(({ path, auth }) => path === ROOT && auth === 'anonymous');
    return createDispatcher(own, routes, { trustProxy: settings.TRUST_PROXY });
  };
  let dispatch: ReturnType<typeof create> | undefined; // made at the first request, when all routes are registered
  const handler: HttpHandler = (request, invocation) => (dispatch ??= create())(request, invocation);
  app.http('zz_elsewhere', { route: '{*path}', methods: EVERY_METHOD, authLevel: 'anonymous', handler });
}

function registerRetention({ operations }: Core): void {
  app.timer('operations_retention', {
    schedule: '0 */5 * * * *',
    extraInputs: [df.input.durableClient()],
    handler: async (_timer, invocation) => {
      const report = await applyRetention(operations({ invocation }), TIMER_BUDGET_MS, (id, thrown) => {
        invocation.warn(`Operation ${id} could not be deleted.`);
        logFailure(invocation, OperationError.from(thrown));
      });
      if (report.expired > 0 || report.more) invocation.info('Retention', report);
    },
  });
}
