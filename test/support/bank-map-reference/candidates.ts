import { type AccountType, type Ledger, type LedgerEntry } from '../../../services/bank-map-ml/ledger.js';
import { fold, iban } from './terms.js';

export interface Candidate {
  type: AccountType;
  no: string;
  name: string;
  ibans: string[];
  currency?: string;
  entry?: LedgerEntry;
}

export interface Scored {
  candidate: Candidate;
  details: Record<string, number>;
  similarity: number;
}

const INVOICES = [
  'invoice',
  'sf',
  'sąskaita faktūra',
  'pvm sąskaita faktūra',
  'finance charge memo',
  'delspinigių pažyma',
];
const CREDIT_NOTES = [
  'credit memo',
  'credit note',
  'refund',
  'grąžinimo pažyma',
  'grąžinimas',
  'kreditinė sąskaita',
  'kreditinė pvm sąskaita faktūra',
];

/** Whether a document is a credit note or refund. */
export const isCreditNote = (entry: LedgerEntry): boolean => CREDIT_NOTES.includes(fold(entry.documentType));
const isOpen = (entry: LedgerEntry): boolean =>
  entry.isOpen && (isCreditNote(entry) || INVOICES.includes(fold(entry.documentType)));
/** Absolute open amount. */
export const openAmount = (entry: LedgerEntry): number => Math.abs(entry.remainingAmount || entry.amount);

function firsts<T extends { number: string }>(rows: T[]): T[] {
  return rows.filter((row, i) => rows.findIndex((r) => r.number === row.number) === i);
}

/** All pairs of an account and, for parties, an open document, in the order of the files. */
export function allCandidates(ledger: Ledger): Candidate[] {
  const ofParties = (
    type: AccountType,
    entries: LedgerEntry[],
    parties: Ledger['customers'],
    banks: Ledger['customerBankAccounts'],
  ) =>
    entries.filter(isOpen).map((entry): Candidate => ({
      type,
      no: entry.number,
      name: parties.find((p) => p.number === entry.number)?.name ?? '',
      ibans: banks.filter((b) => b.number === entry.number).map((b) => iban(b.iban)),
      currency: entry.currencyCode,
      entry,
    }));
  return [
    ...ofParties('Customer', ledger.customerLedgerEntries, ledger.customers, ledger.customerBankAccounts),
    ...ofParties('Vendor', ledger.vendorLedgerEntries, ledger.vendors, ledger.vendorBankAccounts),
    ...firsts(ledger.glAccounts).map((a): Candidate => ({
      type: 'G/L Account',
      no: a.number,
      name: a.name,
      ibans: [],
    })),
    ...firsts(ledger.bankAccounts).map((a): Candidate => ({
      type: 'Bank Account',
      no: a.number,
      name: a.name,
      ibans: [iban(a.iban)],
      currency: a.currencyCode,
    })),
  ];
}
