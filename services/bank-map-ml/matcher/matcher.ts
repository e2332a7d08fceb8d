import { type Ledger } from '../ledger.js';
import { type AccountItem, type Alternative, type MainMapping, type Mapping } from '../mapping.js';
import { type Account, candidatesOf } from './accounts.js';
import { assignDocuments } from './assign.js';
import { type Calibration, confidenceOf, confidenceOfRule, isRecommended, RULE_CONFIDENCE } from './calibration.js';
import { DocumentScores } from './document-scores.js';
import { type Documents, documentsOf } from './documents.js';
import { FoundNumbers } from './found-numbers.js';
import { History } from './history.js';
import { type LeftOut } from './left-out.js';
import { entryOf, type Line } from './line.js';
import { Names } from './names.js';
import { Ranking } from './ranking.js';
import { append, inOrderOfDate } from './rows.js';
import { type RuleAnswer, Rules } from './rules.js';
import { type Match, Scores } from './scores.js';
import { WEIGHTS, WEIGHTS_WITH_IDS } from './weights.js';

/** Older lines get no main mapping. */
export const MAX_AGE_DAYS = 60;
const SECONDS_PER_DAY = 86_400;

/** A similarity above this value, with a confidence from RULE_CONFIDENCE on, has precedence over a rule. */
const CERTAIN_SIMILARITY = 2;
/** The similarity of a mapping by rule. */
const RULE_SIMILARITY = 2;

export interface MatcherOptions {
  now: Date;
  /** The number of accounts per line: the main one and `tops` − 1 alternatives. */
  tops: number;
  calibration: Calibration;
}

/** The indexes of the accounts by their keys: a number can be in several rows. */
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
  readonly #accounts: readonly Account[];
  readonly #documents: Documents;
  readonly #documentScores: DocumentScores;
  readonly #scores: Scores;
  readonly #ranking: Ranking;
  readonly #rules: Rules;
  readonly #oldest: number;
  readonly #options: MatcherOptions;

  constructor(ledger: Ledger, lines: readonly Line[], leftOut: LeftOut, options: MatcherOptions) {
    this.#options = options;

    const { accounts, usesEndToEndIds, customerEntries, vendorEntries } = candidatesOf(ledger, leftOut);
    const weights = usesEndToEndIds ? WEIGHTS_WITH_IDS : WEIGHTS;
    const entries = inOrderOfDate(ledger.bankStatementEntries, 'bankStatementEntries', leftOut);
    const now = options.now.getTime() / 1_000;
    const documents = documentsOf(accounts);
    this.#documents = documents;
    this.#documentScores = new DocumentScores(documents, new FoundNumbers(documents), weights);
    this.#scores = new Scores(
      accounts,
      documents,
      this.#documentScores,
      new Names(accounts),
      new History(indexesOf(accounts), ledger, entries, lines, now),
      weights,
    );
    this.#accounts = accounts;
    this.usesEndToEndIds = usesEndToEndIds;
    this.#ranking = new Ranking(this.#scores, accounts);
    this.#rules = new Rules(ledger, leftOut);
    this.#oldest = now - MAX_AGE_DAYS * SECONDS_PER_DAY;
    this.counts = {
      history: entries.length,
      customerEntries,
      vendorEntries,
      glAccounts: accounts.filter(({ type }) => type === 'G/L Account').length,
      bankAccounts: accounts.filter(({ type }) => type === 'Bank Account').length,
      documents: documents.rows.length,
      rules: this.#rules.count,
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
    this.#scores.compareWith(line);
    const best = this.#ranking.best(line, this.#options.tops);
    const rule = !best[0] || this.#isCertain(best[0]) ? undefined : this.#rules.accountFor(line);
    const main = rule ? this.#byRule(rule) : this.#bySimilarity(best[0], line);
    const others = best.filter(({ account }) => this.#accounts[account]?.no !== main?.item.no);
    const alternatives = others.slice(0, this.#options.tops - 1).map((match) => this.#alternative(match, line));
    return { entry, ...(main && { main }), alternatives };
  }

  #isCertain(best: Match): boolean {
    return best.similarity > CERTAIN_SIMILARITY && this.#confidence(best) >= RULE_CONFIDENCE;
  }

  #confidence({ account, similarity }: Match): number {
    return confidenceOf(this.#options.calibration, this.#item(account).type, similarity);
  }

  #bySimilarity(best: Match | undefined, line: Line): MainMapping | undefined {
    if (!best) return undefined;
    const item = this.#item(best.account);
    const isParty = item.type === 'Customer' || item.type === 'Vendor';
    return {
      item,
      similarity: best.similarity,
      recommended: isRecommended(this.#options.calibration, item.type, best.similarity),
      confidence_score: this.#confidence(best),
      type: 'Similarity',
      details: this.#scores.details(best, line),
      ...(isParty && assignDocuments(this.#documents, this.#documentScores, best.account, line)),
    };
  }

  #byRule({ type, no, text }: RuleAnswer): MainMapping {
    return {
      item: { no, type, name: '' },
      similarity: RULE_SIMILARITY,
      recommended: true,
      confidence_score: confidenceOfRule(this.#options.calibration, text),
      type: 'Text to Account',
    };
  }

  #alternative(match: Match, line: Line): Alternative {
    return {
      item: this.#item(match.account),
      similarity: match.similarity,
      recommended: false,
      details: this.#scores.details(match, line),
    };
  }

  #item(index: number): AccountItem {
    const { no, type, name } = this.#accounts[index] ?? { no: '', type: 'G/L Account', name: '' };
    return { no, type, name };
  }
}
