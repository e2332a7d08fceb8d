import { type Account } from './accounts.js';
import { jaroWinkler } from './jaro-winkler.js';
import { append } from './rows.js';
import { casefold, codePoints, tokensOf } from './text.js';

/** The frequency of words in names, if not 1: frequent words have less weight. */
const FREQUENCY = new Map([
  ['uab', 2],
  ['ab', 2],
]);

const WORD_PART = 0.7;
const LOWER_CASE_PART = 0.2;
const WRITTEN_PART = 0.1;

const uniqueness = (word: string): number => 1 / Math.sqrt(FREQUENCY.get(word) ?? 1);

/** A name as code points, in lower case and as written. */
interface Spelling {
  lower: Int32Array;
  written: Int32Array;
}

/** Names are compared up to this length, because the time grows with the product of the lengths. */
const MAX_LENGTH = 1_000;

const spellingOf = (name: string): Spelling => ({
  lower: codePoints(name.toLowerCase()).subarray(0, MAX_LENGTH),
  written: codePoints(name).subarray(0, MAX_LENGTH),
});

/**
 * Compares the names of all accounts with one name at a time.
 * N1 name_eq and the word part of name_sim are always computed: indexes by name and by word make them cheap.
 * N2 Jaro-Winkler is computed at most once per pair of names, by `similarity`.
 */
export class Names {
  /** Accounts with the current name: name_eq. */
  equal: readonly number[] = [];
  /** The part of name_sim that comes from shared words, by account. */
  readonly words: Float64Array;

  readonly #byName = new Map<string, number[]>();
  readonly #byWord = new Map<string, number[]>();
  readonly #totals: Float64Array;
  readonly #spellings: readonly Spelling[];
  readonly #similarities: Float64Array;
  #name: string | undefined;
  #spelling = spellingOf('');
  #hasWords = false;

  constructor(accounts: readonly Account[]) {
    this.words = new Float64Array(accounts.length);
    this.#totals = new Float64Array(accounts.length);
    this.#similarities = new Float64Array(accounts.length);
    this.#spellings = accounts.map(({ name }) => spellingOf(name));
    for (const [i, { name }] of accounts.entries()) {
      append(this.#byName, casefold(name), i);
      const words = tokensOf(name.toLowerCase());
      for (const word of new Set(words)) append(this.#byWord, word, i);
      this.#totals[i] = totalOf(words);
    }
  }

  /** Sets the current name. Lines with the same name should be compared consecutively. */
  compareWith(name: string): void {
    if (name === this.#name) return;
    this.#name = name;
    this.#spelling = spellingOf(name);
    this.equal = name === '' ? [] : (this.#byName.get(casefold(name)) ?? []);
    this.words.fill(0);
    this.#similarities.fill(NaN);
    const words = tokensOf(name.toLowerCase());
    this.#hasWords = words.length > 0;
    for (const word of new Set(words)) this.#addShared(this.#byWord.get(word) ?? [], uniqueness(word));
    this.#normalize(totalOf(words));
  }

  #addShared(accounts: readonly number[], weight: number): void {
    for (const i of accounts) this.words[i] = (this.words[i] ?? 0) + weight;
  }

  #normalize(total: number): void {
    for (let i = 0; i < this.words.length; i++) {
      const shared = this.words[i] ?? 0;
      if (shared > 0) this.words[i] = (WORD_PART * shared) / Math.sqrt((this.#totals[i] ?? 0) * total);
    }
  }

  /** The maximum that the spelling can add to the word part. */
  spellingBound(i: number): number {
    return this.#hasWords && this.#totals[i] !== 0 ? LOWER_CASE_PART + WRITTEN_PART : 0;
  }

  /** name_sim */
  similarity(i: number): number {
    if (this.spellingBound(i) === 0) return 0;
    const known = this.#similarities[i] ?? NaN;
    if (!Number.isNaN(known)) return known;
    const { lower, written } = this.#spellings[i] ?? this.#spelling;
    const similarity =
      (this.words[i] ?? 0) +
      LOWER_CASE_PART * jaroWinkler(lower, this.#spelling.lower) +
      WRITTEN_PART * jaroWinkler(written, this.#spelling.written);
    this.#similarities[i] = similarity;
    return similarity;
  }
}

function totalOf(words: readonly string[]): number {
  let total = 0;
  for (const word of words) total += uniqueness(word);
  return total;
}
