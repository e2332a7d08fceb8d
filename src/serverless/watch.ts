import { setTimeout as delay } from 'node:timers/promises';
import { findInstance, type DurableClient, type Instance } from '../operations/durable.js';
import { instanceOf } from './names.js';
import type { Notices } from './notices.js';
import type { RequestNote } from './schemas.js';

const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 1_000;

/** What the task hub knows of a request, without its input; undefined when there is none. @throws OperationError 503 */
export function findRequest(client: DurableClient, endpoint: string, requestID: string): Promise<Instance | undefined> {
  return findInstance(client, instanceOf(endpoint, requestID), { showInput: false });
}

export function noteOf(instance: Instance): RequestNote | undefined {
  return (instance.customStatus as RequestNote | null | undefined) ?? undefined;
}

/** Whether the task hub itself ended it, so that its note says no more. */
export function isStopped({ runtimeStatus }: Instance): boolean {
  return ['Failed', 'Terminated', 'Canceled'].includes(runtimeStatus);
}

export interface WatchOptions {
  signal: AbortSignal;
  firstLookMs?: number;
  /** Done once the watch listens, and before it looks. */
  begin?: () => Promise<unknown>;
}

/**
 * Waits for a note that is wanted. Undefined when the signal aborts first, or when the request is found stopped or gone.
 * Looks that fail are repeated: the task hub may be away for a moment. What `begin` throws is thrown.
 */
export async function watchRequest(
  { client, notices }: { client: DurableClient; notices: Notices },
  endpoint: string,
  requestID: string,
  wanted: (note: RequestNote) => boolean,
  { signal, firstLookMs = FIRST_LOOK_MS, begin }: WatchOptions,
): Promise<RequestNote | undefined> {
  const over = new AbortController();
  let found: RequestNote | undefined;
  const see = (note: RequestNote | undefined) => {
    if (!note || !wanted(note)) return;
    found ??= note;
    over.abort();
  };
  const unlisten = notices.listen(instanceOf(endpoint, requestID), see);
  const ended = AbortSignal.any([signal, over.signal]);
  try {
    await begin?.();
    for (let pause = firstLookMs; !isOver(ended); pause = Math.min(pause * 2, LONGEST_LOOK_MS)) {
      await delay(pause, undefined, { signal: ended }).catch(() => undefined);
      const instance = isOver(ended) ? null : await findRequest(client, endpoint, requestID).catch(() => null);
      if (instance) see(noteOf(instance));
      if (instance === undefined || (instance && isStopped(instance))) return found;
    }
  } finally {
    unlisten();
  }
  return found;
}

/** A function, because what an AbortSignal says changes while one waits. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
