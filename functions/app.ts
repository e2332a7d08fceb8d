import { createOperationRoutes } from '../src/operations/routes.js';
import { createDocumentRoute } from '../src/platform/http/document-route.js';
import { createPlateRoutes } from '../src/plates/routes.js';
import type { RouteRequest } from '../src/platform/http/route.js';
import { registerActivities, registerKind, registerRoutes } from './register.js';
import { activities, blobs, checks, clientOf, config, kinds, operations, version, watch } from './services.js';

const client = ({ invocation }: Pick<RouteRequest, 'invocation'>) => clientOf(invocation);

const routes = [
  ...createPlateRoutes({ operations, blobs, client }),
  ...createOperationRoutes({ operations, client, checks, version, heartbeatMs: config.EVENTS_HEARTBEAT_MS }),
];

registerRoutes([...routes, createDocumentRoute(routes, version)], { trustProxy: config.TRUST_PROXY });
registerActivities(activities, watch);
for (const kind of kinds) registerKind(kind);
