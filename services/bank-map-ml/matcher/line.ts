import { type StatementLine } from '../ledger.js';
import { type MappedEntry } from '../mapping.js';
import { dayOf } from './days.js';
import { fold, masked, normalCurrency, normalEndToEndId, normalIban, spaced } from './text.js';

/** A statement line as the features see it. */
export interface Line {
  row: StatementLine;
  /** Money comes in. */
  incoming: boolean;
  /** The other party, as written and folded. */
  name: string;
  folded: string;
  iban: string;
  /** `transactionText`, folded, and with digits masked. */
  text: string;
  masked: string;
  endToEndId: string;
  currency: string;
  /** Without its sign. */
  amount: number;
  day: number | undefined;
}

/** Whether money comes in; a type that is neither credit nor debit leaves it to the amount's sign. */
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
