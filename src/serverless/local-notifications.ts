import { type CustomStatus } from './schemas.js';

type Listener = (status: CustomStatus) => void;

/**
 * Passes each custom status that an orchestrator sets in this process to the calls that wait for it here, which would
 * otherwise poll the task hub. Only a shortcut: an orchestrator may run in another process, so callers poll too.
 *
 * A status follows from the history alone, so it holds even if the process dies before it is stored.
 */
export interface LocalNotifications {
  notify(instanceId: string, status: CustomStatus): void;
  /** @returns ends the subscription */
  subscribe(instanceId: string, listener: Listener): () => void;
  /** A poll found a status that was not notified: callers should poll early for a while. */
  reportMissed(): void;
  /** Whether no notification was missed lately. */
  isReliable(): boolean;
}

const UNRELIABLE_MS = 600_000;

export function createLocalNotifications(): LocalNotifications {
  const listeners = new Map<string, Set<Listener>>();
  let unreliableUntil = 0;
  return {
    reportMissed: () => void (unreliableUntil = Date.now() + UNRELIABLE_MS),
    isReliable: () => Date.now() >= unreliableUntil,
    notify: (instanceId, status) => listeners.get(instanceId)?.forEach((listener) => listener(status)),
    subscribe(instanceId, listener) {
      const own = listeners.get(instanceId) ?? new Set();
      listeners.set(instanceId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(instanceId);
      };
    },
  };
}
