import { type AccountType, type Ledger } from '../ledger.js';
import { accountKey } from '../matcher/accounts.js';
import { mappedAccounts } from '../matcher/history.js';
import { LeftOut } from '../matcher/left-out.js';
import { DEFAULT_LIMIT } from '../matcher/limits.js';
import { type Line, lineOf } from '../matcher/line.js';
import { Matcher } from '../matcher/matcher.js';
import { append, inOrderOfDate } from '../matcher/rows.js';
import { strip } from '../matcher/text.js';
import { ledgerAsOf } from './as-of.js';
import { rankerOf } from './learned-matcher.js';
import { type Example } from './model.js';
import { type Candidate } from './ranker.js';

/** A past line with its candidates, of which the right one is known. */
export interface PastLine extends Example {
  /** The account types of the candidates. */
  types: readonly AccountType[];
  /** The mapping without learning. */
  byDefault: { type: AccountType | undefined; recommended: boolean; isRight: boolean };
}

interface BackTestOptions {
  /** The maximum of past lines that are tested: each costs as much as a line of a job. */
  lines: number;
  /** The past lines are split into this many parts, each with the history and documents of its time. */
  parts: number;
}

/** The share of the history that is tested; the rest is the history of the tested lines. */
const MAX_TESTED_SHARE = 0.4;
/** The entries that are read per tested line, because some are not booked. */
const ENTRIES_PER_LINE = 2;

/** Finds the candidates of the latest past lines again. Lines that were not booked are left out. */
export function backTest(ledger: Ledger, { lines, parts }: BackTestOptions): PastLine[] {
  const history = inOrderOfDate(ledger.bankStatementEntries, 'bankStatementEntries', new LeftOut());
  const count = Math.floor(Math.min(MAX_TESTED_SHARE * history.length, ENTRIES_PER_LINE * lines));
  const latest = history.slice(history.length - count);
  const answers = answersOf(ledger, new Set(latest.map(numberOf)));
  const tested = latest.filter((entry) => answers.has(numberOf(entry))).slice(-lines);
  const size = Math.max(1, Math.ceil(tested.length / parts));
  return Array.from({ length: Math.ceil(tested.length / size) }, (_, part) =>
    tested.slice(part * size, (part + 1) * size),
  ).flatMap((entries) => testPart(ledgerAsOf(ledger, history, entries), answers));
}

interface Answer {
  /** accountKey */
  account: string;
  documents: readonly string[];
}

/** The account and documents of each entry that was mapped. */
function answersOf(ledger: Ledger, entries: ReadonlySet<string>): Map<string, Answer> {
  const documents = new Map<string, string[]>();
  for (const row of [...ledger.customerRecognitions, ...ledger.vendorRecognitions]) {
    const isApplied = row.appliedDocumentNumber !== '' && entries.has(numberOf(row));
    if (isApplied) append(documents, numberOf(row), row.appliedDocumentNumber);
  }
  const answers = new Map<string, Answer>();
  for (const [number, account] of mappedAccounts(ledger, entries)) {
    answers.set(number, { account, documents: documents.get(number) ?? [] });
  }
  return answers;
}

/** Lines whose documents are no longer in the export are left out, because they cannot be matched. */
function testPart(ledger: Ledger, answers: ReadonlyMap<string, Answer>): PastLine[] {
  const open = new Set(
    [...ledger.customerLedgerEntries, ...ledger.vendorLedgerEntries].map((row) => row.documentNumber),
  );
  const lines = ledger.bankStatementLines
    .map(lineOf)
    .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.time - b.time); // Names compares equal names once
  const now = new Date(1_000 * Math.max(...lines.map(({ time }) => time)));
  const matcher = new Matcher(ledger, lines, new LeftOut(), { now, tops: 1 });
  const ranker = rankerOf(matcher, ledger, lines);
  return lines.flatMap((line) => {
    const answer = answers.get(numberOf(line.row));
    if (!answer?.documents.every((number) => open.has(number))) return [];
    const { all } = ranker.candidatesOf(line);
    return [
      {
        candidates: all.map(({ features }) => features),
        types: all.map(({ account }) => account.type),
        right: all.findIndex(({ account }) => account.key === answer.account),
        byDefault: outcome(matcher, line, all[0], answer),
      },
    ];
  });
}

function outcome(matcher: Matcher, line: Line, best: Candidate | undefined, { account }: Answer) {
  const rule = matcher.rules.accountFor(line);
  if (rule) return { type: rule.type, recommended: true, isRight: accountKey(rule.type, rule.no) === account };
  return {
    type: best?.account.type,
    recommended: (best?.match.similarity ?? 0) >= DEFAULT_LIMIT,
    isRight: best?.account.key === account,
  };
}

const numberOf = ({ externalDocumentNumber }: { externalDocumentNumber: string }) => strip(externalDocumentNumber);
