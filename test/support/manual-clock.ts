import { type Clock } from '../../host/contracts.js';

/** A clock that only the test advances; after each timer it waits until the triggered promises have settled. */
export class ManualClock implements Clock {
  #now: number;
  #timers: { at: number; callback: () => void }[] = [];

  constructor(start: number) {
    this.#now = start;
  }

  readonly now = () => this.#now;

  readonly at = (at: number, callback: () => void) => {
    const timer = { at, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let due = this.#first(end); due !== undefined; due = this.#first(end)) {
      this.#timers.splice(this.#timers.indexOf(due), 1);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
      await settle();
    }
    this.#now = end;
  }

  /** Timers that were set and neither fired nor were canceled. */
  get waiting(): number {
    return this.#timers.length;
  }

  #first(end: number) {
    return this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Resolves when the pending promise callbacks have run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
