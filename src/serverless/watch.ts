import { findInstance, type DurableClient, type Instance } from '../operations/durable.js';
import { instanceOf } from './names.js';
import type { Notices } from './local-notifications.js';
import type { RequestNote } from './schemas.js';

/** When nobody here may hear of it. */
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

/** Whether its orchestrator is over, however it ended. */
export function isEndedInstance(instance: Instance): boolean {
  return isStopped(instance) || instance.runtimeStatus.toString() === 'Completed';
}

export interface WatchOptions {
  /** The longest wait, in ms; default: none. */
  ms?: number;
  /** Default: soon, unless this process has heard of all that it waited for lately. */
  firstLookMs?: number;
  /** Done once the watch listens, and before it looks. */
  begin?: () => Promise<unknown>;
}

export interface Watch {
  /**
   * The note that is wanted. Undefined when the time is up, or when the request is found stopped or gone. Rejects with
   * what `begin` throws.
   */
  note: Promise<RequestNote | undefined>;
  /** Afterwards `note` stays as it is. */
  stop(): void;
}

/**
 * Waits for a note that is wanted: it hears of those that are written in this process, and looks for others, less and
 * less often. Looks that fail are repeated, as the task hub may be away for a moment. Thousands wait at a time, so
 * there is one timer for each and nothing else.
 */
export function watchRequest(
  { client, notices }: { client: DurableClient; notices: Notices },
  endpoint: string,
  requestID: string,
  wanted: (note: RequestNote) => boolean,
  { ms = Infinity, firstLookMs = notices.isReliable() ? LONGEST_LOOK_MS : FIRST_LOOK_MS, begin }: WatchOptions = {},
): Watch {
  const { promise, resolve, reject } = Promise.withResolvers<RequestNote | undefined>();
  const end = Date.now() + ms;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const hasEnded = () => isOver; // a function, because what is waited for changes it

  const stop = () => {
    isOver = true;
    clearTimeout(timer);
    unlisten();
  };
  const finish = (note?: RequestNote) => {
    stop();
    resolve(note);
  };
  const see = (note: RequestNote | undefined) => {
    if (note && wanted(note)) finish(note);
  };
  const look = async (pause: number) => {
    const instance = await findRequest(client, endpoint, requestID).catch(() => null);
    if (hasEnded()) return;
    if (instance) see(noteOf(instance));
    if (hasEnded()) {
      notices.miss();
      return;
    }
    const isGone = instance === undefined || (instance && isStopped(instance));
    if (isGone || Date.now() >= end) finish();
    else lookAfter(Math.min(pause * 2, LONGEST_LOOK_MS));
  };
  const lookAfter = (pause: number) => {
    if (!isOver) timer = setTimeout(() => void look(pause), Math.min(pause, Math.max(0, end - Date.now())));
  };

  const unlisten = notices.listen(instanceOf(endpoint, requestID), see);
  if (!begin) lookAfter(firstLookMs);
  else
    begin().then(
      () => lookAfter(firstLookMs),
      (cause: unknown) => {
        reject(cause);
        stop();
      },
    );
  return { note: promise, stop };
}
