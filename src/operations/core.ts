import { type CoreSettings } from '../platform/config.js';
import { type DocumentInfo } from '../platform/http/openapi.js';
import { type Route } from '../platform/http/route.js';
import { storageOf, type StorageLocation } from '../platform/storage-location.js';
import { createLimit } from '../platform/limit.js';
import { createBlobStore, createTableStore, type BlobStore } from '../platform/storage.js';
import { startTelemetry } from '../platform/telemetry/start.js';
import { type ActivitySchemas } from './activities.js';
import { type DeliveryServices } from '../webhooks/attempt-delivery.js';
import { webhookGapsMs } from '../webhooks/attempts.js';
import { createWebhookSender } from '../webhooks/sender.js';
import { type WebhookPolicy } from '../webhooks/webhook-url.js';
import { createCancellationWatch, type CancellationWatch } from './cancellation.js';
import { type OperationKind } from './define.js';
import { type DurableClient, type PerInvocation } from './durable.js';
import { createEndNotifications, type EndNotifications } from './end-notifications.js';
import { type HealthChecks } from './health.js';
import { manyKinds } from './many/many.orchestrator.js';
import { Operations } from './operations.js';
import { createOperationRecords } from './records.js';
import { createStartLimit } from './start-limit.js';
import { perTaskHub } from './task-hub.js';
import { Upstreams } from './upstreams/upstreams.js';
import { OperationWebhooks } from './webhooks/operation-webhooks.js';

/** What is bound to the task hub of an invocation. */
interface TaskHub {
  client: DurableClient;
  operations: Operations;
}

/** What every app of operations has: its storage, its operations and its routes. */
export interface Core {
  settings: CoreSettings;
  info: DocumentInfo;
  kinds: readonly OperationKind[];
  /** Where tables and blobs are. */
  storage: StorageLocation;
  blobs: BlobStore;
  checks: HealthChecks;
  cancellation: CancellationWatch;
  ends: EndNotifications;
  upstreams: Upstreams;
  /** Limits the starts of each caller; undefined when they are not limited. */
  limitStarts: ReturnType<typeof createStartLimit>;
  /** All registered routes, in the order of their registration (register.ts). */
  routes: Route[];
  /** The schemas of all registered activities of operations, by name. */
  activities: Map<string, ActivitySchemas>;
  operations: PerInvocation<Operations>;
  /** The webhooks of operations. */
  webhooks: PerInvocation<OperationWebhooks>;
  /** How webhooks are sent, those of slices too. */
  delivering: Delivering;
  /** Builds an object once per task hub; returns how an invocation gets it. */
  bind<T>(build: (hub: TaskHub) => T): PerInvocation<T>;
}

/** What all webhooks of a process share. */
interface Delivering extends Omit<DeliveryServices, 'deliveryStore'> {
  policy: WebhookPolicy;
}

export interface CoreOptions {
  settings: CoreSettings;
  /** Name, version and description of the app in its OpenAPI document. */
  info: DocumentInfo;
  kinds: readonly OperationKind[];
  /** URLs of the outside services by their names (docs/upstreams.md); one without a URL is not used. @default none */
  upstreams?: Readonly<Record<string, string | undefined>>;
}

export function createCore({ settings, info, kinds: given, upstreams = {} }: CoreOptions): Core {
  startTelemetry(settings, info.version);
  const kinds = [...given, ...manyKinds];
  const storage = storageOf(settings);
  const blobs = createBlobStore(storage, 'longhaul');
  const records = createOperationRecords(createTableStore(storage, 'operations'));
  const ends = createEndNotifications();
  const retry = { attempts: settings.DURABLE_RETRY_ATTEMPTS, firstWaitMs: settings.DURABLE_RETRY_FIRST_WAIT_MS };
  const retentionMs = settings.RETENTION_HOURS * 3_600_000;
  const delivering = createDelivering(settings);
  const hubOf = perTaskHub((client): TaskHub => {
    const shared = { client, kinds, records, blobs, ends, retry, retentionMs, webhookPolicy: delivering.policy };
    return { client, operations: new Operations(shared) };
  });
  const bind = <T>(build: (hub: TaskHub) => T): PerInvocation<T> => {
    let latest: { hub: TaskHub; built: T } | undefined;
    return ({ invocation }) => {
      const hub = hubOf(invocation);
      if (latest?.hub !== hub) latest = { hub, built: build(hub) };
      return latest.built;
    };
  };
  return {
    settings,
    info,
    kinds,
    storage,
    blobs,
    checks: { blobs: () => blobs.ping(), tables: () => records.ping() },
    cancellation: createCancellationWatch(records),
    ends,
    upstreams: new Upstreams(createTableStore(storage, 'upstreams'), upstreams, settings.BREAKER_FAILURES),
    limitStarts: createStartLimit(settings.STARTS_PER_MINUTE, settings),
    routes: [],
    activities: new Map(),
    operations: bind(({ operations }) => operations),
    webhooks: bind((hub) => new OperationWebhooks({ ...delivering, ...hub, secrets: settings.WEBHOOK_SECRETS })),
    delivering,
    bind,
  };
}

function createDelivering(settings: CoreSettings): Delivering {
  const policy = { allowPrivate: settings.SERVERLESS_PRIVATE_WEBHOOKS };
  return {
    policy,
    calls: createLimit(settings.SERVERLESS_MAX_CALLS),
    webhooks: createWebhookSender(policy),
    webhookGapsMs: webhookGapsMs(settings.SERVERLESS_WEBHOOK_SPAN_MS),
  };
}
