import { type Account } from './accounts.js';
import { type Line } from './line.js';
import { isBetter, type Match, type Scores } from './scores.js';
import { SLACK } from './weights.js';

/**
 * Finds the best candidates of a line. Accounts with the same number count as one, also when their types differ.
 */
export class Ranking {
  readonly #scores: Scores;
  /** The number of each account as an index. */
  readonly #numbers: Int32Array;

  constructor(scores: Scores, accounts: readonly Account[]) {
    this.#scores = scores;

    const indexes = new Map<string, number>();
    for (const { no } of accounts) if (!indexes.has(no)) indexes.set(no, indexes.size);
    this.#numbers = Int32Array.from(accounts, ({ no }) => indexes.get(no) ?? 0);
  }

  /**
   * The best candidate of each of the `count` best numbers, best first, for the line of the last `Scores.compareWith`.
   * Accounts are scored exactly in the order of their upper bounds, until none that is left can be better than those
   * found.
   */
  best(line: Line, count: number): Match[] {
    const { most } = this.#scores;
    const threshold = this.#nthLeast(count) - SLACK;
    const best: Match[] = [];
    for (const account of this.#contenders(threshold)) {
      const floor = Math.max(threshold, best[count - 1]?.similarity ?? -Infinity);
      if ((most[account] ?? 0) < floor - SLACK) break;
      const match = this.#scores.bestOf(account, line, floor);
      if (match) this.#insert(best, match, count);
    }
    return best;
  }

  /** The accounts whose upper bound is at least the threshold, highest first. */
  #contenders(threshold: number): number[] {
    const { most } = this.#scores;
    const contenders: number[] = [];
    for (let i = 0; i < most.length; i++) if ((most[i] ?? 0) >= threshold) contenders.push(i);
    return contenders.sort((a, b) => (most[b] ?? 0) - (most[a] ?? 0));
  }

  #insert(best: Match[], match: Match, count: number): void {
    const number = this.#numbers[match.account];
    const same = best.findIndex(({ account }) => this.#numbers[account] === number);
    if (same >= 0) {
      if (!isBetter(match, best[same])) return;
      best.splice(same, 1);
    }
    const at = best.findIndex((other) => isBetter(match, other));
    best.splice(at < 0 ? best.length : at, 0, match);
    best.length = Math.min(best.length, count);
  }

  /** The n-th greatest lower bound of a number; −∞ when there are fewer numbers. */
  #nthLeast(n: number): number {
    const { least } = this.#scores;
    const top: Bound[] = [];
    let last = -Infinity;
    for (let i = 0; i < least.length; i++) {
      const value = least[i] ?? 0;
      if (value > last) last = insertBound(top, { number: this.#numbers[i] ?? 0, value }, n);
    }
    return last;
  }
}

/** The lower bound of a number of an account. */
interface Bound {
  number: number;
  value: number;
}

/** Inserts a bound in the list of the `n` greatest, and returns the n-th; −∞ when there are fewer. */
function insertBound(top: Bound[], bound: Bound, n: number): number {
  const same = top.findIndex(({ number }) => number === bound.number);
  if (same < 0 || (top[same]?.value ?? 0) < bound.value) {
    if (same >= 0) top.splice(same, 1);
    const at = top.findIndex(({ value }) => value < bound.value);
    top.splice(at < 0 ? top.length : at, 0, bound);
    top.length = Math.min(top.length, n);
  }
  return top[n - 1]?.value ?? -Infinity;
}
