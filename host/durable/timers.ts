import { type Clock } from '../contracts.js';

/** Timers per batch: the work that they start takes some ten milliseconds. */
const BATCH_SIZE = 256;

interface Entry {
  due: number;
  order: number;
  callback: (() => void) | null;
}

/**
 * All timers of the durable extension, on one alarm of the clock.
 *
 * T1 `#heap` is a binary heap by due time, then by order of creation.
 * T2 The alarm is set for the first entry; without entries there is no alarm.
 * T3 A canceled entry stays in the heap without its callback until it is the first one, or until such entries are the
 *    majority: a loop that creates and cancels a distant timer does not grow the heap without limit.
 * T4 One alarm fires at most `BATCH_SIZE` timers, and the next alarm follows immediately. When thousands are due at the
 *    same time, requests run in between, and work of the first timers is committed before the last ones fire.
 */
export class Timers {
  readonly #clock: Clock;
  #heap: Entry[] = [];
  #canceledCount = 0;
  #created = 0;
  #alarm: { due: number; cancel: () => void } | null = null;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Calls back at or after `due` (ms since the epoch), never during this call.
   *
   * @returns cancels the timer
   */
  add(due: number, callback: () => void): () => void {
    const entry: Entry = { due, order: this.#created++, callback };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    this.#setAlarm();
    return () => this.#cancel(entry);
  }

  /** When the next timer fires, ms since the epoch; undefined without one. */
  get next(): number | undefined {
    return this.#heap.filter(({ callback }) => callback !== null).sort(compare)[0]?.due;
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm?.cancel();
    this.#alarm = null;
    this.#heap = [];
  }

  #cancel(entry: Entry): void {
    if (entry.callback === null) return;
    entry.callback = null;
    if (++this.#canceledCount * 2 <= this.#heap.length || this.#heap.length < 64) return; // T3
    this.#heap = this.#heap.filter(({ callback }) => callback !== null).sort(compare); // a sorted array is a heap (T1)
    this.#canceledCount = 0;
  }

  #fireDue(): void {
    this.#alarm = null;
    const now = this.#clock.now();
    for (let left = BATCH_SIZE; left > 0; left--) {
      const first = this.#heap[0];
      if (first === undefined || first.due > now) break;
      this.#removeFirst();
      this.#fire(first);
    }
    this.#setAlarm(); // T4
  }

  #fire(entry: Entry): void {
    const { callback } = entry;
    entry.callback = null;
    if (callback === null) this.#canceledCount--;
    else callback();
  }

  #setAlarm(): void {
    const first = this.#heap[0];
    if (this.#stopped || first === undefined) return;
    if (this.#alarm !== null && this.#alarm.due <= first.due) return; // it may be the alarm of a canceled entry
    this.#alarm?.cancel();
    this.#alarm = { due: first.due, cancel: this.#clock.at(first.due, () => this.#fireDue()) };
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #at(index: number): Entry {
    const entry = this.#heap[index];
    if (entry === undefined) throw new RangeError(`The timer heap has no entry ${index}.`);
    return entry;
  }

  #up(index: number): void {
    const heap = this.#heap;
    const entry = this.#at(index);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#at(parentIndex);
      if (compare(parent, entry) <= 0) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  #down(index: number): void {
    const heap = this.#heap;
    const entry = this.#at(index);
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= heap.length) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && compare(right, this.#at(childIndex)) < 0) childIndex++;
      const child = this.#at(childIndex);
      if (compare(entry, child) <= 0) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = entry;
  }
}

function compare(a: Entry, b: Entry): number {
  return a.due - b.due || a.order - b.order;
}
