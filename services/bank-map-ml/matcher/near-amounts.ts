import { type Documents } from './documents.js';
import { type Line } from './line.js';

/** From this difference on, amount_match is less than a tenth of SLACK: 1 − tanh(7). */
const NEAR = 70;

/** Open documents of one direction, in ascending order of their amounts. */
interface Sorted {
  documents: Int32Array;
  amounts: Float64Array;
}

type Found = (document: number, difference: number) => void;

/** Finds the documents whose amount is near that of a line. */
export class NearAmounts {
  readonly #incoming: Sorted;
  readonly #outgoing: Sorted;

  constructor({ amount, incoming }: Documents) {
    const sorted = (direction: number): Sorted => {
      const documents = [...amount.keys()].filter((i) => incoming[i] === direction);
      documents.sort((a, b) => (amount[a] ?? 0) - (amount[b] ?? 0));
      return { documents: Int32Array.from(documents), amounts: Float64Array.from(documents, (i) => amount[i] ?? 0) };
    };
    this.#incoming = sorted(1);
    this.#outgoing = sorted(0);
  }

  /** Calls `found` for each near document with the difference that amount_match compares, or with its negative. */
  each({ incoming, amount }: Line, found: Found): void {
    const [fitting, others] = incoming ? [this.#incoming, this.#outgoing] : [this.#outgoing, this.#incoming];
    eachNear(fitting, amount, found);
    eachNear(others, -amount, found);
  }
}

function eachNear({ documents, amounts }: Sorted, amount: number, found: Found): void {
  for (let at = firstFrom(amounts, amount - NEAR); at < amounts.length; at++) {
    const difference = amount - (amounts[at] ?? 0);
    if (difference < -NEAR) return;
    found(documents[at] ?? 0, difference);
  }
}

/** The index of the first value that is at least `least`. */
function firstFrom(sorted: Float64Array, least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
