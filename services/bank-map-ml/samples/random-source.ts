import { seeded } from '../../random.js';

/** Random values for the samples. The same seed gives the same values on every machine. */
export class RandomSource {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  /** True with this probability. */
  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** An integer from `from` to `to`, inclusive. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    return itemAt(list, this.#next());
  }

  /** Prefers early items, because a few parties have most of the transactions. */
  pickEarly<T>(list: readonly T[]): T {
    const at = this.#next();
    return itemAt(list, at * at);
  }

  /** An item with a probability proportional to its share. */
  pickByShare<T extends { share: number }>(items: readonly T[]): T {
    let left = this.#next() * items.reduce((sum, { share }) => sum + share, 0);
    const hit = items.find(({ share }) => (left -= share) < 0) ?? items.at(-1);
    if (!hit) throw new Error('The list of items is empty.');
    return hit;
  }

  /** A key with a probability proportional to its share. */
  weighted<K extends string>(shares: Readonly<Record<K, number>>): K {
    const items = Object.entries<number>(shares).map(([key, share]) => ({ key, share }));
    return this.pickByShare(items).key as K;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.integer(0, 9)).join('');
  }

  letters(count: number): string {
    return Array.from({ length: count }, () => String.fromCharCode(65 + this.integer(0, 25))).join('');
  }

  /** An amount in whole cents or multiples of 10; small amounts are most frequent. */
  money(min: number, max: number): number {
    const share = this.#next() * this.#next() * this.#next();
    const amount = min + share * (max - min);
    return this.chance(0.2) ? Math.max(1, Math.round(amount / 10) * 10) : cents(amount);
  }
}

/** Rounds to whole cents. */
export const cents = (amount: number) => Math.round(amount * 100) / 100;

/** @param share from 0 to just under 1 */
function itemAt<T>(list: readonly T[], share: number): T {
  const item = list[Math.floor(share * list.length)];
  if (item === undefined) throw new Error('The list of items is empty.');
  return item;
}
