/** Longest wait for the call before. That one may be canceled, or may run in another process of the app. */
const MAX_WAIT_MS = 250;
/** A wait that times out quarters the longest wait, another one doubles it, so several processes soon do not wait. */
const MAX_HALVINGS = 10;

/**
 * Lets the calls of each endpoint begin in the order of their sequences. The queue grants in that order, but the steps
 * that follow (an event, an orchestrator turn, an activity for each) take different times.
 *
 * The latest call that began is all the state: grants ascend, so when a later call has begun, the one before it has
 * begun too, or its wait timed out.
 */
export interface StartOrder {
  /**
   * Resolves when call `after`, or a later one, has begun, or when the wait for it times out.
   *
   * @returns to be called when this call has begun; calling it again does nothing
   */
  begin(endpoint: string, sequence: number, after: number): Promise<() => void>;
}

interface Line {
  latest: number;
  halvings: number;
  waiting: Set<{ after: number; wake: () => void }>;
}

export function createStartOrder(maxWaitMs = MAX_WAIT_MS): StartOrder {
  const lines = new Map<string, Line>();

  const lineOf = (endpoint: string): Line => {
    const line = lines.get(endpoint) ?? { latest: 0, halvings: 0, waiting: new Set() };
    lines.set(endpoint, line);
    return line;
  };

  const waitFor = (line: Line, after: number) =>
    new Promise<void>((resolve) => {
      const end = (halvings: number) => {
        clearTimeout(timer);
        line.waiting.delete(entry);
        line.halvings = Math.min(Math.max(0, line.halvings + halvings), MAX_HALVINGS);
        resolve();
      };
      const entry = { after, wake: () => end(-1) };
      const timer = setTimeout(() => end(2), maxWaitMs / 2 ** line.halvings);
      line.waiting.add(entry);
    });

  return {
    async begin(endpoint, sequence, after) {
      const line = lineOf(endpoint);
      if (line.latest < after) await waitFor(line, after);
      return () => {
        line.latest = Math.max(line.latest, sequence);
        for (const entry of [...line.waiting]) if (entry.after <= line.latest) entry.wake();
      };
    },
  };
}
