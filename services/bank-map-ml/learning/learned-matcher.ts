import { type Ledger } from '../ledger.js';
import { type MainMapping, type Mapping } from '../mapping.js';
import { entryOf, type Line } from '../matcher/line.js';
import { byRule, type Matcher } from '../matcher/matcher.js';
import { assignByEvidence } from './assign.js';
import { judge, type Calibration } from './calibration.js';
import { chosen } from './model.js';
import { type Candidate, Ranker } from './ranker.js';
import { RuleShares } from './rule-shares.js';
import { type Named } from './named-documents.js';

/** What is learned from the history of a company (learn). */
export interface Learned extends Calibration {
  /** The weights of the features of candidates (featuresOf). */
  weights: readonly number[];
}

/** Creates the ranker of a matcher's lines. */
export function rankerOf(matcher: Matcher, ledger: Ledger, lines: readonly Line[]): Ranker {
  return new Ranker(matcher, ledger, lines, new RuleShares(matcher.rules, ledger, matcher.entries));
}

/** Maps lines by what was learned: the account that the model chooses, and documents by numbers and amounts. */
export class LearnedMatcher {
  readonly #matcher: Matcher;
  readonly #ranker: Ranker;
  readonly #learned: Learned;
  readonly #tops: number;

  constructor(matcher: Matcher, ranker: Ranker, learned: Learned, tops: number) {
    this.#matcher = matcher;
    this.#ranker = ranker;
    this.#learned = learned;
    this.#tops = tops;
  }

  /** Maps one line. */
  map(line: Line): Mapping {
    const entry = entryOf(line);
    if (this.#matcher.isOld(line)) return { entry, main: {} };
    const { all, named } = this.#ranker.candidatesOf(line);
    const { order, score } = chosen(
      all.map(({ features }) => features),
      this.#learned.weights,
    );
    const sorted = order.flatMap((index) => all[index] ?? []);
    const [best] = sorted;
    if (!best) return { entry, alternatives: [] };
    const seen = new Set([best.account.no]);
    const alternatives = sorted.filter(({ account }) => !seen.has(account.no) && seen.add(account.no));
    return {
      entry,
      main: this.#mainOf(best, score, named, line),
      alternatives: alternatives.slice(0, this.#tops - 1).map(({ match }) => this.#matcher.alternative(match, line)),
    };
  }

  #mainOf({ account, match, documents }: Candidate, score: number, named: Named, line: Line): MainMapping {
    const { recommended, confidence } = judge(this.#learned, account.type, score);
    const rule = this.#matcher.rules.accountFor(line);
    if (rule?.type === account.type && rule.no === account.no) {
      return { ...byRule(rule), recommended, confidence_score: confidence };
    }
    return {
      ...this.#matcher.found(match, line, recommended, confidence),
      ...(this.#matcher.isParty(match) && assignByEvidence(this.#matcher.documents, documents, named, line)),
    };
  }
}
