import type { RequestNote } from './schemas.js';

type Listener = (note: RequestNote) => void;

/**
 * Tells those who wait in this process at once what a request's orchestrator notes, where they would else have to look
 * again and again. Only a shortcut: who hears nothing, because the orchestrator runs in another process, looks.
 *
 * What is told follows from the history alone, so it holds even if the process dies before it is written down.
 */
export interface Notices {
  tell(instanceId: string, note: RequestNote): void;
  /** @returns ends the listening */
  listen(instanceId: string, listener: Listener): () => void;
  /** Somebody saw by looking what nobody had told: for a while, those who wait do well to look soon. */
  miss(): void;
  /** Whether all that was waited for lately was told. */
  isReliable(): boolean;
}

const DOUBT_MS = 600_000;

export function createNotices(): Notices {
  const listeners = new Map<string, Set<Listener>>();
  let doubtUntil = 0;
  return {
    miss: () => void (doubtUntil = Date.now() + DOUBT_MS),
    isReliable: () => Date.now() >= doubtUntil,
    tell: (instanceId, note) => listeners.get(instanceId)?.forEach((listener) => listener(note)),
    listen(instanceId, listener) {
      const own = listeners.get(instanceId) ?? new Set();
      listeners.set(instanceId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(instanceId);
      };
    },
  };
}
