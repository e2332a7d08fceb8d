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

interface Starts {
  latest: number;
  halvings: number;
  waiting: Set<{ after: number; wake: () => void }>;
}

export function createStartOrder(maxWaitMs = MAX_WAIT_MS): StartOrder {
  const byEndpoint = new Map<string, Starts>();

  const startsOf = (endpoint: string): Starts => {
    const starts = byEndpoint.get(endpoint) ?? { latest: 0, halvings: 0, waiting: new Set() };
    byEndpoint.set(endpoint, starts);
    return starts;
  };

  const waitFor = (starts: Starts, after: number) =>
    new Promise<void>((resolve) => {
      const end = (halvings: number) => {
        clearTimeout(timer);
        starts.waiting.delete(entry);
        starts.halvings = Math.min(Math.max(0, starts.halvings + halvings), MAX_HALVINGS);
        resolve();
      };
      const entry = { after, wake: () => end(-1) };
      const timer = setTimeout(() => end(2), maxWaitMs / 2 ** starts.halvings);
      starts.waiting.add(entry);
    });

  return {
    async begin(endpoint, sequence, after) {
      const starts = startsOf(endpoint);
      if (starts.latest < after) await waitFor(starts, after);
      return () => {
        starts.latest = Math.max(starts.latest, sequence);
        for (const entry of [...starts.waiting]) if (entry.after <= starts.latest) entry.wake();
      };
    },
  };
}
