import { seeded } from '../../random.js';

/** Chance for the samples: the same throws for the same seed, with arithmetic that is exact on every machine. */
export class Dice {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  chance(share: number): boolean {
    return this.#next() < share;
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }

  pick<T>(list: readonly T[]): T {
    return itemAt(list, this.#next());
  }

  /** Early items far more often than late ones, as a few parties make most of the business. */
  pickEarly<T>(list: readonly T[]): T {
    const at = this.#next();
    return itemAt(list, at * at);
  }

  /** One of the items, as often as its share says; shares need not add up to 1. */
  pickByShare<T extends { share: number }>(items: readonly T[]): T {
    let left = this.#next() * items.reduce((sum, { share }) => sum + share, 0);
    const hit = items.find(({ share }) => (left -= share) < 0) ?? items.at(-1);
    if (!hit) throw new Error('There is nothing to choose from.');
    return hit;
  }

  /** One of the keys, as often as its share says. */
  weighted<K extends string>(shares: Readonly<Record<K, number>>): K {
    const items = Object.entries<number>(shares).map(([key, share]) => ({ key, share }));
    return this.pickByShare(items).key as K;
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.whole(0, 9)).join('');
  }

  letters(count: number): string {
    return Array.from({ length: count }, () => String.fromCharCode(65 + this.whole(0, 25))).join('');
  }

  /** An amount of money, in cents exact; small ones are the most common. */
  money(smallest: number, largest: number): number {
    const share = this.#next() * this.#next() * this.#next();
    const amount = smallest + share * (largest - smallest);
    return this.chance(0.2) ? Math.max(1, Math.round(amount / 10) * 10) : cents(amount);
  }
}

/** To whole cents. */
export const cents = (amount: number) => Math.round(amount * 100) / 100;

/** @param share from 0 to just under 1 */
function itemAt<T>(list: readonly T[], share: number): T {
  const item = list[Math.floor(share * list.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}
