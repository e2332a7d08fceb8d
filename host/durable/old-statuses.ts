import { type DurableWeather } from '../contracts.js';
import { type InstanceKey } from './ids.js';
import { statusName } from './runtime-status.js';
import { type InstanceRecord } from './store/instance-store.js';
import { type Timers } from './timers.js';

/**
 * Statuses that are a turn old (`--weather`): after a commit, clients see the record before it for a while. They never see
 * an older one than before.
 */
export class OldStatuses {
  readonly #weather: DurableWeather;
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #shown = new Map<InstanceKey, InstanceRecord>();

  constructor(weather: DurableWeather, timers: Timers, now: () => number) {
    this.#weather = weather;
    this.#timers = timers;
    this.#now = now;
  }

  /** The commit of a turn replaces a record. */
  replaced(before: InstanceRecord, { key, id, status, custom, output }: InstanceRecord): void {
    if (before.status === status && before.custom === custom && before.output === output) return;
    const forMs = this.#weather.oldStatusMs(`${id} ${statusName(status)} ${custom ?? ''}`);
    this.#shown.delete(key);
    if (forMs === 0) return;
    const old = { ...before };
    this.#shown.set(key, old);
    this.#timers.add(this.#now() + forMs, () => {
      if (this.#shown.get(key) === old) this.#shown.delete(key);
    });
  }

  /** The record that clients see instead of this one. */
  shown({ key }: InstanceRecord): InstanceRecord | undefined {
    return this.#shown.get(key);
  }
}
