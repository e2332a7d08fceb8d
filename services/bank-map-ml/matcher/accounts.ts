import { type AccountType, type Ledger, type LedgerEntry, type Party, type PartyBankAccount } from '../ledger.js';
import { documentKind } from './document-types.js';
import { append } from './rows.js';
import { fold, normalCurrency, normalIban, spaced } from './text.js';

/** An account with its candidates: a party with its open documents, or a G/L or bank account without documents. */
export interface Account {
  type: AccountType;
  no: string;
  name: string;
  /** The name with normalized white space. */
  spaced: string;
  folded: string;
  ibans: readonly string[];
  /** The currency of a bank account; '' for others. */
  currency: string;
  /** Open documents of a customer or vendor, in the order of the file. */
  documents: readonly LedgerEntry[];
}

/** The unique key of an account. */
export const accountKey = (type: AccountType, no: string): string => `${type}\n${no}`;

/** All candidate accounts. For duplicate numbers the first row is used. */
export function accountsOf(ledger: Ledger): Account[] {
  return [
    ...parties('Customer', ledger.customerLedgerEntries, ledger.customers, ledger.customerBankAccounts),
    ...parties('Vendor', ledger.vendorLedgerEntries, ledger.vendors, ledger.vendorBankAccounts),
    ...firstRows(ledger.glAccounts).map(({ number, name }) => account('G/L Account', number, name, {})),
    ...firstRows(ledger.bankAccounts).map(({ number, name, iban, currencyCode }) =>
      account('Bank Account', number, name, { ibans: [iban], currency: normalCurrency(currencyCode) }),
    ),
  ];
}

function parties(
  type: AccountType,
  entries: readonly LedgerEntry[],
  rows: readonly Party[],
  bankAccounts: readonly PartyBankAccount[],
): Account[] {
  const names = new Map(firstRows(rows).map(({ number, name }) => [number, name]));
  const ibans = new Map<string, string[]>();
  for (const { number, iban } of bankAccounts) append(ibans, number, iban);
  const documents = new Map<string, LedgerEntry[]>();
  for (const entry of entries) if (isCandidate(entry)) append(documents, entry.number, entry);
  return [...documents].map(([no, open]) =>
    account(type, no, names.get(no) ?? '', { ibans: ibans.get(no) ?? [], documents: open }),
  );
}

function account(type: AccountType, no: string, name: string, more: Partial<Account>): Account {
  const ibans = [...new Set(more.ibans?.map(normalIban))].filter((iban) => iban !== '');
  return { type, no, name, spaced: spaced(name), folded: fold(name), currency: '', documents: [], ...more, ibans };
}

/** The first row of each number. */
function firstRows<T extends { number: string }>(rows: readonly T[]): T[] {
  const byNumber = new Map<string, T>();
  for (const row of rows) if (!byNumber.has(row.number)) byNumber.set(row.number, row);
  return [...byNumber.values()];
}

function isCandidate(entry: LedgerEntry): boolean {
  const kind = entry.isOpen ? documentKind(entry.documentType) : undefined;
  return kind === 'invoice' || kind === 'credit note';
}
