import { closeness, lineDay } from './days.js';
import { type Documents } from './documents.js';
import { type FoundNumbers } from './found-numbers.js';
import { type Line } from './line.js';
import { numberSimilarity, numberTokens, type NumberText } from './number-similarity.js';
import { WEIGHTS } from './weights.js';

const FAR_AMOUNT = 200; // from this difference on 1 − tanh(difference / 10) is 0 in a double

/**
 * Compares one line with all documents: the features that differ between the documents of a party.
 * D1 `base` is the weighted sum of ext_doc, due_date, entry_date, amount_match, curr_match and payment_match.
 * D2 ext_doc_sim is expensive, so it is computed on demand and only as precisely as needed.
 * D3 Arrays are reused: all results are for the line of the last `compareWith`.
 */
export class DocumentScores {
  readonly base: Float64Array;
  readonly #named: Uint8Array;
  #namedDocuments: ReadonlySet<number> = new Set();
  #tokens: readonly NumberText[] = [];

  readonly #documents: Documents;
  readonly #foundNumbers: FoundNumbers;

  constructor(documents: Documents, foundNumbers: FoundNumbers) {
    this.#documents = documents;
    this.#foundNumbers = foundNumbers;

    this.base = new Float64Array(documents.rows.length);
    this.#named = new Uint8Array(documents.rows.length);
  }

  compareWith(line: Line): void {
    for (const i of this.#namedDocuments) this.#named[i] = 0;
    this.#namedDocuments = this.#foundNumbers.in(line);
    this.#tokens = numberTokens(line.text);
    this.#fillBase(line);
    for (const i of this.#namedDocuments) {
      this.#named[i] = 1;
      this.base[i] = (this.base[i] ?? 0) + WEIGHTS.ext_doc;
    }
  }

  #fillBase(line: Line): void {
    const { due, entered, amount, currency, currencies, incoming } = this.#documents;
    const [day, direction, paid] = [lineDay(line.day), line.incoming ? 1 : 0, line.amount];
    const lineCurrency = currencies.get(line.currency) ?? -1;
    for (let i = 0; i < this.base.length; i++) {
      const fits = incoming[i] === direction;
      this.base[i] =
        WEIGHTS.due_date * closeness(day, due[i] ?? 0) +
        WEIGHTS.entry_date * closeness(day, entered[i] ?? 0) +
        WEIGHTS.amount_match * amountMatch(paid, amount[i] ?? 0, fits) +
        (currency[i] === lineCurrency ? WEIGHTS.curr_match : 0) +
        (fits ? WEIGHTS.payment_match : 0);
    }
  }

  /** Whether the line names the document: ext_doc. */
  isNamed(i: number): boolean {
    return this.#named[i] === 1;
  }

  /** The maximum that ext_doc_sim can add to a sum. */
  get mostSimilar(): number {
    return this.#tokens.length === 0 ? 0 : WEIGHTS.ext_doc_sim;
  }

  /** ext_doc_sim; when it is not above `above`, any value that is not above it either. */
  similarNumber(i: number, above = -1): number {
    let best = 0;
    for (const { text } of this.#documents.numbers[i] ?? [])
      for (const token of this.#tokens) best = Math.max(best, numberSimilarity(text, token, Math.max(best, above)));
    return best;
  }

  sameCurrency(i: number, line: Line): boolean {
    return this.#documents.currency[i] === this.#documents.currencies.get(line.currency);
  }

  /** Whether the direction of the line can pay the document: payment_match. */
  fits(i: number, line: Line): boolean {
    return (this.#documents.incoming[i] === 1) === line.incoming;
  }

  features(i: number, line: Line) {
    const { due, entered, amount } = this.#documents;
    const day = lineDay(line.day);
    return {
      ext_doc: this.isNamed(i) ? 1 : 0,
      ext_doc_sim: this.similarNumber(i),
      due_date: closeness(day, due[i] ?? 0),
      entry_date: closeness(day, entered[i] ?? 0),
      amount_match: amountMatch(line.amount, amount[i] ?? 0, this.fits(i, line)),
      curr_match: this.sameCurrency(i, line) ? 1 : 0,
      payment_match: this.fits(i, line) ? 1 : 0,
    };
  }
}

/** A document that does not fit the line's direction counts as negative. */
function amountMatch(paid: number, open: number, fits: boolean): number {
  const difference = fits ? Math.abs(paid - open) : paid + open;
  return difference < FAR_AMOUNT ? 1 - Math.tanh(difference / 10) : 0;
}
