import { type AccountType, type Ledger } from '../ledger.js';
import { type AccountItem, type Alternative, type MainMapping, type Mapping } from '../mapping.js';
import { accountKey, accountsOf, type Account } from './accounts.js';
import { assignDocuments, nothingAssigned } from './assign.js';
import { type Calibration, confidenceOf, confidenceOfRule } from './calibration.js';
import { dayOfTime } from './days.js';
import { DocumentScores } from './document-scores.js';
import { type Documents, documentsOf } from './documents.js';
import { FoundNumbers } from './found-numbers.js';
import { History } from './history.js';
import { entryOf, type Line } from './line.js';
import { Names } from './names.js';
import { bestAccounts } from './ranking.js';
import { type RuleAnswer, Rules } from './rules.js';
import { type Match, Scores } from './scores.js';

/** Older lines get no main mapping. */
const MAX_AGE_DAYS = 60;

/** A similarity above these values has precedence over a rule. */
const CERTAIN = { confidence: 0.995, similarity: 2 };

/** Matches lines with the candidates of a company. */
export class Matcher {
  readonly #accounts: readonly Account[];
  readonly #indexes: ReadonlyMap<string, number>;
  readonly #documents: Documents;
  readonly #documentScores: DocumentScores;
  readonly #scores: Scores;
  readonly #rules: Rules;
  readonly #oldest: number;

  readonly #ledger: Ledger;
  readonly #options: { now: Date; tops: number; calibration: Calibration };

  constructor(ledger: Ledger, lines: readonly Line[], options: { now: Date; tops: number; calibration: Calibration }) {
    this.#ledger = ledger;
    this.#options = options;

    this.#accounts = accountsOf(ledger);
    this.#indexes = new Map(this.#accounts.map(({ type, no }, i) => [accountKey(type, no), i]));
    this.#documents = documentsOf(this.#accounts, ledger);
    this.#documentScores = new DocumentScores(this.#documents, new FoundNumbers(this.#documents));
    const history = new History(ledger, lines, this.#indexes);
    this.#scores = new Scores(
      this.#accounts,
      this.#documents,
      this.#documentScores,
      new Names(this.#accounts),
      history,
    );
    this.#rules = new Rules(ledger);
    this.#oldest = dayOfTime(options.now) - MAX_AGE_DAYS;
  }

  /** Maps one line. */
  map(line: Line): Mapping {
    const entry = entryOf(line);
    if (line.day !== undefined && line.day < this.#oldest) return { entry, main: undefined, alternatives: [] };
    this.#scores.compareWith(line);
    const best = bestAccounts(this.#scores, line, this.#options.tops);
    const rule = this.#isCertain(best[0]) ? undefined : this.#rules.accountFor(line);
    const main = rule ? this.#byRule(rule, line) : this.#bySimilarity(best[0], line);
    const others = best.filter(({ account }) => !main || !isItem(this.#accounts[account], main.item));
    const alternatives = main
      ? others.slice(0, this.#options.tops - 1).map((match) => this.#alternative(match, line))
      : [];
    return { entry, main, alternatives };
  }

  #isCertain(best: Match | undefined): boolean {
    if (!best || best.similarity <= CERTAIN.similarity) return false;
    return this.#confidence(best) >= CERTAIN.confidence;
  }

  #confidence({ account, similarity }: Match): number {
    return confidenceOf(this.#options.calibration, this.#item(account).type, similarity);
  }

  #bySimilarity(best: Match | undefined, line: Line): MainMapping | undefined {
    if (!best) return undefined;
    const item = this.#item(best.account);
    return {
      item,
      similarity: best.similarity,
      recommended: best.similarity >= this.#options.calibration.limits[item.type],
      confidence_score: this.#confidence(best),
      type: 'Similarity',
      details: this.#scores.details(best, line),
      ...this.#assignment(best.account, line),
    };
  }

  #byRule({ type, no, text }: RuleAnswer, line: Line): MainMapping {
    const account = this.#indexes.get(accountKey(type, no));
    const best = account === undefined ? undefined : this.#scores.bestOf(account, line);
    return {
      item: account === undefined ? { no, type, name: this.#nameOf(type, no) } : this.#item(account),
      similarity: best?.similarity ?? 0,
      recommended: true,
      confidence_score: confidenceOfRule(this.#options.calibration, text),
      type: 'Text to Account',
      details: best ? this.#scores.details(best, line) : {},
      ...(account === undefined ? nothingAssigned(line) : this.#assignment(account, line)),
    };
  }

  #assignment(account: number, line: Line) {
    return assignDocuments(this.#documents, this.#documentScores, account, line);
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

  /** The name of an account that is not a candidate: a party without open documents. */
  #nameOf(type: AccountType, no: string): string {
    const files = {
      Customer: 'customers',
      Vendor: 'vendors',
      'G/L Account': 'glAccounts',
      'Bank Account': 'bankAccounts',
    } as const;
    return this.#ledger[files[type]].find(({ number }) => number === no)?.name ?? '';
  }
}

const isItem = (account: Account | undefined, { type, no }: AccountItem): boolean =>
  account?.type === type && account.no === no;
