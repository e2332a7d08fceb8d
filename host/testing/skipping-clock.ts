import { type Clock } from '../contracts.js';

interface Alarm {
  at: number;
  callback: () => void;
}

/** A clock that stands still until it is set, so that a test waits for no timer. */
export class SkippingClock implements Clock {
  #now: number;
  readonly #alarms = new Set<Alarm>();

  /** @param now ms since the epoch */
  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly at = (at: number, callback: () => void): (() => void) => {
    const alarm = { at, callback };
    this.#alarms.add(alarm);
    if (at <= this.#now) setImmediate(() => this.#fire(alarm));
    return () => void this.#alarms.delete(alarm);
  };

  /** Sets the clock, never back, and fires what is due. @param time ms since the epoch */
  skipTo(time: number): void {
    this.#now = Math.max(this.#now, time);
    const due = [...this.#alarms].filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
    for (const alarm of due) this.#fire(alarm);
  }

  #fire(alarm: Alarm): void {
    if (this.#alarms.delete(alarm)) alarm.callback();
  }
}
