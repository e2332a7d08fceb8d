import { type AccountType, type Ledger, type LedgerEntry, type Party, type PartyBankAccount } from '../ledger.js';
import { documentKind } from './document-types.js';
import { type LeftOut } from './left-out.js';
import { append } from './rows.js';
import { casefold, currencyKey, lengthOf, normalEndToEndId, strip } from './text.js';

/** An account with its candidates: a party with its open documents, or a G/L or bank account without documents. */
export interface Account {
  type: AccountType;
  no: string;
  /** Type and number, as accountKey writes them. */
  key: string;
  name: string;
  /** Case-folded, of more than 5 characters. */
  ibans: readonly string[];
  /** As currencyKey; '' for customers and vendors, whose documents have one. */
  currency: string;
  /** Open documents of a customer or vendor, in the order of the file. */
  documents: readonly OpenDocument[];
}

/** An open document with its place in the order of candidates. */
interface OpenDocument {
  row: LedgerEntry;
  order: number;
}

/** The key of an account. Rows of accounts with the same key are the same account. */
export const accountKey = (type: AccountType, no: string): string => `${type}:${no}`;

/** The candidates of a company. */
export interface Candidates {
  /** In the order of candidates: G/L accounts, bank accounts, customers, vendors. */
  accounts: Account[];
  /** Ledger entries that could be candidates, closed ones included. */
  customerEntries: number;
  vendorEntries: number;
  /** Whether customer documents have end-to-end IDs, so that they are compared. */
  usesEndToEndIds: boolean;
}

/** With more customer documents than this that have an end-to-end ID, IDs are compared. */
const FEW_END_TO_END_IDS = 10;

/** IBANs of this length or less are none. */
const SHORT_IBAN = 5;

/** The candidates of a company. Rows that cannot be candidates are left out and counted. */
export function candidatesOf(ledger: Ledger, leftOut: LeftOut): Candidates {
  const others = [...glAccounts(ledger, leftOut), ...ownBankAccounts(ledger, leftOut)];
  const customers = parties('Customer', ledger, leftOut);
  const vendors = parties('Vendor', ledger, leftOut);
  const isOf = (id: string) => lengthOf(normalEndToEndId(id)) > 1;
  const withId = customers.entries.filter(({ endToEndId }) => isOf(endToEndId)).length;
  return {
    accounts: [
      ...others,
      ...accountsWithDocuments('Customer', customers, others.length),
      ...accountsWithDocuments('Vendor', vendors, others.length + customers.entries.length),
    ],
    customerEntries: customers.entries.length,
    vendorEntries: vendors.entries.length,
    usesEndToEndIds: withId > FEW_END_TO_END_IDS,
  };
}

function glAccounts({ glAccounts: rows }: Ledger, leftOut: LeftOut): Account[] {
  return numbered(rows, 'glAccounts', leftOut).map(({ number, name }) =>
    account('G/L Account', number, name, { currency: currencyKey('') }),
  );
}

function ownBankAccounts({ bankAccounts: rows }: Ledger, leftOut: LeftOut): Account[] {
  return numbered(rows, 'bankAccounts', leftOut).map(({ number, name, iban, currencyCode }) =>
    account('Bank Account', number, name, { ibans: ibansOf(iban), currency: currencyKey(currencyCode) }),
  );
}

/** The rows that have a number. */
function numbered<T extends { number: string }>(rows: readonly T[], file: string, leftOut: LeftOut): T[] {
  return rows.filter(({ number }) => {
    const has = strip(number) !== '';
    if (!has) leftOut.add(file, 'no number');
    return has;
  });
}

interface Parties {
  entries: LedgerEntry[];
  names: ReadonlyMap<string, string>;
  ibans: ReadonlyMap<string, string[]>;
}

const FILES = {
  Customer: { entries: 'customerLedgerEntries', parties: 'customers', bankAccounts: 'customerBankAccounts' },
  Vendor: { entries: 'vendorLedgerEntries', parties: 'vendors', bankAccounts: 'vendorBankAccounts' },
} as const;

function parties(type: 'Customer' | 'Vendor', ledger: Ledger, leftOut: LeftOut): Parties {
  const files = FILES[type];
  const names = namesOf(ledger[files.parties], files.parties, leftOut);
  const entries = ledger[files.entries].filter((entry) => {
    const reason = reasonToLeaveOut(type, entry, names);
    if (reason !== undefined && reason !== '') leftOut.add(files.entries, reason);
    return reason === undefined;
  });
  return { entries, names, ibans: ibansByParty(ledger[files.bankAccounts]) };
}

/** The last row of a number counts. */
function namesOf(rows: readonly Party[], file: string, leftOut: LeftOut): Map<string, string> {
  return new Map(numbered(rows, file, leftOut).map(({ number, name }) => [strip(number), strip(name)]));
}

/** Why an entry is no candidate; '' when its type says so; undefined when it is one. */
function reasonToLeaveOut(type: AccountType, entry: LedgerEntry, names: ReadonlyMap<string, string>) {
  const kind = documentKind(entry.documentType);
  if (kind === 'left out' || strip(entry.documentType) === '') return '';
  if (kind === undefined) return 'unknown document type';
  if (type === 'Customer' && strip(entry.documentNumber) === '') return 'no document number';
  const number = strip(entry.number);
  if (number === '') return `no ${type.toLowerCase()} number`;
  return names.has(number) ? undefined : `unknown ${type.toLowerCase()}`;
}

function ibansByParty(rows: readonly PartyBankAccount[]): Map<string, string[]> {
  const ibans = new Map<string, string[]>();
  for (const { number, iban } of rows) for (const each of ibansOf(iban)) append(ibans, strip(number), each);
  return ibans;
}

/** Several IBANs can be in one field, with colons between them. */
const ibansOf = (text: string): string[] =>
  casefold(strip(text))
    .split(':')
    .filter((iban) => lengthOf(iban) > SHORT_IBAN);

function accountsWithDocuments(type: AccountType, { entries, names, ibans }: Parties, first: number): Account[] {
  const documents = new Map<string, OpenDocument[]>();
  for (const [i, row] of entries.entries()) {
    if (row.isOpen) append(documents, strip(row.number), { row, order: first + i });
  }
  return [...documents].map(([no, open]) =>
    account(type, no, names.get(no) ?? '', { ibans: ibans.get(no) ?? [], documents: open }),
  );
}

function account(type: AccountType, number: string, name: string, more: Partial<Account>): Account {
  const no = strip(number);
  const blank = { ibans: [], currency: '', documents: [] };
  return { type, no, key: accountKey(type, no), name: strip(name), ...blank, ...more };
}
