interface Upcoming<By, T> {
  due: number;
  timer: NodeJS.Timeout;
  by: By;
  waiting: Set<(look: Promise<T>) => void>;
}

export type SharedLook<By, T> = (key: string, by: By, withinMs: number, signal?: AbortSignal) => Promise<T>;

/**
 * Looks at things on behalf of those who watch them.
 *
 * L1 However many watch one thing, a look serves all who wait for one; the most impatient says when.
 * L2 Who stops waiting costs nothing more: without anybody waiting there is no look and no timer.
 *
 * @returns resolves with what a look shows that begins within the given time; rejects at once when the signal aborts
 */
export function createSharedLooks<By, T>(look: (key: string, by: By) => Promise<T>): SharedLook<By, T> {
  const upcoming = new Map<string, Upcoming<By, T>>();

  const run = (key: string, entry: Upcoming<By, T>) => {
    upcoming.delete(key);
    const shown = look(key, entry.by);
    for (const resolve of entry.waiting) resolve(shown);
  };

  const schedule = (key: string, by: By, due: number): Upcoming<By, T> => {
    const known = upcoming.get(key);
    if (known && known.due <= due) return known;
    if (known) clearTimeout(known.timer);
    const entry: Upcoming<By, T> = {
      due,
      timer: setTimeout(() => run(key, entry), due - Date.now()),
      by,
      waiting: known?.waiting ?? new Set(),
    };
    upcoming.set(key, entry);
    return entry;
  };

  const leave = (key: string, resolve: (look: Promise<T>) => void) => {
    const entry = upcoming.get(key);
    if (!entry?.waiting.delete(resolve) || entry.waiting.size > 0) return;
    clearTimeout(entry.timer);
    upcoming.delete(key);
  };

  return (key, by, withinMs, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const abort = () => {
        leave(key, settle);
        reject(signal?.reason as Error);
      };
      const settle = (shown: Promise<T>) => {
        shown.then(resolve, reject).finally(() => signal?.removeEventListener('abort', abort));
      };
      signal?.addEventListener('abort', abort);
      schedule(key, by, Date.now() + withinMs).waiting.add(settle);
    });
}
