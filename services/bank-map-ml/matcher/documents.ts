import { type Account } from './accounts.js';
import { type Ledger, type LedgerEntry } from '../ledger.js';
import { dayOf, NO_DAY } from './days.js';
import { documentKind } from './document-types.js';
import { numberText, type NumberText } from './number-similarity.js';
import { cents, normalCurrency, numberKey } from './text.js';

/**
 * All open documents, account by account, column by column: what a line is compared with 20,000 times must not be
 * looked up in objects.
 */
export interface Documents {
  rows: LedgerEntry[];
  /** Where the documents of each account begin; one more at the end. */
  starts: Int32Array;
  /** Place in the order of candidates: the files' order, which is not that of accounts. */
  order: Int32Array;
  due: Int32Array;
  entered: Int32Array;
  /** Open amount, without its sign. */
  amount: Float64Array;
  /** The same in whole cents. */
  cents: Float64Array;
  /** Index into `currencies`. */
  currency: Int32Array;
  currencies: Map<string, number>;
  /** 1 when money that comes in settles it, 0 when money that goes out does. */
  incoming: Uint8Array;
  /** Numbers that can be found in a text, up to two. */
  numbers: (readonly DocumentNumber[])[];
}

export interface DocumentNumber {
  key: string;
  text: NumberText;
}

export function documentsOf(accounts: readonly Account[], ledger: Ledger): Documents {
  const places = new Map([...ledger.customerLedgerEntries, ...ledger.vendorLedgerEntries].map((row, i) => [row, i]));
  const owners = accounts.flatMap((account) => account.documents.map(() => account));
  const rows = accounts.flatMap((account) => account.documents);
  const currencies = new Map<string, number>();
  return {
    rows,
    starts: startsOf(accounts),
    order: Int32Array.from(rows, (row) => places.get(row) ?? 0),
    due: Int32Array.from(rows, (row) => dayOf(row.dueDate) ?? NO_DAY),
    entered: Int32Array.from(rows, (row) => dayOf(row.documentDate) ?? NO_DAY),
    amount: Float64Array.from(rows, openAmount),
    cents: Float64Array.from(rows, (row) => cents(openAmount(row))),
    currency: Int32Array.from(rows, (row) => indexIn(currencies, normalCurrency(row.currencyCode))),
    currencies,
    incoming: Uint8Array.from(rows, (row, i) => (settledByIncoming(row, owners[i]) ? 1 : 0)),
    numbers: rows.map(numbersOf),
  };
}

function startsOf(accounts: readonly Account[]): Int32Array {
  const starts = new Int32Array(accounts.length + 1);
  for (const [i, { documents }] of accounts.entries()) starts[i + 1] = (starts[i] ?? 0) + documents.length;
  return starts;
}

const openAmount = (row: LedgerEntry): number => Math.abs(row.remainingAmount || row.amount);

function settledByIncoming(row: LedgerEntry, owner: Account | undefined): boolean {
  return (owner?.type === 'Customer') === (documentKind(row.documentType) === 'invoice');
}

function indexIn(indexes: Map<string, number>, key: string): number {
  const known = indexes.get(key);
  if (known !== undefined) return known;
  indexes.set(key, indexes.size);
  return indexes.size - 1;
}

function numbersOf(row: LedgerEntry): DocumentNumber[] {
  const keys = new Set([numberKey(row.documentNumber), numberKey(row.externalDocumentNumber)]);
  keys.delete('');
  return [...keys].map((key) => ({ key, text: numberText(key) }));
}
