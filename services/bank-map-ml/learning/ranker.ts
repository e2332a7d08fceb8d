import { type Ledger } from '../ledger.js';
import { type Account } from '../matcher/accounts.js';
import { type Line } from '../matcher/line.js';
import { type Matcher } from '../matcher/matcher.js';
import { type Match } from '../matcher/scores.js';
import { CENT, featuresOf } from './features.js';
import { type Named, NamedDocuments } from './named-documents.js';
import { type RuleShares } from './rule-shares.js';
import { NO_EVIDENCE, type Evidence, TextHistory } from './text-history.js';

/** Candidates by similarity, and those that the texts of past lines suggest. */
const BY_SIMILARITY = 6;
const BY_EVIDENCE = 5;
const MIN_EVIDENCE = 0.2;

/** A candidate account of a line. */
export interface Candidate {
  account: Account;
  match: Match;
  /** The documents that the line can pay. */
  documents: readonly number[];
  features: Float64Array;
}

export interface Candidates {
  /** By similarity, best first. */
  all: Candidate[];
  named: Named;
}

/** Finds the candidate accounts of lines, with the features from which a model chooses one. */
export class Ranker {
  readonly #matcher: Matcher;
  readonly #history: TextHistory;
  readonly #named: NamedDocuments;
  readonly #rules: RuleShares;

  constructor(matcher: Matcher, ledger: Ledger, lines: readonly Line[], rules: RuleShares) {
    this.#matcher = matcher;
    this.#history = new TextHistory(matcher.indexes, ledger, matcher.entries, lines);
    this.#named = new NamedDocuments(matcher.documents);
    this.#rules = rules;
  }

  candidatesOf(line: Line): Candidates {
    const evidence = this.#history.of(line);
    const named = this.#named.in(line.folded);
    const rule = this.#rules.of(line);
    const matches = this.#matcher.bestMatches(line, BY_SIMILARITY);
    const firstOf = (key = '') => this.#matcher.indexes.get(key)?.slice(0, 1) ?? [];
    const suggested = [...this.#suggested(evidence, named, line), ...firstOf(rule?.account)];
    for (const account of new Set(suggested)) {
      if (matches.some((match) => match.account === account)) continue;
      const match = this.#matcher.matchOf(account, line);
      if (match) matches.push(match);
    }
    const all = matches.map((match): Candidate => {
      const account = this.#matcher.accounts[match.account];
      if (!account) throw new RangeError(`There is no account ${match.account}.`);
      const documents = this.#matcher.payable(match.account, line);
      const known = {
        account,
        values: this.#matcher.valuesOf(match, line),
        documents,
        evidence: evidence.get(match.account) ?? NO_EVIDENCE,
        rule: rule?.account === account.key ? rule.share : 0,
      };
      return { account, match, documents, features: featuresOf(known, this.#matcher.documents, named, line) };
    });
    return { all: all.sort((a, b) => b.match.similarity - a.match.similarity), named };
  }

  /** Accounts by the texts of past lines, and owners of documents that are named and paid in full. */
  #suggested(evidence: ReadonlyMap<number, Evidence>, named: Named, line: Line): number[] {
    const { accounts, amount } = this.#matcher.documents;
    const byText = [...evidence]
      .map(([account, { name, text, bestWord }]) => ({ account, share: Math.max(name, text, bestWord) }))
      .filter(({ share }) => share >= MIN_EVIDENCE)
      .sort((a, b) => b.share - a.share || a.account - b.account)
      .slice(0, BY_EVIDENCE);
    const byDocument = [...named.whole].slice(0, BY_EVIDENCE);
    const byTail = [...named.tail].filter((i) => Math.abs(Math.abs(amount[i] ?? 0) - line.amount) < CENT);
    return [
      ...byText.map(({ account }) => account),
      ...[...byDocument, ...byTail.slice(0, BY_EVIDENCE)].map((document) => accounts[document] ?? 0),
    ];
  }
}
