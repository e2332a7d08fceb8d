/**
 * First in, first out, with at most `limit` under way.
 *
 * Q1 `run` resolves when its work is over, and never rejects: whoever queues handles the errors.
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

  push(item: T): void {
    this.#waiting.push(item);
  }

  /** Begins as much as the limit allows. */
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

  /** Begins nothing more. Resolves when nothing is under way. */
  close(): Promise<void> {
    this.#open = false;
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  readonly #finished = (): void => {
    this.#running--;
    this.pump();
    if (this.#running > 0) return;
    for (const wake of this.#idle) wake();
    this.#idle = [];
  };
}
