import { type Account } from './accounts.js';
import { type LedgerEntry } from '../ledger.js';
import { secondsOf } from './days.js';
import { documentKind } from './document-types.js';
import { NumberText } from './number-similarity.js';
import { currencyKey, lengthOf, normalEndToEndId, strip } from './text.js';

/** All open documents by account, in columns: arrays are faster than objects for 20,000 comparisons per line. */
export interface Documents {
  rows: LedgerEntry[];
  /** The index of the first document of each account, and the number of documents at the end. */
  starts: Int32Array;
  /** The index of the account of each document. */
  accounts: Int32Array;
  /** The position in the order of candidates. */
  order: Int32Array;
  /** Seconds since 1970, or NaN without a date. */
  due: Float64Array;
  entered: Float64Array;
  /** The open amount, with its sign. */
  amount: Float64Array;
  /** Index into `currencies`, whose keys are as currencyKey. */
  currency: Int32Array;
  currencies: Map<string, number>;
  /** 1 when it is paid by incoming money, 0 by outgoing money. */
  incoming: Uint8Array;
  /** The external number; undefined when it is too short to be compared. */
  numbers: (NumberText | undefined)[];
  /** Case-folded; '' for vendors and where there is none. */
  endToEndIds: string[];
}

/** External numbers of this length or less are not compared. */
const SHORT_NUMBER = 5;
/** End-to-end IDs of this length or less are none. */
const SHORT_ID = 1;

/** The columns of all documents of the accounts. */
export function documentsOf(accounts: readonly Account[]): Documents {
  const documents = accounts.flatMap((account, index) =>
    account.documents.map((document) => ({ ...document, account, index })),
  );
  const rows = documents.map(({ row }) => row);
  const currencies = new Map<string, number>();
  return {
    rows,
    starts: startsOf(accounts),
    accounts: Int32Array.from(documents, ({ index }) => index),
    order: Int32Array.from(documents, ({ order }) => order),
    due: Float64Array.from(rows, (row) => secondsOf(row.dueDate)),
    entered: Float64Array.from(rows, (row) => secondsOf(row.documentDate)),
    amount: Float64Array.from(rows, (row) => row.remainingAmount),
    currency: Int32Array.from(rows, (row) => indexIn(currencies, currencyKey(row.currencyCode))),
    currencies,
    incoming: Uint8Array.from(documents, ({ row, account }) => (isPaidByIncoming(row, account) ? 1 : 0)),
    numbers: rows.map(comparedNumber),
    endToEndIds: documents.map(({ row, account }) => (account.type === 'Customer' ? comparedId(row) : '')),
  };
}

function startsOf(accounts: readonly Account[]): Int32Array {
  const starts = new Int32Array(accounts.length + 1);
  for (const [i, { documents }] of accounts.entries()) starts[i + 1] = (starts[i] ?? 0) + documents.length;
  return starts;
}

function isPaidByIncoming(row: LedgerEntry, { type }: Account): boolean {
  return (type === 'Customer') === (documentKind(row.documentType) === 'invoice');
}

function indexIn(indexes: Map<string, number>, key: string): number {
  const known = indexes.get(key);
  if (known !== undefined) return known;
  indexes.set(key, indexes.size);
  return indexes.size - 1;
}

/** The external number of a document, also when it is too short to be compared. */
export function numberOf({ numbers, rows }: Documents, index: number): NumberText {
  return numbers[index] ?? new NumberText(strip(rows[index]?.externalDocumentNumber ?? ''));
}

function comparedNumber(row: LedgerEntry): NumberText | undefined {
  const number = strip(row.externalDocumentNumber);
  return lengthOf(number) > SHORT_NUMBER ? new NumberText(number) : undefined;
}

function comparedId(row: LedgerEntry): string {
  const id = normalEndToEndId(row.endToEndId);
  return lengthOf(id) > SHORT_ID ? id : '';
}
