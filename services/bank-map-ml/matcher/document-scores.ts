import { closeness } from './days.js';
import { DocumentProfiles, type Profile } from './document-profiles.js';
import { type Documents } from './documents.js';
import { type FoundNumbers } from './found-numbers.js';
import { type Line } from './line.js';
import { mostSimilarToken, numberTokens, type NumberTokens } from './number-similarity.js';
import { NearAmounts } from './near-amounts.js';
import { SimilarityBounds } from './similarity-bounds.js';
import { type Weights } from './weights.js';

const FAR_AMOUNT = 200; // from this difference on 1 − tanh(difference / 10) is 0 in a double

/**
 * Compares one line with all documents: the features that differ between the documents of a party.
 * D1 `baseOf` is the weighted sum of all of them but ext_doc_sim, up to SLACK. What depends on the line's date, currency
 *    and direction only is a profile; the few documents whose amount, number or ID match get more.
 * D2 ext_doc_sim is expensive, so it is computed on demand.
 * D3 All results are for the line of the last `compareWith`.
 */
export class DocumentScores {
  #profile: Profile;
  /** What a document has beyond its profile; 0 for most. */
  readonly #more: Float64Array;
  #withMore: number[] = [];
  #named: ReadonlySet<number> = new Set();
  #withId: readonly number[] = [];
  #tokens: NumberTokens = numberTokens('');

  readonly #documents: Documents;
  readonly #foundNumbers: FoundNumbers;
  readonly #weights: Weights;
  readonly #profiles: DocumentProfiles;
  readonly #nearAmounts: NearAmounts;
  readonly #bounds: SimilarityBounds;

  constructor(documents: Documents, foundNumbers: FoundNumbers, weights: Weights) {
    this.#documents = documents;
    this.#foundNumbers = foundNumbers;
    this.#weights = weights;

    this.#profiles = new DocumentProfiles(documents, weights);
    this.#nearAmounts = new NearAmounts(documents);
    this.#bounds = new SimilarityBounds(documents);
    this.#more = new Float64Array(documents.rows.length);
    this.#profile = this.#profiles.none;
  }

  compareWith(line: Line): void {
    this.#profile = this.#profiles.of(line);
    this.#named = this.#foundNumbers.inText(line.folded);
    this.#withId = this.#weights.e2e_id === 0 ? [] : this.#foundNumbers.withId(line.endToEndId);
    this.#tokens = numberTokens(line.folded);
    this.#bounds.compareWith(this.#tokens);
    for (const i of this.#withMore) this.#more[i] = 0;
    this.#withMore = [];
    this.#nearAmounts.each(line, (i, difference) => this.#add(i, this.#weights.amount_match * amountMatch(difference)));
    for (const i of this.#named) this.#add(i, this.#weights.ext_doc);
    for (const i of this.#withId) this.#add(i, this.#weights.e2e_id);
  }

  #add(i: number, value: number): void {
    if (this.#more[i] === 0) this.#withMore.push(i);
    this.#more[i] = (this.#more[i] ?? 0) + value;
  }

  /** D1 */
  baseOf(i: number): number {
    return (this.#profile.base[i] ?? 0) + (this.#more[i] ?? 0);
  }

  /** Sets the highest `baseOf` of the documents of each account; accounts without documents are not set. */
  fillBest(best: Float64Array): void {
    best.set(this.#profile.best);
    for (const i of this.#withMore) {
      const account = this.#documents.accounts[i] ?? 0;
      best[account] = Math.max(best[account] ?? 0, this.baseOf(i));
    }
  }

  /** The most that ext_doc_sim of a document of the account can be. */
  mostSimilar(account: number): number {
    return this.#bounds.of(account);
  }

  /** Whether the direction of the line can pay the document: payment_match. */
  fits(i: number, line: Line): boolean {
    return (this.#documents.incoming[i] === 1) === line.incoming;
  }

  features(i: number, line: Line) {
    const { due, entered, amount, currency, currencies, numbers } = this.#documents;
    const number = numbers[i];
    const fits = this.fits(i, line);
    const open = amount[i] ?? 0;
    return {
      ext_doc: this.#named.has(i) ? 1 : 0,
      ext_doc_sim: number ? mostSimilarToken(number, this.#tokens).similarity : 0,
      due_date: closeness(line.time, due[i] ?? 0),
      entry_date: closeness(entered[i] ?? 0, line.time),
      amount_match: amountMatch(fits ? line.amount - open : line.amount + open),
      curr_match: currency[i] === currencies.get(line.currencyKey) ? 1 : 0,
      payment_match: fits ? 1 : 0,
      e2e_id: this.#withId.includes(i) ? 1 : 0,
    };
  }
}

/** 1 − tanh(|difference| / 10) */
function amountMatch(difference: number): number {
  const size = Math.abs(difference);
  return size < FAR_AMOUNT ? 1 - Math.tanh(size / 10) : 0;
}
