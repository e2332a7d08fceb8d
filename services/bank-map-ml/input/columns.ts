import { type Ledger } from '../ledger.js';
import {
  accountType,
  amount,
  amountOrNaN,
  date,
  direction,
  flag,
  looseAmount,
  notText,
  text,
  type Kind,
} from './kinds.js';

/** A field of a row: its names in the file and its valid values. */
export interface Column<T> {
  /** Names in the file; the first one that is not empty is used. */
  readonly names: readonly string[];
  readonly kind: Kind<T>;
  /** `filled`: required and not empty. `present`: required, can be empty. `optional`: can be missing. */
  readonly need: 'filled' | 'present' | 'optional';
  /** The reason for leaving out a row whose value is not of the kind; without it, such a row is an error. */
  readonly leftOut?: string;
}

export type Columns<Row> = { readonly [Field in keyof Row]-?: Column<Row[Field]> };

const column =
  (need: Column<unknown>['need']) =>
  <T>(kind: Kind<T>, ...names: string[]): Column<T> => ({ names, kind, need });
const filled = column('filled');
const present = column('present');
const optional = column('optional');

const recognitions: Columns<Ledger['customerRecognitions'][number]> = {
  externalDocumentNumber: filled(text, 'externalDocumentNumber'),
  recognizedAccountNumber: present(text, 'recognizedAccountNumber'),
  appliedDocumentNumber: optional(text, 'appliedDocumentNumber'),
};

const ledgerEntries = (number: string, dueDate: Column<string>): Columns<Ledger['customerLedgerEntries'][number]> => ({
  documentType: present(text, 'documentType'),
  number: optional(text, number),
  documentNumber: optional(text, 'documentNumber'),
  dueDate,
  documentDate: optional(date, 'documentDate'),
  externalDocumentNumber: optional(text, 'externalDocumentNumber'),
  amount: optional(amount, 'amount'),
  currencyCode: optional(text, 'currencyCode'),
  closedAtDate: optional(date, 'closedAtDate'),
  isOpen: present(flag, 'isOpen'),
  remainingAmount: optional(amount, 'remainingAmount'),
  endToEndId: optional(text, 'endToEndId'),
});

const partyBankAccounts = (number: string): Columns<Ledger['customerBankAccounts'][number]> => ({
  number: optional(text, number),
  iban: optional(text, 'iban', 'bankAccountNumber'),
});

const parties: Columns<Ledger['customers'][number]> = {
  number: optional(text, 'number'),
  name: optional(text, 'name'),
  applicationMethod: optional(text, 'applicationMethod'),
};

/** The fields of each file (the table of the zip in docs/contracts/bank-map.md). Other fields are ignored. */
export const COLUMNS: { readonly [File in keyof Ledger]: Columns<Ledger[File][number]> } = {
  bankStatementLines: {
    externalDocumentNumber: optional(text, 'externalDocumentNumber'),
    id: optional(notText, 'externalDocumentNumber'),
    transactionType: filled(direction, 'transactionType'),
    creditorName: optional(text, 'creditorName'),
    debtorName: optional(text, 'debtorName'),
    transactionText: optional(text, 'transactionText'),
    statementAmount: optional(amountOrNaN, 'statementAmount'),
    operationDate: optional(date, 'operationDate'),
    endToEndId: optional(text, 'endToEndId'),
    accountCurrency: optional(text, 'accountCurrency'),
    bankAccountNumber: optional(text, 'bankAccountNumber'),
    creditorIban: optional(text, 'creditorIban'),
    debtorIban: optional(text, 'debtorIban'),
  },
  bankStatementEntries: {
    externalDocumentNumber: optional(text, 'externalDocumentNumber'),
    bankAccountNumber: optional(text, 'bankAccountNumber'),
    description: optional(text, 'description'),
    messageToRecipient: optional(text, 'messageToRecipient'),
    transactionType: optional(text, 'transactionType'),
    amount: optional(looseAmount, 'amount'),
    operationDate: optional(date, 'operationDate'),
    debtorIban: optional(text, 'debtorIban'),
    creditorIban: optional(text, 'creditorIban'),
    endToEndId: optional(text, 'endToEndId'),
    accountCurrency: optional(text, 'accountCurrency'),
  },
  customerRecognitions: recognitions,
  vendorRecognitions: recognitions,
  bankAccountRecognitions: {
    statementExternalDocumentNumber: optional(text, 'statementExternalDocumentNumber'),
    balAccountNumber: optional(text, 'balAccountNumber'),
    balAccountType: { ...filled(accountType, 'balAccountType'), leftOut: 'other balAccountType' },
  },
  customerLedgerEntries: ledgerEntries('customerNumber', optional(date, 'dueDate')),
  vendorLedgerEntries: ledgerEntries('vendorNumber', { ...optional(date, 'dueDate'), leftOut: 'unreadable due date' }),
  customerBankAccounts: partyBankAccounts('customerNumber'),
  vendorBankAccounts: partyBankAccounts('vendorNumber'),
  customers: parties,
  vendors: parties,
  glAccounts: {
    number: optional(text, 'number'),
    name: optional(text, 'searchName', 'name'),
  },
  bankAccounts: {
    number: filled(text, 'number'),
    name: optional(text, 'searchName', 'name'),
    iban: optional(text, 'iban'),
    currencyCode: optional(text, 'currencyCode'),
  },
  textToAccountMappings: {
    mappingText: optional(text, 'mappingText'),
    debitAccountNumber: optional(text, 'debitAccountNumber'),
    creditAccountNumber: optional(text, 'creditAccountNumber'),
    balSourceType: present(text, 'balSourceType'),
    balSourceNumber: optional(text, 'balSourceNumber'),
    bankAccountNo: optional(text, 'bankAccountNo'),
  },
};

/** The name of a file without `.jsonl`. */
export type FileKey = keyof Ledger;
/** All files, in the order in which they are read. */
export const FILE_KEYS = Object.keys(COLUMNS) as FileKey[];
/** Files that can be missing. */
export const OPTIONAL_FILES: readonly FileKey[] = ['textToAccountMappings'];
