/**
 * Limits how many function requests are accepted and how many run (host contract, 3.3 and 12).
 *
 * T1 `accepted` counts requests from `enter` to `leave`, waiting or running; `running` those that no longer wait.
 * T2 Requests start in the order of `enter`.
 */
export class Throttle {
  readonly #maxAccepted: number;
  readonly #maxRunning: number;
  #accepted = 0;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: { maxOutstandingRequests: number; maxConcurrentRequests: number }) {
    this.#maxAccepted = limits.maxOutstandingRequests;
    this.#maxRunning = limits.maxConcurrentRequests;
  }

  /** @returns undefined when too many are accepted; 'now' or a promise that resolves when the request may run */
  enter(): Promise<void> | 'now' | undefined {
    if (this.#accepted >= this.#maxAccepted) return undefined;
    this.#accepted++;
    if (this.#running < this.#maxRunning) {
      this.#running++;
      return 'now';
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends a request and lets the next waiting one run. */
  leave(): void {
    this.#accepted--;
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }

  /** Number of accepted requests (T1). */
  get accepted(): number {
    return this.#accepted;
  }
}
