import { RecentMap } from '../platform/recent-map.js';

/**
 * Tells requests that wait in this process that an orchestrator here has ended. Only a shortcut: the orchestrator may
 * run in another process, and its end is stored a moment later, so callers read the status too.
 */
export interface EndNotifications {
  notify: (operationId: string) => void;
  /** Whether the operation ends within the given ms, or ended here recently. */
  wait(operationId: string, ms: number): Promise<boolean>;
}

/** Ends that are remembered for requests that begin to wait after them. */
const REMEMBERED = 1_000;

export function createEndNotifications(): EndNotifications {
  const recent = new RecentMap<string, true>(REMEMBERED);
  const waiting = new Map<string, Set<() => void>>();

  const leave = (operationId: string, tell: () => void) => {
    const own = waiting.get(operationId);
    own?.delete(tell);
    if (own?.size === 0) waiting.delete(operationId);
  };

  return {
    notify(operationId) {
      recent.set(operationId, true);
      waiting.get(operationId)?.forEach((tell) => tell());
    },
    async wait(operationId, ms) {
      if (recent.get(operationId)) return true;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const tell = () => resolve(true);
      const timer = setTimeout(() => resolve(false), ms);
      waiting.set(operationId, (waiting.get(operationId) ?? new Set()).add(tell));
      return promise.finally(() => {
        clearTimeout(timer);
        leave(operationId, tell);
      });
    },
  };
}
