import { type StatementLine } from '../ledger.js';
import { type MappedEntry } from '../mapping.js';
import { secondsOf, withTime } from './days.js';
import { casefold, currencyKey, masked, normalCurrency, normalEndToEndId, strip } from './text.js';

/** A statement line, prepared for the features. */
export interface Line {
  row: StatementLine;
  /** Whether the money is incoming. */
  incoming: boolean;
  /** The first name that is filled: the creditor's, or else the debtor's. */
  name: string;
  /** The first IBAN that is filled, likewise. */
  iban: string;
  text: string;
  /** The first 10,000 characters of `text`, case-folded. */
  folded: string;
  masked: string;
  bankAccount: string;
  endToEndId: string;
  currency: string;
  currencyKey: string;
  amount: number;
  /** Seconds since 1970. */
  time: number;
}

/** Texts are compared up to this length: banks limit them to far less, and the time grows with the length. */
const MAX_TEXT_LENGTH = 10_000;

/** Whether the money is incoming; for an unknown type the sign of the amount decides. */
export function isIncoming(transactionType: string, amount: number): boolean {
  switch (strip(transactionType).toLowerCase()) {
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

/** The first of two texts that is not empty. */
export const firstFilled = (first: string, second: string): string => strip(first) || strip(second);

/** Prepares a statement line. */
export function lineOf(row: StatementLine): Line {
  const text = strip(row.transactionText);
  return {
    row,
    incoming: isIncoming(row.transactionType, row.statementAmount || 0),
    name: firstFilled(row.creditorName, row.debtorName),
    iban: firstFilled(row.creditorIban, row.debtorIban),
    text,
    folded: casefold(text.slice(0, MAX_TEXT_LENGTH)),
    masked: masked(text),
    bankAccount: strip(row.bankAccountNumber),
    endToEndId: normalEndToEndId(row.endToEndId),
    currency: normalCurrency(row.accountCurrency),
    currencyKey: currencyKey(row.accountCurrency),
    amount: row.statementAmount || 0,
    time: secondsOf(row.operationDate),
  };
}

/** The line in the result. */
export function entryOf({ row, text, currency, name, incoming, bankAccount }: Line): MappedEntry {
  return {
    amount: Number.isNaN(row.statementAmount) ? null : row.statementAmount,
    date: withTime(row.operationDate),
    msg: text,
    currency,
    desc: name,
    id: row.id === undefined ? row.externalDocumentNumber : row.id,
    type: incoming ? 'Credit' : 'Debit',
    bank_account: bankAccount,
  };
}
