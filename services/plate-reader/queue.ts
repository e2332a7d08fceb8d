/** Too much is waiting already: the caller should come back later. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

/**
 * Runs work in the order asked.
 *
 * Q1. At most `concurrency` pieces run at a time; at most `waiting` more wait.
 * Q2. Work whose signal is aborted before its turn never runs.
 */
export interface WorkQueue {
  /**
   * @throws {QueueFullError} when the queue is full
   * @throws the signal's reason when it is aborted before the work's turn
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export interface QueueOptions {
  readonly concurrency: number;
  readonly waiting: number;
}

export function createWorkQueue({ concurrency, waiting }: QueueOptions): WorkQueue {
  const turns: (() => void)[] = [];
  let running = 0;

  const release = () => {
    running--;
    turns.shift()?.();
  };

  const waitForTurn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => {
        turns.splice(turns.indexOf(turn), 1);
        reject(signal.reason as Error);
      };
      const turn = () => {
        signal.removeEventListener('abort', leave);
        running++;
        resolve();
      };
      turns.push(turn);
      signal.addEventListener('abort', leave, { once: true });
    });

  return {
    async run(signal, work) {
      signal.throwIfAborted(); // Q2
      if (running < concurrency) running++;
      else if (turns.length < waiting) await waitForTurn(signal);
      else throw new QueueFullError('Too many images are waiting to be read.'); // Q1
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
