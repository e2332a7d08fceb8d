import { type z } from 'zod';
import { activityHandler, type ActivityHandler } from '../operations/activities.js';
import { type PerInvocation } from '../operations/durable.js';
import { type CallContext } from '../platform/http-client.js';
import { type BlobStore } from '../platform/storage.js';
import { type AttemptResult } from '../webhooks/attempts.js';
import { type WebhookSender } from '../webhooks/sender.js';
import { attemptDelivery } from './delivery.js';
import { type EndpointStore } from './endpoints/endpoint-store.js';
import { cancelRequests, raiseGrants } from './events.js';
import { type RequestHub } from './hub.js';
import { type LocalNotifications } from './local-notifications.js';
import {
  blobPrefix,
  CALL_WORKER,
  CANCEL_OPERATION,
  CANCEL_REQUESTS,
  DELETE_BLOBS,
  GRANT_AND_DELIVER,
  POLL_OPERATION,
  START_OPERATION,
} from './names.js';
import { type RequestIndex } from './request-index.js';
import { isEnded } from './results.js';
import {
  callInput,
  cancelRequestsInput,
  grantAndDeliverInput,
  ofRequest,
  operationInput,
  type CustomStatus,
  type WorkerEnd,
} from './schemas.js';
import { watchRequest } from './watch.js';
import { type OperationWorker } from './worker/operation-worker.js';
import { type StartOrder } from './worker/start-order.js';
import { type WorkerCaller } from './worker/worker-call.js';

interface ActivityServices {
  endpoints: Pick<EndpointStore, 'find'>;
  blobs: Pick<BlobStore, 'get' | 'deletePrefix' | 'readUrl'>;
  hub: RequestHub;
  index: RequestIndex;
  notifications: LocalNotifications;
  worker: WorkerCaller;
  operations: OperationWorker;
  order: StartOrder;
  webhooks: WebhookSender;
}

/** How often a running call checks whether its request has ended. In the same process it is notified instead. */
const POLL_MS = 1_000;

/** The slice's activities by name. A request has no operation record, which `defineActivity` would read. */
export function createServerlessActivities(
  servicesOf: PerInvocation<ActivityServices>,
): Record<string, ActivityHandler> {
  const define =
    <In extends z.ZodType>(
      input: In,
      run: (services: ActivityServices, input: z.output<In>, call: CallContext) => Promise<unknown>,
    ): ActivityHandler =>
    (raw, context) =>
      activityHandler((given, call) => run(servicesOf({ invocation: context }), input.parse(given), call))(
        raw,
        context,
      );
  return {
    [CALL_WORKER]: define(callInput, callWorker),
    [START_OPERATION]: define(operationInput, ({ operations }, request) => operations.start(request)),
    [POLL_OPERATION]: define(ofRequest, ({ operations }, request) => operations.poll(request)),
    [CANCEL_OPERATION]: define(ofRequest, ({ operations }, request) => operations.cancel(request)),
    [GRANT_AND_DELIVER]: define(grantAndDeliverInput, grantAndDeliver),
    [CANCEL_REQUESTS]: define(cancelRequestsInput, cancelRequests),
    [DELETE_BLOBS]: define(ofRequest, ({ blobs }, { endpoint, requestID }) =>
      blobs.deletePrefix(blobPrefix(endpoint, requestID)),
    ),
  };
}

/** The call ends early when its request has ended: canceled, terminated, purged. */
async function callWorker(
  services: ActivityServices,
  request: z.output<typeof callInput>,
  { traceParent }: CallContext,
): Promise<WorkerEnd> {
  const { endpoints, worker, order } = services;
  const { endpoint, requestID, sequence, after } = request;
  const found = await endpoints.find(endpoint);
  if (!found?.worker || !('url' in found.worker)) return noWorker();
  const stop = new AbortController();
  const hasEnded = ({ state }: CustomStatus) => isEnded(state);
  const watch = watchRequest(services, endpoint, requestID, hasEnded, { firstPollMs: POLL_MS });
  void watch.status.then(() => stop.abort());
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

async function grantAndDeliver(
  services: ActivityServices,
  { endpoint, requestID, delivery, ...granted }: z.output<typeof grantAndDeliverInput>,
  call: CallContext,
): Promise<AttemptResult> {
  await raiseGrants(services, endpoint, granted);
  if (!delivery) return {};
  const secret = (await services.endpoints.find(endpoint))?.webhookSecret;
  return attemptDelivery(services, { requestID, secret }, delivery, call);
}
