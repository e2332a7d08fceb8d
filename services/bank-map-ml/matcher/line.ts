import { type StatementLine } from '../ledger.js';
import { type MappedEntry } from '../mapping.js';
import { dayOf } from './days.js';
import { fold, masked, normalCurrency, normalEndToEndId, normalIban, spaced } from './text.js';

/** A statement line, normalized for the features. */
export interface Line {
  row: StatementLine;
  /** Whether the money is incoming. */
  incoming: boolean;
  /** The name of the other party, as written and folded. */
  name: string;
  folded: string;
  iban: string;
  /** `transactionText`, folded (`text`), and with masked digits (`masked`). */
  text: string;
  masked: string;
  endToEndId: string;
  currency: string;
  /** Absolute amount. */
  amount: number;
  day: number | undefined;
}

/** Whether the money is incoming; for an unknown type the sign of the amount decides. */
export function isIncoming(transactionType: string, amount: number): boolean {
  switch (transactionType.trim().toLowerCase()) {
    case 'crdt':
    case 'credit':
      return true;
    case 'dbit':
    case 'debit':
      return false;
    default:
      return amount >= 0;
  }
}

/** Normalizes a statement line. */
export function lineOf(row: StatementLine): Line {
  const incoming = isIncoming(row.transactionType, row.statementAmount);
  const name = incoming ? row.debtorName : row.creditorName;
  const text = fold(row.transactionText);
  return {
    row,
    incoming,
    name: spaced(name),
    folded: fold(name),
    iban: normalIban(incoming ? row.debtorIban : row.creditorIban),
    text,
    masked: masked(text),
    endToEndId: normalEndToEndId(row.endToEndId),
    currency: normalCurrency(row.accountCurrency),
    amount: Math.abs(row.statementAmount),
    day: dayOf(row.operationDate),
  };
}

/** The line in the result. */
export function entryOf({ row, currency, name }: Line): MappedEntry {
  return {
    amount: row.statementAmount,
    date: row.operationDate,
    msg: row.transactionText,
    currency,
    desc: name,
    id: row.externalDocumentNumber,
    type: row.transactionType,
    bank_account: row.bankAccountNumber,
  };
}
