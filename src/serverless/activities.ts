import type { InvocationContext } from '@azure/functions';
import type { z } from 'zod';
import { onTaskHub, type DurableClient } from '../operations/durable.js';
import { OperationError, type Outcome } from '../platform/errors.js';
import type { CallContext } from '../platform/http-client.js';
import { logFailure } from '../platform/logging.js';
import type { BlobStore } from '../platform/storage.js';
import type { Directory } from './directory.js';
import type { EndpointStore } from './endpoints.js';
import {
  blobPrefix,
  CALL_WORKER,
  CANCEL_EVENT,
  CANCEL_OPERATION,
  DELETE_BLOBS,
  DROP,
  instanceOf,
  LOOK_AT_OPERATION,
  SETTLE,
  START_OPERATION,
  TURN_EVENT,
} from './names.js';
import type { Notices } from './notices.js';
import type { OperationWorker } from './operation-worker.js';
import { tooLargeMessage, isTooLarge } from './results.js';
import {
  callInput,
  deleteInput,
  dropInput,
  lookInput,
  operationInput,
  RESULT_URL_MINUTES,
  settleInput,
  type DeliveryInput,
  type ResultRef,
  type Settled,
  type WorkerEnd,
} from './schemas.js';
import { isEnded } from './results.js';
import { watchRequest } from './watch.js';
import type { WebhookSender } from './webhooks.js';
import type { WorkerCaller } from './worker-call.js';

export interface ServerlessServices {
  endpoints: Pick<EndpointStore, 'find'>;
  blobs: Pick<BlobStore, 'get' | 'deletePrefix' | 'readUrl'>;
  directory: Directory;
  notices: Notices;
  worker: WorkerCaller;
  operations: OperationWorker;
  webhooks: WebhookSender;
}

type Call = CallContext & { client: DurableClient };
type Activity = (raw: unknown, client: DurableClient, context: InvocationContext) => Promise<Outcome<unknown>>;

/** A running call looks so often whether it is to stop. Cancelled from this process it is told at once. */
const LOOK_EVERY_MS = 1_000;
const EVENTS_AT_ONCE = 16;
