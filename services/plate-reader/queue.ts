/** The queue is full: the caller should retry later. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}

/**
 * Runs work in FIFO order.
 *
 * Q1. At most `concurrency` items run at a time; at most `waiting` more wait.
 * Q2. Work whose signal is aborted before it starts never runs.
 */
export interface WorkQueue {
  /**
   * @throws {QueueFullError} when the queue is full
   * @throws the signal's reason when it is aborted before the work starts
   */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** See Q1. */
interface QueueOptions {
  readonly concurrency: number;
  readonly waiting: number;
}

/** Creates a queue (Q1, Q2). */
export function createWorkQueue({ concurrency, waiting }: QueueOptions): WorkQueue {
  const waiters: (() => void)[] = [];
  let running = 0;

  const release = () => {
    running--;
    waiters.shift()?.();
  };

  const waitForSlot = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const cancel = () => {
        waiters.splice(waiters.indexOf(start), 1);
        reject(signal.reason as Error);
      };
      const start = () => {
        signal.removeEventListener('abort', cancel);
        running++;
        resolve();
      };
      waiters.push(start);
      signal.addEventListener('abort', cancel, { once: true });
    });

  return {
    async run(signal, work) {
      signal.throwIfAborted(); // Q2
      if (running < concurrency) running++;
      else if (waiters.length < waiting) await waitForSlot(signal);
      else throw new QueueFullError('Too many images are waiting to be read.'); // Q1
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
