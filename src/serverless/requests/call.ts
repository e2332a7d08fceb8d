import { type CallContext } from '../../platform/http-client.js';
import { type EndpointQueue } from '../queue/endpoint-queue.js';
import { hasLostPlace } from '../queue/queue.js';
import { type OfRun, type WorkerEnd } from '../schemas.js';
import { type WorkerCaller } from '../worker/worker-call.js';

/** Time until a call first checks whether its request was canceled by another process, ms. */
const FIRST_CHECK_MS = 1_000;

/** How a call of a worker ended; `lost`: its request has no place here any more. */
export type CallEnd = WorkerEnd | 'lost';

/**
 * Calls the worker of a request that has a place, and stops the call when the request is canceled or loses its place.
 *
 * @throws OperationError 503 when storage is away
 */
export async function callWhilePlaced(
  worker: WorkerCaller,
  queue: EndpointQueue,
  url: string,
  request: Pick<OfRun, 'endpoint' | 'sequence' | 'requestID' | 'input' | 'deadline'>,
  { traceParent }: CallContext,
): Promise<CallEnd> {
  const { sequence } = request;
  const stop = new AbortController();
  let isLost = false;
  const hasLost = () => isLost; // a function, because the watch changes it
  const watch = queue.watch(
    (state) => state.canceled.includes(sequence) || hasLostPlace(state, sequence),
    FIRST_CHECK_MS,
  );
  void watch.state.then((state) => {
    if (!state) return;
    isLost = !state.canceled.includes(sequence);
    stop.abort();
  });
  try {
    const end = await worker.call(url, request, { signal: stop.signal, traceParent });
    return hasLost() && end.state === 'canceled' ? 'lost' : end;
  } finally {
    watch.stop();
  }
}

/** For the queue: why the worker failed, null when it did not, undefined when that is not known. */
export function failureOf({ state, error }: WorkerEnd): string | null | undefined {
  if (state === 'failed') return (error ?? 'failed').slice(0, MAX_FAILURE);
  return state === 'succeed' ? null : undefined;
}

/** Characters of a failure that the queue keeps for those that wait. */
const MAX_FAILURE = 200;

/** The endpoint was deleted, or has no worker, after the request got its place. */
export function noWorker(): WorkerEnd {
  return { state: 'failed', at: Date.now(), error: 'the endpoint has no worker any more' };
}
