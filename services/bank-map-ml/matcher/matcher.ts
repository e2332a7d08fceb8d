import { type Ledger, type StatementEntry } from '../ledger.js';
import { type AccountItem, type Alternative, type MainMapping, type Mapping } from '../mapping.js';
import { type Account, candidatesOf } from './accounts.js';
import { assignDocuments } from './assign.js';
import { SECONDS_PER_DAY } from './days.js';
import { DocumentScores } from './document-scores.js';
import { type Documents, documentsOf } from './documents.js';
import { FoundNumbers } from './found-numbers.js';
import { History } from './history.js';
import { type LeftOut } from './left-out.js';
import { DEFAULT_LIMIT, OTHER_CONFIDENCE, RECOMMENDED_CONFIDENCE, RULE_CONFIDENCE, RULE_SIMILARITY } from './limits.js';
import { entryOf, type Line } from './line.js';
import { Names } from './names.js';
import { Ranking } from './ranking.js';
import { append, inOrderOfDate } from './rows.js';
import { type RuleAnswer, Rules } from './rules.js';
import { type Match, Scores } from './scores.js';
import { WEIGHTS, WEIGHTS_WITH_IDS } from './weights.js';

/** Older lines get no main mapping. */
export const MAX_AGE_DAYS = 60;

export interface MatcherOptions {
  now: Date;
  /** The number of accounts per line: the main one and `tops` − 1 alternatives. */
  tops: number;
}

function indexesOf(accounts: readonly Account[]): Map<string, number[]> {
  const indexes = new Map<string, number[]>();
  for (const [i, { key }] of accounts.entries()) append(indexes, key, i);
  return indexes;
}

/** Matches lines with the candidates of a company. */
export class Matcher {
  /** Counts for `info.sizes`. */
  readonly counts: Record<
    'history' | 'customerEntries' | 'vendorEntries' | 'glAccounts' | 'bankAccounts' | 'documents' | 'rules',
    number
  >;
  readonly usesEndToEndIds: boolean;
  /** The weights of the features in `details`: a similarity is the sum of their products. */
  readonly weights: Readonly<Record<string, number>>;
  readonly accounts: readonly Account[];
  /** By accountKey; a number can be in several rows. */
  readonly indexes: ReadonlyMap<string, readonly number[]>;
  readonly documents: Documents;
  /** The history, sorted by date. */
  readonly entries: readonly StatementEntry[];
  readonly rules: Rules;
  readonly #documentScores: DocumentScores;
  readonly #scores: Scores;
  readonly #ranking: Ranking;
  readonly #oldest: number;
  readonly #tops: number;

  constructor(ledger: Ledger, lines: readonly Line[], leftOut: LeftOut, options: MatcherOptions) {
    this.#tops = options.tops;
    const { accounts, usesEndToEndIds, customerEntries, vendorEntries } = candidatesOf(ledger, leftOut);
    const weights = usesEndToEndIds ? WEIGHTS_WITH_IDS : WEIGHTS;
    const entries = inOrderOfDate(ledger.bankStatementEntries, 'bankStatementEntries', leftOut);
    const now = options.now.getTime() / 1_000;
    const documents = documentsOf(accounts);
    this.documents = documents;
    this.entries = entries;
    this.#documentScores = new DocumentScores(documents, new FoundNumbers(documents), weights);
    this.indexes = indexesOf(accounts);
    this.#scores = new Scores(
      accounts,
      documents,
      this.#documentScores,
      new Names(accounts),
      new History(this.indexes, ledger, entries, lines, now),
      weights,
    );
    this.accounts = accounts;
    this.usesEndToEndIds = usesEndToEndIds;
    this.weights = Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight !== 0));
    this.#ranking = new Ranking(this.#scores, accounts);
    this.rules = new Rules(ledger, leftOut);
    this.#oldest = now - MAX_AGE_DAYS * SECONDS_PER_DAY;
    this.counts = {
      history: entries.length,
      customerEntries,
      vendorEntries,
      glAccounts: accounts.filter(({ type }) => type === 'G/L Account').length,
      bankAccounts: accounts.filter(({ type }) => type === 'Bank Account').length,
      documents: documents.rows.length,
      rules: this.rules.count,
    };
  }

  /** Whether the line is too old to be mapped. */
  isOld(line: Line): boolean {
    return line.time < this.#oldest;
  }

  /** Maps one line. */
  map(line: Line): Mapping {
    const entry = entryOf(line);
    if (this.isOld(line)) return { entry, main: {} };
    const best = this.bestMatches(line, this.#tops);
    const rule = best.length > 0 ? this.rules.accountFor(line) : undefined;
    const main = rule ? byRule(rule) : this.#bySimilarity(best[0], line);
    const others = best.filter(({ account }) => this.accounts[account]?.no !== main?.item.no);
    const alternatives = others.slice(0, this.#tops - 1).map((match) => this.alternative(match, line));
    return { entry, ...(main && { main }), alternatives };
  }

  /** The best candidate of each of the `count` best numbers, best first. The other results are then for this line. */
  bestMatches(line: Line, count: number): Match[] {
    this.#scores.compareWith(line);
    return this.#ranking.best(line, count);
  }

  /** The best candidate of an account. */
  matchOf(account: number, line: Line): Match | undefined {
    return this.#scores.bestOf(account, line);
  }

  /** The values of all features of a candidate. */
  valuesOf({ account, document }: Match, line: Line) {
    return this.#scores.values(account, document, line);
  }

  /** The documents of an account that the line can pay. */
  payable(account: number, line: Line): number[] {
    const { starts, amount } = this.documents;
    const [start, end] = [starts[account] ?? 0, starts[account + 1] ?? 0];
    return Array.from({ length: end - start }, (_, i) => start + i).filter(
      (document) => this.#documentScores.fits(document, line) && amount[document] !== 0,
    );
  }

  #bySimilarity(best: Match | undefined, line: Line): MainMapping | undefined {
    if (!best) return undefined;
    const recommended = best.similarity >= DEFAULT_LIMIT;
    return {
      ...this.found(best, line, recommended, recommended ? RECOMMENDED_CONFIDENCE : OTHER_CONFIDENCE),
      ...(this.isParty(best) && assignDocuments(this.documents, this.#documentScores, best.account, line)),
    };
  }

  /** Whether a candidate is a customer or vendor, and has documents. */
  isParty({ document }: Match): boolean {
    return document >= 0;
  }

  /** A main mapping by similarity, without documents. */
  found(match: Match, line: Line, recommended: boolean, confidence: number): MainMapping {
    return {
      item: this.#itemOf(match),
      similarity: match.similarity,
      recommended,
      confidence_score: confidence,
      type: 'Similarity',
      details: this.#scores.details(match, line),
    };
  }

  alternative(match: Match, line: Line): Alternative {
    return {
      item: this.#itemOf(match),
      similarity: match.similarity,
      recommended: false,
      details: this.#scores.details(match, line),
    };
  }

  #itemOf({ account }: Match): AccountItem {
    const { no, type, name } = this.accounts[account] ?? { no: '', type: 'G/L Account', name: '' };
    return { no, type, name };
  }
}

/** The main mapping of a rule. */
export function byRule({ type, no }: RuleAnswer): MainMapping {
  return {
    item: { no, type, name: '' },
    similarity: RULE_SIMILARITY,
    recommended: true,
    confidence_score: RULE_CONFIDENCE,
    type: 'Text to Account',
  };
}
