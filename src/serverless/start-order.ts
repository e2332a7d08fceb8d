/** A predecessor may have been cancelled, or be with another process of the app: it is not waited for longer. */
const PATIENCE_MS = 250;
/** Each wait in vain quarters the patience, each other one doubles it: where processes share the work, there is none. */
const MOST_VAIN = 10;

/**
 * Lets the calls of each endpoint begin in the order of their sequences. Places are given in that order, yet what follows
 * (an event, a turn, an activity each) takes now this long and now that.
 *
 * It needs to know no more than the latest that began: places are given in ascending order, so when a later one has
 * begun, the one before it has too, or was not waited for.
 */
export interface StartOrder {
  /**
   * Resolves when `after`, or a later one, has begun, or was waited for in vain.
   * @returns to be called when this one has begun; calling it again does nothing
   */
  begin(endpoint: string, sequence: number, after: number): Promise<() => void>;
}

interface Line {
  latest: number;
  vain: number;
  waiting: Set<{ after: number; wake: () => void }>;
}

export function createStartOrder(patienceMs = PATIENCE_MS): StartOrder {
  const lines = new Map<string, Line>();

  const lineOf = (endpoint: string): Line => {
    const line = lines.get(endpoint) ?? { latest: 0, vain: 0, waiting: new Set() };
    lines.set(endpoint, line);
    return line;
  };

  const predecessor = (line: Line, after: number) =>
    new Promise<void>((resolve) => {
      const end = (vain: number) => {
        clearTimeout(timer);
        line.waiting.delete(entry);
        line.vain = Math.min(Math.max(0, line.vain + vain), MOST_VAIN);
        resolve();
      };
      const entry = { after, wake: () => end(-1) };
      const timer = setTimeout(() => end(2), patienceMs / 2 ** line.vain);
      line.waiting.add(entry);
    });

  return {
    async begin(endpoint, sequence, after) {
      const line = lineOf(endpoint);
      if (line.latest < after) await predecessor(line, after);
      return () => {
        line.latest = Math.max(line.latest, sequence);
        for (const entry of [...line.waiting]) if (entry.after <= line.latest) entry.wake();
      };
    },
  };
}
