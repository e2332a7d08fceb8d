import { type Account } from './accounts.js';
import { jaroWinkler } from './jaro-winkler.js';
import { append } from './rows.js';
import { wordsOf } from './text.js';

/** The frequency of words in names, if not 1: frequent words have less weight. */
const FREQUENCY = new Map([
  ['uab', 2],
  ['ab', 2],
]);

const WORD_PART = 0.7;
const FOLDED_PART = 0.2;
const WRITTEN_PART = 0.1;

const uniqueness = (word: string): number => 1 / Math.sqrt(FREQUENCY.get(word) ?? 1);

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
  readonly #total: Float64Array;
  readonly #spelling: Float64Array;
  #spaced: string | undefined;
  #folded = '';

  readonly #accounts: readonly Account[];

  constructor(accounts: readonly Account[]) {
    this.#accounts = accounts;

    this.words = new Float64Array(accounts.length);
    this.#total = new Float64Array(accounts.length);
    this.#spelling = new Float64Array(accounts.length);
    for (const [i, { folded }] of accounts.entries()) {
      if (folded !== '') append(this.#byName, folded, i);
      const words = new Set(wordsOf(folded));
      for (const word of words) append(this.#byWord, word, i);
      this.#total[i] = totalOf(words);
    }
  }

  /** Sets the current name. Lines with the same name should be compared consecutively. */
  compareWith(spaced: string, folded: string): void {
    if (spaced === this.#spaced) return;
    [this.#spaced, this.#folded] = [spaced, folded];
    this.equal = this.#byName.get(folded) ?? [];
    this.words.fill(0);
    this.#spelling.fill(NaN);
    const words = new Set(wordsOf(folded));
    for (const word of words) this.#addShared(this.#byWord.get(word) ?? [], uniqueness(word));
    this.#normalize(totalOf(words));
  }

  #addShared(accounts: readonly number[], weight: number): void {
    for (const i of accounts) this.words[i] = (this.words[i] ?? 0) + weight;
  }

  #normalize(total: number): void {
    for (let i = 0; i < this.words.length; i++) {
      const shared = this.words[i] ?? 0;
      if (shared > 0) this.words[i] = (WORD_PART * shared) / Math.sqrt(total * (this.#total[i] ?? 0));
    }
  }

  /** The maximum that the spelling can add to the word part. */
  spellingBound(i: number): number {
    return this.#folded === '' || this.#accounts[i]?.folded === '' ? 0 : FOLDED_PART + WRITTEN_PART;
  }

  /** name_sim */
  similarity(i: number): number {
    let spelling = this.#spelling[i] ?? NaN;
    if (Number.isNaN(spelling)) spelling = this.#spelling[i] = this.#compareSpelling(this.#accounts[i]);
    return (this.words[i] ?? 0) + spelling;
  }

  #compareSpelling(account: Account | undefined): number {
    if (!account || this.#folded === '' || account.folded === '') return 0;
    return (
      FOLDED_PART * jaroWinkler(this.#folded, account.folded) +
      WRITTEN_PART * jaroWinkler(this.#spaced ?? '', account.spaced)
    );
  }
}

function totalOf(words: ReadonlySet<string>): number {
  let total = 0;
  for (const word of words) total += uniqueness(word);
  return total;
}
