/** Waits. @throws the signal's reason */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Aborts with a signal of the caller, or when a time is over. `AbortSignal.any` with `AbortSignal.timeout` does not do it:
 * Node.js 20 may collect both before the time is over.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the time was over. */
  isOver = false;

  constructor(outer?: AbortSignal, ms?: number) {
    this.#outer = outer;
    if (outer?.aborted) this.abort();
    else outer?.addEventListener('abort', this.abort);
    if (ms !== undefined) this.set(ms);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Sets the time from now on; it replaces the one before. */
  set(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isOver = true;
      this.abort();
    }, ms);
  }

  /** Ends the watch. */
  close(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.abort);
  }

  /** Ends what uses the signal. After a call that has ended it would cost a quarter of a poll. */
  readonly abort = () => this.#controller.abort(this.#outer?.reason);
}
