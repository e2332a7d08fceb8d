import { type AccountType, type Ledger, type Recognition, type StatementLine } from '../ledger.js';
import { mainOf, type MainMapping } from '../mapping.js';
import { accountKey } from '../matcher/accounts.js';
import { mappedAccounts } from '../matcher/history.js';
import { LeftOut, matchLedger } from '../matcher/index.js';
import { lineOf } from '../matcher/line.js';
import { append, inOrderOfDate } from '../matcher/rows.js';
import { Rules } from '../matcher/rules.js';
import { strip } from '../matcher/text.js';
import { ledgerAsOf } from './as-of.js';

/** The matcher's result for a past line, compared with the account to which it was mapped. */
export interface PastMatch {
  type: AccountType;
  similarity: number;
  isRight: boolean;
  /** The text of the rule that decided, if any. */
  rule: string | undefined;
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

/** Maps the latest past lines again. Lines that were not booked are left out. */
export function backTest(company: string, ledger: Ledger, { lines, parts }: BackTestOptions): PastMatch[] {
  const history = inOrderOfDate(ledger.bankStatementEntries, 'bankStatementEntries', new LeftOut());
  const count = Math.floor(Math.min(MAX_TESTED_SHARE * history.length, ENTRIES_PER_LINE * lines));
  const latest = history.slice(history.length - count);
  const answers = answersOf(ledger, new Set(latest.map(numberOf)));
  const tested = latest.filter((entry) => answers.has(numberOf(entry))).slice(-lines);
  const size = Math.max(1, Math.ceil(tested.length / parts));
  return Array.from({ length: Math.ceil(tested.length / size) }, (_, part) =>
    tested.slice(part * size, (part + 1) * size),
  ).flatMap((entries) => testPart(company, ledgerAsOf(ledger, history, entries), answers));
}

interface Answer {
  /** accountKey */
  account: string;
  documents: readonly string[];
}

/** The account and documents of each entry that was mapped. */
function answersOf(ledger: Ledger, entries: ReadonlySet<string>): Map<string, Answer> {
  const isOf = ({ externalDocumentNumber }: Recognition) => entries.has(strip(externalDocumentNumber));
  const booked = {
    customerRecognitions: ledger.customerRecognitions.filter(isOf),
    vendorRecognitions: ledger.vendorRecognitions.filter(isOf),
    bankAccountRecognitions: ledger.bankAccountRecognitions.filter((row) =>
      entries.has(strip(row.statementExternalDocumentNumber)),
    ),
  };
  const documents = new Map<string, string[]>();
  for (const row of [...booked.customerRecognitions, ...booked.vendorRecognitions]) {
    if (row.appliedDocumentNumber !== '') append(documents, numberOf(row), row.appliedDocumentNumber);
  }
  const answers = new Map<string, Answer>();
  for (const [number, account] of mappedAccounts({ ...ledger, ...booked })) {
    answers.set(number, { account, documents: documents.get(number) ?? [] });
  }
  return answers;
}

/** Lines whose documents are no longer in the export are left out, because they cannot be matched. */
function testPart(company: string, ledger: Ledger, answers: ReadonlyMap<string, Answer>): PastMatch[] {
  const now = new Date(ledger.bankStatementLines.at(-1)?.operationDate ?? 0);
  const open = new Set(
    [...ledger.customerLedgerEntries, ...ledger.vendorLedgerEntries].map((row) => row.documentNumber),
  );
  const lines = new Map(ledger.bankStatementLines.map((line) => [numberOf(line), line]));
  const rules = new Rules(ledger);
  return matchLedger(company, ledger, { now, tops: 1 }).mappings.flatMap((mapping) => {
    const main = mainOf(mapping);
    const number = strip(String(mapping.entry.id));
    const [line, answer] = [lines.get(number), answers.get(number)];
    if (!main || !line || !answer?.documents.every((number) => open.has(number))) return [];
    return [{ ...outcome(main, answer), rule: ruleOf(rules, main, line) }];
  });
}

function outcome({ item, similarity }: MainMapping, { account }: Answer): Omit<PastMatch, 'rule'> {
  return { type: item.type, similarity, isRight: accountKey(item.type, item.no) === account };
}

function ruleOf(rules: Rules, main: MainMapping, line: StatementLine): string | undefined {
  return main.type === 'Text to Account' ? rules.accountFor(lineOf(line))?.text : undefined;
}

const numberOf = ({ externalDocumentNumber }: { externalDocumentNumber: string }) => strip(externalDocumentNumber);
