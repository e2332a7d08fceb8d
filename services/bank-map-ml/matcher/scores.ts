import { type Details } from '../mapping.js';
import { type Account } from './accounts.js';
import { type DocumentScores } from './document-scores.js';
import { type Documents } from './documents.js';
import { HISTORY_FEATURES, type History, type Tally } from './history.js';
import { type Line } from './line.js';
import { type Names } from './names.js';
import { append } from './rows.js';
import { rounded, SLACK, WEIGHTS } from './weights.js';

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

/** Offset of the order: accounts without documents come after all documents. */
const OTHERS = 2 ** 32;

const OWN_AMOUNT_MATCH = 0.5;

/**
 * Compares one line with all accounts.
 * S1 After `compareWith`, `least` ≤ similarity of an account's best candidate ≤ `most`, up to SLACK.
 * S2 The bounds leave out what is expensive: the spelling of names and similar numbers. `bestOf` computes both.
 * S3 Arrays are reused: all results are for the line of the last `compareWith`.
 */
export class Scores {
  readonly least: Float64Array;
  readonly most: Float64Array;
  /** The weighted sum of name_eq, iban_match and history of each account. */
  readonly #known: Float64Array;
  readonly #byIban = new Map<string, number[]>();
  #tallies: readonly (Tally | undefined)[] = [];

  readonly #accounts: readonly Account[];
  readonly #documents: Documents;
  readonly #documentScores: DocumentScores;
  readonly #names: Names;
  readonly #history: History;

  constructor(
    accounts: readonly Account[],
    documents: Documents,
    documentScores: DocumentScores,
    names: Names,
    history: History,
  ) {
    this.#accounts = accounts;
    this.#documents = documents;
    this.#documentScores = documentScores;
    this.#names = names;
    this.#history = history;

    this.least = new Float64Array(accounts.length);
    this.most = new Float64Array(accounts.length);
    this.#known = new Float64Array(accounts.length);
    for (const [i, { ibans }] of accounts.entries()) for (const iban of ibans) append(this.#byIban, iban, i);
  }

  compareWith(line: Line): void {
    this.#names.compareWith(line.name, line.folded);
    this.#documentScores.compareWith(line);
    this.#tallies = this.#history.tallies(line);
    this.#fillKnown(line);
    for (let i = 0; i < this.#accounts.length; i++) this.#bound(i, line);
  }

  #fillKnown(line: Line): void {
    this.#known.fill(0);
    for (const i of this.#names.equal) this.#add(i, WEIGHTS.name_eq);
    for (const i of this.#byIban.get(line.iban) ?? []) this.#add(i, WEIGHTS.iban_match);
    for (const [k, feature] of HISTORY_FEATURES.entries()) this.#addShares(this.#tallies[k], WEIGHTS[feature]);
  }

  #addShares(tally: Tally | undefined, weight: number): void {
    if (!tally) return;
    for (const i of tally.accounts.keys()) this.#add(i, weight * tally.share(i));
  }

  #add(i: number, value: number): void {
    this.#known[i] = (this.#known[i] ?? 0) + value;
  }

  #bound(i: number, line: Line): void {
    const { starts } = this.#documents;
    const { base, mostSimilar } = this.#documentScores;
    const [start, end] = [starts[i] ?? 0, starts[i + 1] ?? 0];
    let best = start === end ? ownSum(this.#accounts[i], line) : 0;
    for (let d = start; d < end; d++) best = Math.max(best, base[d] ?? 0);
    const least = best + (this.#known[i] ?? 0) + WEIGHTS.name_sim * (this.#names.words[i] ?? 0);
    this.least[i] = least;
    this.most[i] = least + WEIGHTS.name_sim * this.#names.spellingBound(i) + (start === end ? 0 : mostSimilar);
  }

  /** The best candidate of an account; undefined or any other one when none reaches `floor`. */
  bestOf(account: number, line: Line, floor = -Infinity): Match | undefined {
    const part = (this.#known[account] ?? 0) + WEIGHTS.name_sim * this.#names.similarity(account);
    const [start, end] = [this.#documents.starts[account] ?? 0, this.#documents.starts[account + 1] ?? 0];
    if (start === end) {
      const similarity = rounded(part + ownSum(this.#accounts[account], line));
      return { account, document: -1, similarity, order: OTHERS + account };
    }
    let best: Match | undefined;
    for (let document = start; document < end; document++) {
      const match = this.#matchOf(account, document, part, Math.max(floor, best?.similarity ?? floor));
      if (match && isBetter(match, best)) best = match;
    }
    return best;
  }

  #matchOf(account: number, document: number, part: number, floor: number): Match | undefined {
    const sum = part + (this.#documentScores.base[document] ?? 0);
    const need = (floor - SLACK - sum) / WEIGHTS.ext_doc_sim;
    if (need > 1) return undefined;
    const similar = this.#documentScores.similarNumber(document, need);
    const similarity = rounded(sum + WEIGHTS.ext_doc_sim * similar);
    return { account, document, similarity, order: this.#documents.order[document] ?? 0 };
  }

  /** The values of all features of a candidate. */
  details({ account, document }: Match, line: Line): Details {
    const { type } = this.#accounts[account] ?? {};
    return {
      name_eq: this.#names.equal.includes(account) ? 1 : 0,
      name_sim: this.#names.similarity(account),
      ...(type !== 'G/L Account' && { iban_match: this.#byIban.get(line.iban)?.includes(account) ? 1 : 0 }),
      ...(document < 0 ? ownFeatures(this.#accounts[account], line) : this.#documentScores.features(document, line)),
      ...Object.fromEntries(HISTORY_FEATURES.map((feature, k) => [feature, this.#tallies[k]?.share(account) ?? 0])),
    };
  }
}

/** The features of a G/L account, which has no currency, or of a bank account. */
function ownFeatures(account: Account | undefined, line: Line) {
  const sameCurrency = account?.type === 'G/L Account' || account?.currency === line.currency;
  return { amount_match: OWN_AMOUNT_MATCH, curr_match: sameCurrency ? 1 : 0, payment_match: 1 };
}

function ownSum(account: Account | undefined, line: Line): number {
  const { amount_match, curr_match, payment_match } = ownFeatures(account, line);
  return WEIGHTS.amount_match * amount_match + WEIGHTS.curr_match * curr_match + WEIGHTS.payment_match * payment_match;
}
