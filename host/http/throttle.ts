/**
 * Limits how many function requests are held and how many run (host contract, 3.3 and 12).
 *
 * T1 `held` counts every request from `enter` to `leave`, waiting or running; `running` those past their wait.
 * T2 Requests start in the order in which they came.
 */
export class Throttle {
  readonly #maxHeld: number;
  readonly #maxRunning: number;
  #held = 0;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: { maxOutstandingRequests: number; maxConcurrentRequests: number }) {
    this.#maxHeld = limits.maxOutstandingRequests;
    this.#maxRunning = limits.maxConcurrentRequests;
  }

  /** @returns undefined when there are too many; else whether to wait, and for what */
  enter(): Promise<void> | 'now' | undefined {
    if (this.#held >= this.#maxHeld) return undefined;
    this.#held++;
    if (this.#running < this.#maxRunning) {
      this.#running++;
      return 'now';
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives the place to the next in line. */
  leave(): void {
    this.#held--;
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }

  get held(): number {
    return this.#held;
  }
}
