import { type AccountType, type LedgerEntry, type OwnBankAccount } from '../ledger.js';
import { type Day } from './days.js';
import { type Sender } from './parties.js';

/**
 * The kind of a line. `paid` names its document, `unnumbered` names none, `on account` has no document, `unexplained` is
 * a payment of an unknown person without a reason.
 */
export const LINE_KINDS = [
  ...(['paid', 'joined', 'partial', 'overpaid', 'on account', 'unnumbered', 'wrong number', 'another payer'] as const),
  ...(['refund', 'salary', 'fee', 'tax', 'card', 'other', 'unexplained', 'transfer'] as const),
] as const;
export type LineKind = (typeof LINE_KINDS)[number];

export interface AppliedDocument {
  document: LedgerEntry;
  /** The part of the line's amount, in the line's currency, above 0. */
  sum: number;
}

/** A transaction on an own account and its reason; it becomes a line to map or a past line. */
export interface Transaction {
  day: Day;
  /** Whether the money is incoming. */
  isCredit: boolean;
  account: OwnBankAccount;
  other: Sender;
  text: string;
  /** Above 0. */
  amount: number;
  endToEndId: string;
  kind: LineKind;
  target: { type: AccountType; number: string };
  applied: readonly AppliedDocument[];
}

/** The correct answer for a line, as in the truth file; `documents` are in the order of application. */
export interface Truth {
  /** The line's `externalDocumentNumber`. */
  id: string;
  type: AccountType;
  number: string;
  documents: { number: string; externalNumber: string; sum: number }[];
  kind: LineKind;
}

/** Lithuanian names of the months, in the genitive. */
const MONTHS =
  'sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio'.split(' ');

/** Replaces the placeholders of a template: `{ym}` (2026-05), `{month}`, `{date}`, and `{d}` (a digit each). */
export function fillText(template: string, iso: string, digit: () => string): string {
  return template
    .replace('{ym}', iso.slice(0, 7))
    .replace('{month}', `${MONTHS[Number(iso.slice(5, 7)) - 1] ?? ''} mėn.`)
    .replace('{date}', iso)
    .replace(/\{d\}/g, digit);
}
