import { type Documents } from './documents.js';
import { MAX_EDITS, type NumberTokens, type TokenLists } from './number-similarity.js';

/** Longer numbers count as of this length. */
const MAX_LENGTH = 31;

/** Sets of lengths as bits. */
interface Lengths {
  plain: Int32Array;
  hyphenated: Int32Array;
}

/** Upper bounds of ext_doc_sim of accounts, by the lengths and the last characters of their document numbers. */
export class SimilarityBounds {
  /** The lengths of the numbers of each account. */
  readonly #lengths: Lengths;
  readonly #lastCharacters = new Set<string>();
  #plain = 0;
  #hyphenated = 0;
  #byEnd = 0;

  constructor({ numbers, accounts, starts }: Documents) {
    this.#lengths = { plain: new Int32Array(starts.length), hyphenated: new Int32Array(starts.length) };
    for (const [i, number] of numbers.entries()) {
      if (!number) continue;
      const lengths = number.hasHyphen ? this.#lengths.hyphenated : this.#lengths.plain;
      const account = accounts[i] ?? 0;
      lengths[account] = (lengths[account] ?? 0) | bitOf(number.length);
      this.#lastCharacters.add(number.text.at(-1) ?? '');
    }
  }

  /** Sets the tokens of the line. */
  compareWith({ plain, hyphenated }: NumberTokens): void {
    this.#plain = lengthsNear(plain);
    this.#hyphenated = lengthsNear(hyphenated);
    this.#byEnd = 0;
    for (const { text, distance } of [...plain.ends, ...hyphenated.ends]) {
      if (this.#lastCharacters.has(text.at(-1) ?? '')) this.#byEnd = Math.max(this.#byEnd, 1 - distance);
    }
  }

  /** The most that ext_doc_sim of a document of the account can be. */
  of(account: number): number {
    const { plain, hyphenated } = this.#lengths;
    const isNear = ((plain[account] ?? 0) & this.#plain) | ((hyphenated[account] ?? 0) & this.#hyphenated);
    return isNear === 0 ? this.#byEnd : Math.max(1, this.#byEnd);
  }
}

const bitOf = (length: number): number => 1 << Math.min(MAX_LENGTH, length);

/** The lengths of numbers that MAX_EDITS can make of a token. */
function lengthsNear({ numbers }: TokenLists): number {
  let lengths = 0;
  for (const { length } of numbers) {
    for (let edits = -MAX_EDITS; edits <= MAX_EDITS; edits++) lengths |= bitOf(Math.max(0, length + edits));
  }
  return lengths;
}
