/** Runs work when a place is free. @throws the signal's reason when it aborts before */
export type Limit = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Limits concurrent work in this process; callers wait in the order of their calls. */
export function createLimit(most: number): Limit {
  let running = 0;
  const waiting = new Set<() => void>();

  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', giveUp);
        waiting.delete(begin);
        running++;
        resolve();
      };
      const giveUp = () => {
        waiting.delete(begin);
        reject(signal.reason as Error);
      };
      if (signal.aborted) giveUp();
      else if (running < most) begin();
      else {
        waiting.add(begin);
        signal.addEventListener('abort', giveUp, { once: true });
      }
    });

  return async (work, signal) => {
    await turn(signal);
    try {
      return await work();
    } finally {
      running--;
      const [next] = waiting;
      next?.();
    }
  };
}
