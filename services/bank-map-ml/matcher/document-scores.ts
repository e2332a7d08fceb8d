import { closeness } from './days.js';
import { type Documents } from './documents.js';
import { type FoundNumbers } from './found-numbers.js';
import { type Line } from './line.js';
import { mostSimilarToken, numberTokens, type NumberTokens } from './number-similarity.js';
import { casefold } from './text.js';
import { type Weights } from './weights.js';

const FAR_AMOUNT = 200; // from this difference on 1 − tanh(difference / 10) is 0 in a double

/**
 * Compares one line with all documents: the features that differ between the documents of a party.
 * D1 `base` is the weighted sum of all of them but ext_doc_sim, up to SLACK.
 * D2 ext_doc_sim is expensive, so it is computed on demand.
 * D3 Arrays are reused: all results are for the line of the last `compareWith`.
 */
export class DocumentScores {
  readonly base: Float64Array;
  #named: ReadonlySet<number> = new Set();
  #withId: readonly number[] = [];
  #tokens: NumberTokens = numberTokens('');

  readonly #documents: Documents;
  readonly #foundNumbers: FoundNumbers;
  readonly #weights: Weights;

  constructor(documents: Documents, foundNumbers: FoundNumbers, weights: Weights) {
    this.#documents = documents;
    this.#foundNumbers = foundNumbers;
    this.#weights = weights;

    this.base = new Float64Array(documents.rows.length);
  }

  compareWith(line: Line): void {
    this.#named = this.#foundNumbers.inText(line.folded);
    this.#withId = this.#weights.e2e_id === 0 ? [] : this.#foundNumbers.withId(line.endToEndId);
    this.#tokens = numberTokens(line.folded);
    this.#fillBase(line);
    for (const i of this.#named) this.base[i] = (this.base[i] ?? 0) + this.#weights.ext_doc;
    for (const i of this.#withId) this.base[i] = (this.base[i] ?? 0) + this.#weights.e2e_id;
  }

  #fillBase(line: Line): void {
    const { due, entered, amount, currency, currencies, incoming } = this.#documents;
    const { due_date, entry_date, amount_match, curr_match, payment_match } = this.#weights;
    const [time, direction, paid] = [line.time, line.incoming ? 1 : 0, line.amount];
    const lineCurrency = currencies.get(casefold(line.currency)) ?? -1;
    for (let i = 0; i < this.base.length; i++) {
      const fits = incoming[i] === direction;
      this.base[i] =
        due_date * closeness(time, due[i] ?? 0) +
        entry_date * closeness(entered[i] ?? 0, time) +
        amount_match * amountMatch(paid, amount[i] ?? 0, fits) +
        (currency[i] === lineCurrency ? curr_match : 0) +
        (fits ? payment_match : 0);
    }
  }

  /** The maximum that ext_doc_sim can be. */
  get mostSimilar(): number {
    return Math.max(this.#tokens.plain.most, this.#tokens.hyphenated.most);
  }

  /** Whether the direction of the line can pay the document: payment_match. */
  fits(i: number, line: Line): boolean {
    return (this.#documents.incoming[i] === 1) === line.incoming;
  }

  features(i: number, line: Line) {
    const { due, entered, amount, currency, currencies, numbers } = this.#documents;
    const number = numbers[i];
    const fits = this.fits(i, line);
    return {
      ext_doc: this.#named.has(i) ? 1 : 0,
      ext_doc_sim: number ? mostSimilarToken(number, this.#tokens).similarity : 0,
      due_date: closeness(line.time, due[i] ?? 0),
      entry_date: closeness(entered[i] ?? 0, line.time),
      amount_match: amountMatch(line.amount, amount[i] ?? 0, fits),
      curr_match: currency[i] === currencies.get(casefold(line.currency)) ? 1 : 0,
      payment_match: fits ? 1 : 0,
      e2e_id: this.#withId.includes(i) ? 1 : 0,
    };
  }
}

/** 1 − tanh(|line − document| / 10), with the document's amount negative where it does not fit the direction. */
function amountMatch(paid: number, open: number, fits: boolean): number {
  const difference = Math.abs(fits ? paid - open : paid + open);
  return difference < FAR_AMOUNT ? 1 - Math.tanh(difference / 10) : 0;
}
