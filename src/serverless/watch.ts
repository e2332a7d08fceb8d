import { type Instance } from '../operations/durable.js';
import { type RequestHub } from './hub.js';
import { type LocalNotifications } from './local-notifications.js';
import { instanceOf } from './names.js';
import { type CustomStatus } from './schemas.js';

/** First wait between polls when notifications may be missed. */
const MIN_POLL_MS = 100;
const MAX_POLL_MS = 1_000;

export function customStatusOf(instance: Instance): CustomStatus | undefined {
  return (instance.customStatus as CustomStatus | null | undefined) ?? undefined;
}

/** Whether the task hub ended the instance itself, so that its custom status does not change any more. */
export function isAborted({ runtimeStatus }: Instance): boolean {
  return ['Failed', 'Terminated', 'Canceled'].includes(runtimeStatus);
}

/** Whether the orchestrator has ended in any way. */
export function isOver(instance: Instance): boolean {
  return isAborted(instance) || instance.runtimeStatus.toString() === 'Completed';
}

interface WatchOptions {
  /** The longest wait, in ms; default: none. */
  ms?: number;
  /** Time until the first poll. Default: short, unless all notifications have arrived lately. */
  firstPollMs?: number;
  /** Run after the subscription and before the first poll. */
  begin?: () => Promise<unknown>;
}

export interface Watch {
  /**
   * The custom status that is wanted. Undefined when the time is over, or when the request was aborted or purged.
   * Rejects with what `begin` throws.
   */
  status: Promise<CustomStatus | undefined>;
  /** Afterwards `status` stays as it is. */
  stop(): void;
}

/**
 * Waits for a custom status: by notification when it is set in this process, and by polling at growing intervals
 * otherwise. A poll that fails is repeated, as the task hub may be away for a moment. Thousands wait at a time, so each
 * has one timer and nothing else.
 */
export function watchRequest(
  { hub, notifications }: { hub: Pick<RequestHub, 'findRequest'>; notifications: LocalNotifications },
  endpoint: string,
  requestID: string,
  wanted: (status: CustomStatus) => boolean,
  { ms = Infinity, firstPollMs = notifications.isReliable() ? MAX_POLL_MS : MIN_POLL_MS, begin }: WatchOptions = {},
): Watch {
  const { promise, resolve, reject } = Promise.withResolvers<CustomStatus | undefined>();
  const end = Date.now() + ms;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const hasStopped = () => isStopped; // a function, because awaits change it
  const stop = () => {
    isStopped = true;
    clearTimeout(timer);
    unsubscribe();
  };
  const finish = (status?: CustomStatus) => {
    stop();
    resolve(status);
  };
  const check = (status: CustomStatus | undefined) => {
    if (status && wanted(status)) finish(status);
  };
  const poll = async (intervalMs: number) => {
    const instance = await hub.findRequest(endpoint, requestID).catch(() => null);
    if (hasStopped()) return;
    if (instance) check(customStatusOf(instance));
    if (hasStopped()) {
      notifications.reportMissed();
      return;
    }
    const isGone = instance === undefined || (instance && isAborted(instance));
    if (isGone || Date.now() >= end) finish();
    else pollAfter(Math.min(intervalMs * 2, MAX_POLL_MS));
  };
  const pollAfter = (intervalMs: number) => {
    const waitMs = Math.min(intervalMs, Math.max(0, end - Date.now()));
    if (!isStopped) timer = setTimeout(() => void poll(intervalMs), waitMs);
  };
  const unsubscribe = notifications.subscribe(instanceOf(endpoint, requestID), check);
  if (!begin) pollAfter(firstPollMs);
  else
    begin().then(
      () => pollAfter(firstPollMs),
      (cause: unknown) => {
        reject(cause);
        stop();
      },
    );
  return { status: promise, stop };
}
