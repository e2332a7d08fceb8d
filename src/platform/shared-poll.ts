interface ScheduledPoll<T> {
  due: number;
  timer: NodeJS.Timeout;
  waiting: Set<(result: Promise<T>) => void>;
}

/** @returns the result of a poll that begins within `withinMs`; rejects immediately when the signal aborts */
export type SharedPoll<T> = (key: string, withinMs: number, signal?: AbortSignal) => Promise<T>;

/**
 * Polls on behalf of several watchers of the same key.
 *
 * P1 One poll serves all watchers that wait for one; the shortest wait decides when it begins.
 * P2 A watcher that stops waiting costs nothing more: without watchers there is no poll and no timer.
 */
export function createSharedPoll<T>(poll: (key: string) => Promise<T>): SharedPoll<T> {
  const scheduled = new Map<string, ScheduledPoll<T>>();

  const run = (key: string, entry: ScheduledPoll<T>) => {
    scheduled.delete(key);
    const result = poll(key);
    for (const resolve of entry.waiting) resolve(result);
  };

  const schedule = (key: string, due: number): ScheduledPoll<T> => {
    const known = scheduled.get(key);
    if (known && known.due <= due) return known;
    if (known) clearTimeout(known.timer);
    const entry: ScheduledPoll<T> = {
      due,
      timer: setTimeout(() => run(key, entry), Math.max(0, due - Date.now())),
      waiting: known?.waiting ?? new Set(),
    };
    scheduled.set(key, entry);
    return entry;
  };

  const leave = (key: string, resolve: (result: Promise<T>) => void) => {
    const entry = scheduled.get(key);
    if (!entry?.waiting.delete(resolve) || entry.waiting.size > 0) return;
    clearTimeout(entry.timer);
    scheduled.delete(key);
  };

  return (key, withinMs, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        leave(key, receive);
        reject(signal?.reason as Error);
      };
      const receive = (result: Promise<T>) => {
        result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
      };
      signal?.addEventListener('abort', abort);
      schedule(key, Date.now() + withinMs).waiting.add(receive);
    });
}
