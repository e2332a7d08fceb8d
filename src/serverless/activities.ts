import type { InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import type { DurableClient } from '../operations/durable.js';
import { OperationError, type Outcome } from '../platform/errors.js';
import type { CallContext } from '../platform/http-client.js';
import { logFailure } from '../platform/logging.js';
import type { BlobStore } from '../platform/storage.js';
import { deliver } from './delivery.js';
import type { Directory } from './request-index.js';
import type { EndpointStore } from './endpoints/endpoint-store.js';
import { cancelRequests, giveTurns } from './events.js';
import {
  blobPrefix,
  CALL_WORKER,
  CANCEL_OPERATION,
  DELETE_BLOBS,
  DROP,
  LOOK_AT_OPERATION,
  SETTLE,
  START_OPERATION,
} from './names.js';
import type { Notices } from './local-notifications.js';
import type { OperationWorker } from './worker/operation-worker.js';
import { isEnded } from './results.js';
import {
  callInput,
  dropInput,
  ofRequest,
  operationInput,
  settleInput,
  type RequestNote,
  type Settled,
  type WorkerEnd,
} from './schemas.js';
import type { StartOrder } from './worker/start-order.js';
import { watchRequest } from './watch.js';
import type { WebhookSender } from '../webhooks/sender.js';
import type { WorkerCaller } from './worker/worker-call.js';

export interface ServerlessServices {
  endpoints: Pick<EndpointStore, 'find'>;
  blobs: Pick<BlobStore, 'get' | 'deletePrefix' | 'readUrl'>;
  directory: Directory;
  notices: Notices;
  worker: WorkerCaller;
  operations: OperationWorker;
  order: StartOrder;
  webhooks: WebhookSender;
}

type Call = CallContext & { client: DurableClient };

/** An activity that is registered with the durable client as an extra input. */
export type ClientActivity = (
  raw: unknown,
  client: DurableClient,
  context: InvocationContext,
) => Promise<Outcome<unknown>>;

/** A running call looks so often whether it is to stop; in the process that was asked it is told at once. */
const LOOK_EVERY_MS = 1_000;

/** Names of the slice's activities, to register them before a task hub is known. */
export const SERVERLESS_ACTIVITIES = [
  CALL_WORKER,
  START_OPERATION,
  LOOK_AT_OPERATION,
  CANCEL_OPERATION,
  SETTLE,
  DROP,
  DELETE_BLOBS,
];

/** The slice's activities by name. They read no record of an operation (`defineActivity` would): requests have none. */
export function createServerlessActivities(services: ServerlessServices): Record<string, ClientActivity> {
  const { blobs, operations } = services;
  return {
    [CALL_WORKER]: define(callInput, (request, call) => callWorker(services, request, call)),
    [START_OPERATION]: define(operationInput, (request) => operations.start(request)),
    [LOOK_AT_OPERATION]: define(ofRequest, (request) => operations.look(request)),
    [CANCEL_OPERATION]: define(ofRequest, (request) => operations.cancel(request)),
    [SETTLE]: define(settleInput, (input, call) => settle(services, input, call)),
    [DROP]: define(dropInput, (lot, { client }) => cancelRequests({ client, directory: services.directory }, lot)),
    [DELETE_BLOBS]: define(ofRequest, ({ endpoint, requestID }) => blobs.deletePrefix(blobPrefix(endpoint, requestID))),
  };
}

function define<In extends z.ZodType, Out>(
  input: In,
  run: (input: z.output<In>, call: Call) => Promise<Out>,
): ClientActivity {
  return async (raw, client, context) => {
    try {
      const traceParent = context.traceContext?.traceParent ?? undefined;
      return { ok: true, value: (await run(input.parse(raw), { client, traceParent })) ?? null };
    } catch (thrown) {
      const error = OperationError.from(thrown);
      logFailure(context, error);
      return { ok: false, error: error.data };
    }
  };
}

/** The call ends early when its request is found to have ended: cancelled, terminated, purged. */
async function callWorker(
  { endpoints, worker, notices, order }: ServerlessServices,
  request: z.output<typeof callInput>,
  { client, traceParent }: Call,
): Promise<WorkerEnd> {
  const found = await endpoints.find(request.endpoint);
  if (!found?.worker || !('url' in found.worker)) return noWorker();
  const stop = new AbortController();
  const { endpoint, requestID, sequence, after } = request;
  const hasEnded = ({ state }: RequestNote) => isEnded(state);
  const by = { client, notices };
  const watch = watchRequest(by, endpoint, requestID, hasEnded, { firstLookMs: LOOK_EVERY_MS });
  void watch.note.then(() => stop.abort());
  try {
    const begin = () => order.begin(endpoint, sequence, after);
    return await worker.call(found.worker.url, { ...request, begin }, { signal: stop.signal, traceParent });
  } finally {
    watch.stop();
  }
}

function noWorker(): WorkerEnd {
  return { state: 'failed', at: Date.now(), error: 'the endpoint has no worker any more' };
}

async function settle(
  services: ServerlessServices,
  { endpoint, requestID, delivery, ...grants }: z.output<typeof settleInput>,
  call: Call,
): Promise<Settled> {
  await giveTurns({ ...services, client: call.client }, endpoint, grants);
  if (!delivery) return {};
  const secret = (await services.endpoints.find(endpoint))?.webhookSecret;
  return deliver(services, { requestID, secret }, delivery, call);
}
