import { type AccountType, type LedgerEntry, type OwnBankAccount } from '../ledger.js';
import { type Day } from './days.js';
import { type Sender } from './parties.js';

/**
 * What is difficult about a line. `paid` names its document, `unnumbered` names none, `on account` has no document,
 * `unexplained` is money from someone who is nobody's customer and says nothing.
 */
export const LINE_KINDS = [
  ...(['paid', 'joined', 'partial', 'overpaid', 'on account', 'unnumbered', 'wrong number', 'another payer'] as const),
  ...(['refund', 'salary', 'fee', 'tax', 'card', 'other', 'unexplained', 'transfer'] as const),
] as const;
export type LineKind = (typeof LINE_KINDS)[number];

export interface AppliedDocument {
  document: LedgerEntry;
  /** What of the line's amount it takes, in the line's currency, over 0. */
  sum: number;
}

/** One movement on an own account and what it was for; a line to be mapped or one of the past. */
export interface Transaction {
  day: Day;
  /** Money comes in. */
  isCredit: boolean;
  account: OwnBankAccount;
  other: Sender;
  text: string;
  /** Over 0. */
  amount: number;
  endToEndId: string;
  kind: LineKind;
  target: { type: AccountType; number: string };
  applied: readonly AppliedDocument[];
}

/** The right answer for a line, as in the truth file; `documents` are in the order in which they were applied. */
export interface Truth {
  /** The line's `externalDocumentNumber`. */
  id: string;
  type: AccountType;
  number: string;
  documents: { number: string; externalNumber: string; sum: number }[];
  kind: LineKind;
}

/** Months of the day, as texts name them. */
const MONTHS =
  'sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio'.split(' ');

/** A template's places filled in: `{ym}` 2026-05, `{month}`, `{date}`, and `{d}`s, a digit each. */
export function fillText(template: string, iso: string, digit: () => string): string {
  return template
    .replace('{ym}', iso.slice(0, 7))
    .replace('{month}', `${MONTHS[Number(iso.slice(5, 7)) - 1] ?? ''} mėn.`)
    .replace('{date}', iso)
    .replace(/\{d\}/g, digit);
}
