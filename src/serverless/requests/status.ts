import { type BlobStore } from '../../platform/storage.js';
import { type DeliveryState } from '../../webhooks/attempts.js';
import { type DeliveryStore } from '../../webhooks/deliveries.js';
import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { capOf, type Endpoint } from '../endpoints/endpoint-store.js';
import { deliveryInstanceOf, instanceOf } from '../names.js';
import { endOfDropped } from '../queue/changes.js';
import { factsOf, type EndpointQueue } from '../queue/endpoint-queue.js';
import { holes, isDropped, isWaiting, placeOf, type QueueState } from '../queue/queue.js';
import { deliveryPlaceOf } from '../results/delivery-places.js';
import { readResult } from '../results/result-storage.js';
import { bytesIn, errorOf, isTooLarge, statusCodeOf, tooLargeMessage } from '../results/results.js';
import {
  MAX_STATUSES_BYTES,
  REMEMBERED_MS,
  RESULT_URL_MINUTES,
  VISIBLE_MS,
  type ResultRef,
  type StatusObject,
} from '../schemas.js';
import { type RequestHub } from './hub.js';
import { type RequestEnd, type RequestRecord } from './request-row.js';
import { type RunOutput } from './run.orchestrator.js';

/** Requests that wait are counted in pages. */
const PAGE = 1_000;

type Ids = Pick<StatusObject, 'serverlessID' | 'requestID'>;
type Ended = RequestRecord & { end: RequestEnd };

interface StatusSources {
  queue: EndpointQueue;
  blobs: Pick<BlobStore, 'get' | 'readUrl'>;
  hub: Pick<RequestHub, 'find'>;
  deliveryStore: Pick<DeliveryStore, 'find'>;
}

/**
 * Status objects as clients see them, in the order of the ids. The queue is read at most once, and only for requests that
 * have not ended.
 *
 * @throws OperationError 503
 */
export async function statusesOf(
  ids: readonly string[],
  requests: ReadonlyMap<string, RequestRecord | undefined>,
  { queue, blobs, hub, deliveryStore }: StatusSources,
  endpoint: Pick<Endpoint, 'id' | 'createdAt' | 'worker' | 'workers'>,
): Promise<StatusObject[]> {
  const now = Date.now();
  let reading: Promise<QueueState> | undefined;
  const readQueue = () => (reading ??= queue.read());
  let counting: Promise<number[]> | undefined;
  /** Results in one answer so far, bytes. */
  let bytes = 0;

  const statusOf = async (ids: Ids, request: RequestRecord | undefined): Promise<StatusObject> => {
    if (!request) return notFound(ids, 'there is no such request');
    if (request.end) return ended({ ...request, end: request.end }, ids);
    const state = await readQueue();
    // A place may have ended between the two reads.
    const current = placeOf(state, request.sequence) ? request : ((await currentOf(request)) ?? request);
    if (current.end) return ended({ ...current, end: current.end }, ids);
    return open(current, state, ids);
  };

  const open = async (request: RequestRecord, state: QueueState, ids: Ids): Promise<StatusObject> => {
    const phase = phaseOf(request, state, now);
    if (typeof phase === 'object') return ended({ ...request, end: phase }, ids);
    if (phase === 'running') return base(ids, 200, 'running');
    return { ...base(ids, 200, 'queueing'), message: await whyItWaits(request, state) };
  };

  const whyItWaits = async ({ sequence }: RequestRecord, state: QueueState): Promise<string> => {
    if (capOf(endpoint) === 0 || state.workers === 0) return 'no worker';
    const failing = state.failing === undefined ? '' : `worker failing: ${state.failing}; `;
    return `${failing}position ${await positionOf(sequence, state)}`;
  };

  const positionOf = async (sequence: number, state: QueueState): Promise<number> => {
    if (sequence <= state.head) return state.again.indexOf(sequence) + 1;
    const first = state.again.length;
    if (holes(state) === 0) return first + sequence - state.head;
    const waiting = await (counting ??= waitingIn(queue, state));
    return first + waiting.filter((other) => other <= sequence).length;
  };

  const ended = async (request: Ended, ids: Ids): Promise<StatusObject> => {
    const { end, mode } = request;
    const age = now - end.at;
    if (age > REMEMBERED_MS) return notFound(ids, 'there is no such request');
    if (age > VISIBLE_MS) return notFound(ids, 'it ended over 30 minutes ago');
    const { state, result } = end;
    const shown = await deliveryOf(request);
    const object = base(ids, statusCodeOf(state), state);
    if (!result) return { ...object, message: withDelivery(errorOf(end, ids.requestID), shown, ['given up']) };
    const isInline = !isTooLarge({ mode, result }) && fits(bytesIn(result));
    if (!isInline && 'blob' in result) {
      const message = withDelivery(tooLargeMessage(bytesIn(result)), shown);
      const resultUrl = await blobs.readUrl(result.blob, RESULT_URL_MINUTES);
      return { ...object, statusCode: 413, message, resultUrl };
    }
    const content = await contentOf({ ...ids, result });
    return { ...object, message: withDelivery('', shown), result: content.toString('base64') };
  };

  const currentOf = onceEach(({ sequence }: RequestRecord) => queue.request(sequence));
  const deliveryOf = onceEach((request: RequestRecord) => deliveryStateOf(hub, deliveryStore, endpoint, request));
  const contentOf = onceEach(({ result }: Ids & { result: ResultRef }) => readResult(result, blobs));

  const fits = (more: number) => {
    const isFirst = bytes === 0;
    bytes += more;
    return isFirst || bytes <= MAX_STATUSES_BYTES;
  };

  const statuses: StatusObject[] = [];
  await concurrently([...ids.entries()], STORAGE_CALLS, async ([index, requestID]) => {
    statuses[index] = await statusOf({ serverlessID: endpoint.id, requestID }, requests.get(requestID));
  });
  return statuses;
}

/**
 * Where a request is whose row has no end: it runs, it waits, or it has ended although its row does not say so yet.
 *
 * @param now ms since the epoch
 */
export function phaseOf(request: RequestRecord, state: QueueState, now: number): RequestEnd | 'running' | 'queueing' {
  const facts = factsOf(request);
  const { sequence, deadline } = request;
  if (isDropped(state, facts)) return endOfDropped(state, request);
  if (placeOf(state, sequence)) return 'running';
  // One that had a place may have ended in time; its row says so later.
  if (isWaiting(state, facts) && deadline < now) return { state: 'expired', at: deadline };
  return isWaiting(state, facts) || state.again.includes(sequence) ? 'queueing' : 'running';
}

/** Reads something of each request once, however often its id is asked. */
function onceEach<Of extends Pick<Ids, 'requestID'>, T>(read: (of: Of) => Promise<T>): (of: Of) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (of) => {
    const value = known.get(of.requestID) ?? read(of);
    known.set(of.requestID, value);
    return value;
  };
}

/** How far the webhook of an ended request is: the record of its deliveries says it. */
async function deliveryStateOf(
  hub: Pick<RequestHub, 'find'>,
  deliveryStore: Pick<DeliveryStore, 'find'>,
  endpoint: Pick<Endpoint, 'id' | 'createdAt'>,
  request: RequestRecord,
): Promise<DeliveryState | undefined> {
  const { requestID, sequence, webhook, delivery } = request;
  if (webhook === undefined) return delivery;
  const record = await deliveryStore.find(deliveryPlaceOf(endpoint, sequence));
  if (record) return { ...record, attempts: record.total };
  return delivery ?? deliveryOfBefore(hub, endpoint.id, requestID);
}

/** Of a version that had no such record: the orchestration of the request says it, or that of the further attempts. */
async function deliveryOfBefore(
  hub: Pick<RequestHub, 'find'>,
  endpoint: string,
  requestID: string,
): Promise<DeliveryState> {
  const run = await hub.find(instanceOf(endpoint, requestID));
  const first = (run?.output as Partial<RunOutput> | null | undefined)?.delivery;
  if (first && first.state !== 'pending') return first;
  const rest = await hub.find(deliveryInstanceOf(endpoint, requestID));
  const latest = (rest?.output ?? rest?.customStatus) as DeliveryState | null | undefined;
  return latest ?? first ?? { state: 'pending', attempts: 0 };
}

/** The sequences of all requests that wait. */
async function waitingIn(queue: EndpointQueue, state: QueueState): Promise<number[]> {
  const found: number[] = [];
  for (let from = state.head; from < state.last;) {
    const page = await queue.page(from, state.last, { top: PAGE });
    for (const request of page) if (!request.end && isWaiting(state, factsOf(request))) found.push(request.sequence);
    from = page.at(-1)?.sequence ?? state.last;
  }
  return found;
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
