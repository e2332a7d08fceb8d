import { app, type HttpMethod } from '@azure/functions';
import * as df from 'durable-functions';
import type { Activity } from '../src/operations/activities.js';
import type { CancellationWatch } from '../src/operations/cancellation.js';
import type { OperationKind } from '../src/operations/define.js';
import { operationOrchestrator } from '../src/operations/operation.orchestrator.js';
import { createDispatcher, type DispatchOptions } from '../src/platform/http/dispatch.js';
import { groupRoutes, type Route } from '../src/platform/http/route.js';

const EVERY_METHOD: HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Answers are streams: the events of an operation are sent as they happen. */
app.setup({ enableHttpStream: true });

/** Registers routes, and behind them the one that tells 404 from 405; its name comes last in the host's order. */
export function registerRoutes(routes: readonly Route[], options: DispatchOptions): void {
  for (const group of groupRoutes(routes)) {
    app.http(group.name, {
      route: group.template,
      methods: group.routes.map(({ method }) => method.toUpperCase() as HttpMethod),
      authLevel: group.auth,
      extraInputs: [df.input.durableClient()],
      handler: createDispatcher(group.routes, routes, options),
    });
  }
  const handler = createDispatcher([], routes, options);
  app.http('zz_elsewhere', { route: '{*path}', methods: EVERY_METHOD, authLevel: 'anonymous', handler });
}

/** Registers a kind's orchestrator and its parts. */
export function registerKind<In, Out>(kind: OperationKind<In, Out>): void {
  df.app.orchestration(kind.functionName, operationOrchestrator(kind));
  for (const [name, part] of Object.entries(kind.parts)) df.app.orchestration(name, part);
}

export function registerActivities(activities: Record<string, Activity>, watch: CancellationWatch): void {
  for (const [name, activity] of Object.entries(activities)) df.app.activity(name, { handler: activity(watch) });
}
