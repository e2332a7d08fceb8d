/** Finds the line or page of an offset: both are counted from 1. */
export class Places {
  /** The offset at which each begins, ascending; the first is 0. */
  readonly #starts: readonly number[];

  constructor(starts: readonly number[]) {
    this.#starts = starts;
  }

  get count(): number {
    return this.#starts.length;
  }

  /** By binary search. */
  at(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}

/** The lines of a text. */
export function linesOf(text: string): Places {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return new Places(starts);
}
