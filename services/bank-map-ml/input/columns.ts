import { type Ledger } from '../ledger.js';
import { accountType, amount, date, direction, flag, text, type Kind } from './kinds.js';

/** A field of a row: its names in the file and its valid values. */
export interface Column<T> {
  /** Names in the file; the first one that is not empty is used. */
  readonly names: readonly string[];
  readonly kind: Kind<T>;
  /** `filled`: required and not empty. `present`: required, can be empty. `optional`: can be missing. */
  readonly need: 'filled' | 'present' | 'optional';
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

const ledgerEntries = (number: string): Columns<Ledger['customerLedgerEntries'][number]> => ({
  documentType: present(text, 'documentType'),
  number: filled(text, number),
  documentNumber: filled(text, 'documentNumber'),
  dueDate: optional(date, 'dueDate'),
  documentDate: optional(date, 'documentDate'),
  externalDocumentNumber: optional(text, 'externalDocumentNumber'),
  amount: filled(amount, 'amount'),
  currencyCode: optional(text, 'currencyCode'),
  closedAtDate: optional(date, 'closedAtDate'),
  isOpen: filled(flag, 'isOpen'),
  remainingAmount: optional(amount, 'remainingAmount'),
  endToEndId: optional(text, 'endToEndId'),
});

const partyBankAccounts = (number: string): Columns<Ledger['customerBankAccounts'][number]> => ({
  number: filled(text, number),
  iban: optional(text, 'iban', 'bankAccountNumber'),
});

const parties: Columns<Ledger['customers'][number]> = {
  number: filled(text, 'number'),
  name: present(text, 'name'),
  applicationMethod: optional(text, 'applicationMethod'),
};

/** The fields of each file (the table of the zip in docs/bank-map-ml.md). Other fields are ignored. */
export const COLUMNS: { readonly [File in keyof Ledger]: Columns<Ledger[File][number]> } = {
  bankStatementLines: {
    externalDocumentNumber: filled(text, 'externalDocumentNumber'),
    transactionType: filled(direction, 'transactionType'),
    creditorName: optional(text, 'creditorName'),
    debtorName: optional(text, 'debtorName'),
    transactionText: optional(text, 'transactionText'),
    statementAmount: filled(amount, 'statementAmount'),
    operationDate: filled(date, 'operationDate'),
    endToEndId: optional(text, 'endToEndId'),
    accountCurrency: optional(text, 'accountCurrency'),
    bankAccountNumber: optional(text, 'bankAccountNumber'),
    creditorIban: optional(text, 'creditorIban'),
    debtorIban: optional(text, 'debtorIban'),
  },
  bankStatementEntries: {
    externalDocumentNumber: filled(text, 'externalDocumentNumber'),
    bankAccountNumber: optional(text, 'bankAccountNumber'),
    description: optional(text, 'description'),
    messageToRecipient: optional(text, 'messageToRecipient'),
    transactionType: optional(direction, 'transactionType'),
    amount: optional(amount, 'amount'),
    operationDate: filled(date, 'operationDate'),
    debtorIban: optional(text, 'debtorIban'),
    creditorIban: optional(text, 'creditorIban'),
    endToEndId: optional(text, 'endToEndId'),
    accountCurrency: optional(text, 'accountCurrency'),
  },
  customerRecognitions: recognitions,
  vendorRecognitions: recognitions,
  bankAccountRecognitions: {
    statementExternalDocumentNumber: filled(text, 'statementExternalDocumentNumber'),
    balAccountNumber: present(text, 'balAccountNumber'),
    balAccountType: filled(accountType, 'balAccountType'),
  },
  customerLedgerEntries: ledgerEntries('customerNumber'),
  vendorLedgerEntries: ledgerEntries('vendorNumber'),
  customerBankAccounts: partyBankAccounts('customerNumber'),
  vendorBankAccounts: partyBankAccounts('vendorNumber'),
  customers: parties,
  vendors: parties,
  glAccounts: {
    number: filled(text, 'number'),
    name: present(text, 'searchName', 'name'),
  },
  bankAccounts: {
    number: filled(text, 'number'),
    name: present(text, 'searchName', 'name'),
    iban: optional(text, 'iban'),
    currencyCode: optional(text, 'currencyCode'),
  },
  textToAccountMappings: {
    mappingText: filled(text, 'mappingText'),
    debitAccountNumber: optional(text, 'debitAccountNumber'),
    creditAccountNumber: optional(text, 'creditAccountNumber'),
    balSourceType: optional(text, 'balSourceType'),
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
