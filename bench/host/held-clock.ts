import { createSystemClock } from '../../host/clock.js';
import { type Clock } from '../../host/contracts.js';

/** A clock that stands still until `release`, and then runs. */
export class HeldClock implements Clock {
  readonly #system = createSystemClock();
  readonly #start = this.#system.now();
  readonly #held: (() => void)[] = [];
  /** What its time is ahead of the system's, ms; undefined while it stands still. */
  #aheadMs: number | undefined;

  now(): number {
    return this.#aheadMs === undefined ? this.#start : this.#system.now() + this.#aheadMs;
  }

  at(due: number, callback: () => void): () => void {
    let isCanceled = false;
    let cancel = () => {
      isCanceled = true;
    };
    const set = () => {
      if (!isCanceled) cancel = this.#system.at(due - (this.#aheadMs ?? 0), callback);
    };
    if (this.#aheadMs === undefined) this.#held.push(set);
    else set();
    return () => cancel();
  }

  /** @param now its time from now on, ms since the epoch */
  release(now: number): void {
    this.#aheadMs = now - this.#system.now();
    for (const set of this.#held.splice(0)) set();
  }
}
