import type { Instance } from '../operations/durable.js';
import type { BlobStore } from '../platform/storage.js';
import { bytesOf } from './delivery.js';
import { positionOf, type QueueState } from './queue.js';
import { bytesIn, errorOf, isEnded, isTooLarge, statusCodeOf, tooLargeMessage } from './results.js';
import {
  REMEMBERED_MS,
  RESULT_URL_MINUTES,
  VISIBLE_MS,
  type DeliveryState,
  type EndState,
  type RequestNote,
  type StatusObject,
} from './schemas.js';
import { isStopped, noteOf } from './watch.js';

export interface StatusSources {
  blobs: Pick<BlobStore, 'get' | 'readUrl'>;
  /** The endpoint's queue, asked for when a request waits. */
  queue: () => Promise<QueueState>;
  hasWorker: boolean;
  now: number;
}

type Ids = Pick<StatusObject, 'serverlessID' | 'requestID'>;

/** What clients are shown of a request. @throws OperationError 503 */
export async function statusOf(
  ids: Ids,
  instance: Instance | undefined,
  sources: StatusSources,
): Promise<StatusObject> {
  const note = instance && shownNote(instance);
  if (!note || note.state === 'refused') return notFound(ids, 'there is no such request');
  if (note.state === 'queued') return waiting(note, ids, sources);
  if (note.state === 'running') return base(ids, 200, 'running');
  const age = sources.now - (note.endedAt ?? 0);
  if (age > REMEMBERED_MS) return notFound(ids, 'there is no such request');
  if (age > VISIBLE_MS) return notFound(ids, 'it ended over 30 minutes ago');
  return ended({ ...note, state: note.state }, ids, sources);
}

/** The note, or what takes its place when the task hub ended the request itself. */
function shownNote(instance: Instance): RequestNote | undefined {
  const note = noteOf(instance) ?? { state: 'queued' as const, mode: 'async' as const };
  if (isEnded(note.state) || note.state === 'refused' || !isStopped(instance)) return note;
  const endedAt = new Date(instance.lastUpdatedTime).getTime();
  if (instance.runtimeStatus.toString() !== 'Failed') return { ...note, state: 'canceled', endedAt };
  return { ...note, state: 'failed', error: 'something failed on our side', endedAt };
}

async function waiting(
  { sequence }: RequestNote,
  ids: Ids,
  { queue, hasWorker }: StatusSources,
): Promise<StatusObject> {
  const because = (message: string) => ({ ...base(ids, 200, 'queueing'), message });
  if (sequence === undefined) return because(hasWorker ? 'about to be queued' : 'no worker');
  const state = await queue();
  if (state.running.includes(sequence)) return base(ids, 200, 'running');
  if (!hasWorker || state.workers === 0) return because('no worker');
  const position = positionOf(state, sequence);
  if (position === 0) return because('about to be dropped');
  const failing = state.failing === undefined ? '' : `worker failing: ${state.failing}; `;
  return because(`${failing}position ${position}`);
}

type EndedNote = RequestNote & { state: EndState };

async function ended(note: EndedNote, ids: Ids, { blobs }: StatusSources): Promise<StatusObject> {
  const shown = base(ids, statusCodeOf(note), note.state);
  const { result } = note;
  if (!result) return { ...shown, message: withDelivery(errorOf(note, ids.requestID), note.delivery, ['given up']) };
  if (isTooLarge(note) && 'blob' in result) {
    const message = withDelivery(tooLargeMessage(bytesIn(result)), note.delivery);
    return { ...shown, message, resultUrl: await blobs.readUrl(result.blob, RESULT_URL_MINUTES) };
  }
  const bytes = await bytesOf(result, blobs);
  return { ...shown, message: withDelivery('', note.delivery), result: bytes.toString('base64') };
}

/** The contract's own sentences stay as they are, unless the webhook was given up. */
function withDelivery(
  message: string,
  delivery: DeliveryState | undefined,
  shown: readonly DeliveryState['state'][] = ['pending', 'delivered', 'given up'],
): string {
  if (!delivery || !shown.includes(delivery.state)) return message;
  const { state, attempts, error } = delivery;
  const why = error === undefined || state === 'delivered' ? '' : `: ${error}`;
  const sentence = `webhook ${state} after ${attempts} attempt${attempts === 1 ? '' : 's'}${why}`;
  return message === '' ? sentence : `${message}; ${sentence}`;
}

function base({ serverlessID, requestID }: Ids, statusCode: number, status: StatusObject['status']): StatusObject {
  return { statusCode, serverlessID, requestID, status, message: '', result: null };
}

function notFound(ids: Ids, message: string): StatusObject {
  return { ...base(ids, 404, 'not found'), message };
}
