/**
 * The rows of the zip, file by file, as far as the matcher uses them. Names are those of the files (one JSON object a
 * line). A text that a row does not have is '', an amount 0; dates are `YYYY-MM-DD`, amounts in the row's currency.
 */
export interface StatementLine {
  externalDocumentNumber: string;
  /** `CRDT`/`Credit`: money comes in; `DBIT`/`Debit`: it goes out. */
  transactionType: string;
  creditorName: string;
  debtorName: string;
  transactionText: string;
  statementAmount: number;
  operationDate: string;
  endToEndId: string;
  /** Empty is EUR. */
  accountCurrency: string;
  bankAccountNumber: string;
  creditorIban: string;
  debtorIban: string;
}

/** A statement line of the past. */
export interface StatementEntry {
  externalDocumentNumber: string;
  bankAccountNumber: string;
  description: string;
  messageToRecipient: string;
  transactionType: string;
  amount: number;
  operationDate: string;
  debtorIban: string;
  creditorIban: string;
  endToEndId: string;
  accountCurrency: string;
}

/** The customer or vendor that a line of the past was mapped to. */
export interface Recognition {
  externalDocumentNumber: string;
  recognizedAccountNumber: string;
  appliedDocumentNumber: string;
}

export const ACCOUNT_TYPES = ['Customer', 'Vendor', 'G/L Account', 'Bank Account'] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

/** The account of any type that a line of the past was mapped to. */
export interface BankAccountRecognition {
  statementExternalDocumentNumber: string;
  balAccountNumber: string;
  balAccountType: AccountType;
}

/** A document of a customer or vendor; `number` is `customerNumber` or `vendorNumber` in the file. */
export interface LedgerEntry {
  documentType: string;
  number: string;
  documentNumber: string;
  dueDate: string;
  documentDate: string;
  externalDocumentNumber: string;
  amount: number;
  /** Empty is EUR. */
  currencyCode: string;
  closedAtDate: string;
  isOpen: boolean;
  remainingAmount: number;
  endToEndId: string;
}

/** `number` is `customerNumber` or `vendorNumber` in the file, `iban` may be `bankAccountNumber` there. */
export interface PartyBankAccount {
  number: string;
  iban: string;
}

/** A customer or vendor. */
export interface Party {
  number: string;
  name: string;
  applicationMethod: string;
}

/** `name` is `searchName` in the file when that is there. */
export interface GlAccount {
  number: string;
  name: string;
}

export interface OwnBankAccount {
  number: string;
  name: string;
  iban: string;
  currencyCode: string;
}

/** A rule: lines with this text go to this account. */
export interface TextToAccountMapping {
  mappingText: string;
  debitAccountNumber: string;
  creditAccountNumber: string;
  balSourceType: string;
  balSourceNumber: string;
  /** Only for lines of this bank account; empty is every one. */
  bankAccountNo: string;
}

/** Everything of one zip; each key is a file, `<key>.jsonl`. */
export interface Ledger {
  bankStatementLines: StatementLine[];
  bankStatementEntries: StatementEntry[];
  customerRecognitions: Recognition[];
  vendorRecognitions: Recognition[];
  bankAccountRecognitions: BankAccountRecognition[];
  customerLedgerEntries: LedgerEntry[];
  vendorLedgerEntries: LedgerEntry[];
  customerBankAccounts: PartyBankAccount[];
  vendorBankAccounts: PartyBankAccount[];
  customers: Party[];
  vendors: Party[];
  glAccounts: GlAccount[];
  bankAccounts: OwnBankAccount[];
  /** Optional in the zip. */
  textToAccountMappings: TextToAccountMapping[];
}
