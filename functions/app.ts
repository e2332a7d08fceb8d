import { createBankMapRoutes } from '../src/bank-map/routes.js';
import { createOperationRoutes } from '../src/operations/routes.js';
import { createDocumentRoute } from '../src/platform/http/document-route.js';
import { createPlateRoutes } from '../src/plates/routes.js';
import { createServerlessRoutes } from '../src/serverless/routes/index.js';
import type { RouteRequest } from '../src/platform/http/route.js';
import { registerActivities, registerKind, registerRoutes } from './register.js';
import {
  activities,
  blobs,
  checks,
  clientOf,
  config,
  endpoints,
  kinds,
  operations,
  requests,
  version,
  watch,
} from './services.js';

const MB = 1_000_000;
const client = ({ invocation }: Pick<RouteRequest, 'invocation'>) => clientOf(invocation);

const routes = [
  ...createPlateRoutes({ operations, blobs, client }),
  ...createBankMapRoutes({
    operations,
    blobs,
    client,
    limits: {
      packedBytes: config.BANK_MAP_MAX_ZIP_MB * MB,
      unpackedBytes: config.BANK_MAP_MAX_UNPACKED_MB * MB,
      ratio: config.BANK_MAP_MAX_RATIO,
      entries: config.BANK_MAP_MAX_ENTRIES,
    },
    retry: { attempts: config.BANK_MAP_SUBMIT_ATTEMPTS, firstWaitMs: config.DURABLE_RETRY_FIRST_WAIT_MS },
    timeoutMs: config.BANK_MAP_TIMEOUT * 1_000,
    pollMs: config.BANK_MAP_POLL_MS,
    version,
  }),
  ...createServerlessRoutes({
    endpoints,
    requests,
    blobs,
    client,
    privateWebhooks: config.SERVERLESS_PRIVATE_WEBHOOKS,
  }),
  ...createOperationRoutes({ operations, client, checks, version, heartbeatMs: config.EVENTS_HEARTBEAT_MS }),
];

registerRoutes([...routes, createDocumentRoute(routes, version)], { trustProxy: config.TRUST_PROXY });
registerActivities(activities, watch);
for (const kind of kinds) registerKind(kind);
