import { type Ledger } from '../ledger.js';

type RowOf<K extends keyof Ledger> = Ledger[K][number];

/** Where a file's fields are named otherwise than a row's: the row's name, then the file's. */
const RENAMED: { readonly [K in keyof Ledger]?: Partial<Record<keyof RowOf<K>, string>> } = {
  customerLedgerEntries: { number: 'customerNumber' },
  vendorLedgerEntries: { number: 'vendorNumber' },
  customerBankAccounts: { number: 'customerNumber' },
  vendorBankAccounts: { number: 'vendorNumber', iban: 'bankAccountNumber' },
  glAccounts: { name: 'searchName' },
};

/** A row as a line of its file, with the file's names (contract, "The zip"). */
export function jsonLine<K extends keyof Ledger>(file: K, row: RowOf<K>): string {
  const names: Readonly<Record<string, string | undefined>> = RENAMED[file] ?? {};
  const fields = Object.entries(row).map(([name, value]: [string, unknown]) => [names[name] ?? name, value]);
  return `${JSON.stringify(Object.fromEntries(fields))}\n`;
}
