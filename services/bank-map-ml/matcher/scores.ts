import { type Details } from '../mapping.js';
import { type Account } from './accounts.js';
import { type DocumentScores } from './document-scores.js';
import { type Documents } from './documents.js';
import { HISTORY_FEATURES, type CandidateTally, type History } from './history.js';
import { type Line } from './line.js';
import { type Names } from './names.js';
import { append } from './rows.js';
import { casefold } from './text.js';
import { type Feature, FEATURES, SLACK, type Weights } from './weights.js';

/** A candidate: an account and, for a customer or vendor, one of its documents (-1 for others). */
export interface Match {
  account: number;
  document: number;
  similarity: number;
  /** Position among the candidates: on a tie the first one wins. */
  order: number;
}

/** Whether `a` has a higher similarity, or the same and an earlier position. */
export const isBetter = (a: Match, b: Match | undefined): boolean =>
  !b || a.similarity > b.similarity || (a.similarity === b.similarity && a.order < b.order);

const OWN_AMOUNT_MATCH = 0.5;

type Values = Record<Feature, number>;

/**
 * Compares one line with all accounts.
 * S1 After `compareWith`, `least` ≤ similarity of an account's best candidate ≤ `most`, up to SLACK.
 * S2 The bounds leave out what is expensive: the spelling of names and similar numbers. `bestOf` computes both.
 * S3 Similarities are sums in the order of FEATURES: another order could turn a tie into a difference.
 * S4 Arrays are reused: all results are for the line of the last `compareWith`.
 */
export class Scores {
  readonly least: Float64Array;
  readonly most: Float64Array;
  /** The best documents of each account, as DocumentScores has them. */
  readonly #best: Float64Array;
  /** The weighted sum of name_eq, iban_match and history of each account. */
  readonly #known: Float64Array;
  readonly #byIban = new Map<string, number[]>();
  #withIban: readonly number[] = [];
  #tallies: readonly (CandidateTally | undefined)[] = [];

  readonly #accounts: readonly Account[];
  readonly #documents: Documents;
  readonly #documentScores: DocumentScores;
  readonly #names: Names;
  readonly #history: History;
  readonly #weights: Weights;

  constructor(
    accounts: readonly Account[],
    documents: Documents,
    documentScores: DocumentScores,
    names: Names,
    history: History,
    weights: Weights,
  ) {
    this.#accounts = accounts;
    this.#documents = documents;
    this.#documentScores = documentScores;
    this.#names = names;
    this.#history = history;
    this.#weights = weights;

    this.least = new Float64Array(accounts.length);
    this.most = new Float64Array(accounts.length);
    this.#best = new Float64Array(accounts.length);
    this.#known = new Float64Array(accounts.length);
    for (const [i, { ibans }] of accounts.entries()) {
      for (const iban of new Set(ibans)) append(this.#byIban, iban, i);
    }
  }

  compareWith(line: Line): void {
    this.#names.compareWith(line.name);
    this.#documentScores.compareWith(line);
    this.#withIban = this.#byIban.get(casefold(line.iban)) ?? [];
    this.#tallies = this.#history.tallies(line);
    this.#fillKnown();
    this.#documentScores.fillBest(this.#best);
    this.#fillBounds(line);
  }

  #fillKnown(): void {
    this.#known.fill(0);
    for (const i of this.#names.equal) this.#add(i, this.#weights.name_eq);
    for (const i of this.#withIban) this.#add(i, this.#weights.iban_match);
    for (const [k, feature] of HISTORY_FEATURES.entries()) this.#addShares(this.#tallies[k], this.#weights[feature]);
  }

  #addShares(tally: CandidateTally | undefined, weight: number): void {
    if (!tally) return;
    for (const { account, share } of tally.shares()) this.#add(account, weight * share);
  }

  #add(i: number, value: number): void {
    this.#known[i] = (this.#known[i] ?? 0) + value;
  }

  #fillBounds(line: Line): void {
    const { starts } = this.#documents;
    const { name_sim, ext_doc_sim } = this.#weights;
    const [ofOther, ofSame] = [this.#ownSum(false), this.#ownSum(true)];
    for (let i = 0; i < this.#accounts.length; i++) {
      const hasDocuments = starts[i] !== starts[i + 1];
      let best = this.#best[i] ?? 0;
      if (!hasDocuments) best = isInCurrency(this.#accounts[i], line) ? ofSame : ofOther;
      const least = best + (this.#known[i] ?? 0) + name_sim * (this.#names.words[i] ?? 0);
      const similar = hasDocuments ? ext_doc_sim * this.#documentScores.mostSimilar(i) : 0;
      this.least[i] = least;
      this.most[i] = least + name_sim * this.#names.spellingBound(i) + similar;
    }
  }

  #ownSum(sameCurrency: boolean): number {
    const { amount_match, curr_match, payment_match } = ownFeatures(sameCurrency);
    const weights = this.#weights;
    return (
      weights.amount_match * amount_match + weights.curr_match * curr_match + weights.payment_match * payment_match
    );
  }

  /** The best candidate of an account; undefined or any other one when none reaches `floor`. */
  bestOf(account: number, line: Line, floor = -Infinity): Match | undefined {
    const [start, end] = [this.#documents.starts[account] ?? 0, this.#documents.starts[account + 1] ?? 0];
    if (start === end) return this.#match(account, -1, account, line);
    const most =
      (this.#known[account] ?? 0) +
      this.#weights.name_sim * this.#names.similarity(account) +
      this.#weights.ext_doc_sim * this.#documentScores.mostSimilar(account);
    let best: Match | undefined;
    for (let document = start; document < end; document++) {
      if (most + this.#documentScores.baseOf(document) < Math.max(floor, best?.similarity ?? floor) - SLACK) continue;
      const match = this.#match(account, document, this.#documents.order[document] ?? 0, line);
      if (isBetter(match, best)) best = match;
    }
    return best;
  }

  /** S3. A loop over FEATURES takes several times as long. */
  #match(account: number, document: number, order: number, line: Line): Match {
    const own =
      document < 0
        ? ownFeatures(isInCurrency(this.#accounts[account], line))
        : this.#documentScores.features(document, line);
    const key = this.#accounts[account]?.key ?? '';
    const weights = this.#weights;
    const [who, iban, ibanAndText, whoAndText] = this.#tallies;
    const similarity =
      weights.name_eq * (this.#names.equal.includes(account) ? 1 : 0) +
      weights.name_sim * this.#names.similarity(account) +
      weights.iban_match * (this.#withIban.includes(account) ? 1 : 0) +
      weights.ext_doc * own.ext_doc +
      weights.ext_doc_sim * own.ext_doc_sim +
      weights.due_date * own.due_date +
      weights.entry_date * own.entry_date +
      weights.amount_match * own.amount_match +
      weights.curr_match * own.curr_match +
      weights.payment_match * own.payment_match +
      weights.who_prob * (who?.share(key) ?? 0) +
      weights.iban_prob * (iban?.share(key) ?? 0) +
      weights.iban_msgc_prob * (ibanAndText?.share(key) ?? 0) +
      weights.who_msgc_prob * (whoAndText?.share(key) ?? 0) +
      weights.e2e_id * own.e2e_id;
    return { account, document, similarity, order };
  }

  /** The values of all features of a candidate. */
  details({ account, document }: Match, line: Line): Details {
    const values = this.values(account, document, line);
    const used = FEATURES.filter((feature) => this.#weights[feature] !== 0);
    return Object.fromEntries(used.map((feature) => [feature, values[feature]]));
  }

  /** The features of a candidate; `document` is −1 for one without. */
  values(account: number, document: number, line: Line): Values {
    const own = this.#accounts[account];
    const share = (k: number) => this.#tallies[k]?.share(own?.key ?? '') ?? 0;
    return {
      ...(document < 0 ? ownFeatures(isInCurrency(own, line)) : this.#documentScores.features(document, line)),
      name_eq: this.#names.equal.includes(account) ? 1 : 0,
      name_sim: this.#names.similarity(account),
      iban_match: this.#withIban.includes(account) ? 1 : 0,
      who_prob: share(0),
      iban_prob: share(1),
      iban_msgc_prob: share(2),
      who_msgc_prob: share(3),
    };
  }
}

const isInCurrency = (account: Account | undefined, { currencyKey }: Line): boolean =>
  account?.currency === currencyKey;

/** The features of a G/L or bank account. */
function ownFeatures(sameCurrency: boolean) {
  return {
    ext_doc: 0,
    ext_doc_sim: 0,
    due_date: 0,
    entry_date: 0,
    amount_match: OWN_AMOUNT_MATCH,
    curr_match: sameCurrency ? 1 : 0,
    payment_match: 1,
    e2e_id: 0,
  };
}
