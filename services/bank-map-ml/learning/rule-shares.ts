import { type Ledger, type StatementEntry } from '../ledger.js';
import { accountKey } from '../matcher/accounts.js';
import { mappedAccounts } from '../matcher/history.js';
import { type Line, lineOf } from '../matcher/line.js';
import { type Rules } from '../matcher/rules.js';
import { strip } from '../matcher/text.js';
import { asLine } from './as-of.js';

/** A rule is assumed to have been right this often before it was seen. */
const PRIOR = { lines: 10, right: 9.8 };

/** How often the rules of a company were right on past lines. */
export class RuleShares {
  readonly #counts = new Map<string, { lines: number; right: number }>();
  readonly #rules: Rules;

  constructor(rules: Rules, ledger: Ledger, entries: readonly StatementEntry[]) {
    this.#rules = rules;
    if (rules.count === 0) return;
    const mapped = mappedAccounts(ledger);
    for (const entry of entries) {
      const account = mapped.get(strip(entry.externalDocumentNumber));
      const answer = account === undefined ? undefined : rules.accountFor(lineOf(asLine(entry)));
      if (!answer) continue;
      const count = this.#counts.get(answer.text) ?? { lines: 0, right: 0 };
      count.lines++;
      if (accountKey(answer.type, answer.no) === account) count.right++;
      this.#counts.set(answer.text, count);
    }
  }

  /** The account of the rule for a line, and the share of past lines on which the rule was right. */
  of(line: Line): { account: string; share: number } | undefined {
    const answer = this.#rules.accountFor(line);
    if (!answer) return undefined;
    const { lines, right } = this.#counts.get(answer.text) ?? { lines: 0, right: 0 };
    return {
      account: accountKey(answer.type, answer.no),
      share: (right + PRIOR.right) / (lines + PRIOR.lines),
    };
  }
}
