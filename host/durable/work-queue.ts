/**
 * Runs items in the order of their arrival, at most `limit` of them concurrently.
 *
 * Q1 `run` resolves when its item is done and never rejects: the caller handles errors in `run`.
 */
export class WorkQueue<T> {
  readonly #limit: number;
  readonly #run: (item: T) => Promise<void>;
  #waiting: T[] = [];
  #head = 0;
  #running = 0;
  #open = false;
  #idle: (() => void)[] = [];

  constructor(limit: number, run: (item: T) => Promise<void>) {
    this.#limit = limit;
    this.#run = run;
  }

  /** Nothing waits and nothing runs. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#head === this.#waiting.length;
  }

  push(item: T): void {
    this.#waiting.push(item);
  }

  /** Starts as many items as the limit allows. */
  pump(): void {
    while (this.#open && this.#running < this.#limit && this.#head < this.#waiting.length) {
      const item = this.#waiting[this.#head++] as T;
      this.#running++;
      void this.#run(item).then(this.#finished); // Q1
    }
    if (this.#head === this.#waiting.length || this.#head > 1_024) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }

  open(): void {
    this.#open = true;
    this.pump();
  }

  /** Starts no more items. Resolves when none is running. */
  close(): Promise<void> {
    this.#open = false;
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  readonly #finished = (): void => {
    this.#running--;
    this.pump();
    if (this.#running > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle = [];
  };
}
