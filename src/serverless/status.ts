import { type Instance } from '../operations/durable.js';
import { type BlobStore } from '../platform/storage.js';
import { type DeliveryState } from '../webhooks/attempts.js';
import { positionOf, type QueueState } from './queue.js';
import { readResult } from './result-storage.js';
import { bytesIn, errorOf, isEnded, isTooLarge, statusCodeOf, tooLargeMessage } from './results.js';
import {
  REMEMBERED_MS,
  RESULT_URL_MINUTES,
  VISIBLE_MS,
  type CustomStatus,
  type EndState,
  type StatusObject,
} from './schemas.js';
import { customStatusOf, isAborted } from './watch.js';

interface StatusSources {
  blobs: Pick<BlobStore, 'get' | 'readUrl'>;
  /** The endpoint's queue, read only for a request that waits. */
  queue: () => Promise<QueueState>;
  hasWorker: boolean;
  now: number;
}

type Ids = Pick<StatusObject, 'serverlessID' | 'requestID'>;

/** The status object of a request, as clients see it. @throws OperationError 503 */
export async function statusOf(
  ids: Ids,
  instance: Instance | undefined,
  sources: StatusSources,
): Promise<StatusObject> {
  const status = instance && shownStatus(instance);
  if (!status || status.state === 'refused') return notFound(ids, 'there is no such request');
  if (status.state === 'queued') return queued(status, ids, sources);
  if (status.state === 'running') return base(ids, 200, 'running');
  const age = sources.now - (status.endedAt ?? 0);
  if (age > REMEMBERED_MS) return notFound(ids, 'there is no such request');
  if (age > VISIBLE_MS) return notFound(ids, 'it ended over 30 minutes ago');
  return ended({ ...status, state: status.state }, ids, sources);
}

/** The custom status, or its replacement when the task hub ended the request itself. */
function shownStatus(instance: Instance): CustomStatus | undefined {
  const status = customStatusOf(instance) ?? { state: 'queued' as const, mode: 'async' as const };
  if (isEnded(status.state) || status.state === 'refused' || !isAborted(instance)) return status;
  const endedAt = new Date(instance.lastUpdatedTime).getTime();
  if (instance.runtimeStatus.toString() !== 'Failed') return { ...status, state: 'canceled', endedAt };
  return { ...status, state: 'failed', error: 'something failed on our side', endedAt };
}

async function queued(
  { sequence }: CustomStatus,
  ids: Ids,
  { queue, hasWorker }: StatusSources,
): Promise<StatusObject> {
  const queueing = (message: string) => ({ ...base(ids, 200, 'queueing'), message });
  if (sequence === undefined) return queueing(hasWorker ? 'about to be queued' : 'no worker');
  const state = await queue();
  if (state.running.includes(sequence)) return base(ids, 200, 'running');
  if (!hasWorker || state.workers === 0) return queueing('no worker');
  const position = positionOf(state, sequence);
  if (position === 0) return queueing('about to be dropped');
  const failing = state.failing === undefined ? '' : `worker failing: ${state.failing}; `;
  return queueing(`${failing}position ${position}`);
}

type EndedStatus = CustomStatus & { state: EndState };

async function ended(status: EndedStatus, ids: Ids, { blobs }: StatusSources): Promise<StatusObject> {
  const object = base(ids, statusCodeOf(status), status.state);
  const { result, delivery } = status;
  if (!result) return { ...object, message: withDelivery(errorOf(status, ids.requestID), delivery, ['given up']) };
  if (isTooLarge(status) && 'blob' in result) {
    const message = withDelivery(tooLargeMessage(bytesIn(result)), delivery);
    return { ...object, message, resultUrl: await blobs.readUrl(result.blob, RESULT_URL_MINUTES) };
  }
  const bytes = await readResult(result, blobs);
  return { ...object, message: withDelivery('', delivery), result: bytes.toString('base64') };
}

/** Adds the delivery to a message. Messages that the contract fixes stay as they are, unless delivery was given up. */
function withDelivery(
  message: string,
  delivery: DeliveryState | undefined,
  shown: readonly DeliveryState['state'][] = ['pending', 'delivered', 'given up'],
): string {
  if (!delivery || !shown.includes(delivery.state)) return message;
  const { state, attempts, error } = delivery;
  const reason = error === undefined || state === 'delivered' ? '' : `: ${error}`;
  const sentence = `webhook ${state} after ${attempts} attempt${attempts === 1 ? '' : 's'}${reason}`;
  return message === '' ? sentence : `${message}; ${sentence}`;
}

function base({ serverlessID, requestID }: Ids, statusCode: number, status: StatusObject['status']): StatusObject {
  return { statusCode, serverlessID, requestID, status, message: '', result: null };
}

function notFound(ids: Ids, message: string): StatusObject {
  return { ...base(ids, 404, 'not found'), message };
}
