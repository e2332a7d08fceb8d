/**
 * The rows of the zip, limited to the fields that the matcher uses, with their names in the files. Texts are as written;
 * a missing one is '' and a missing amount 0. Dates are as IsoTime.text, amounts in the row's currency.
 */
export interface StatementLine {
  externalDocumentNumber: string;
  /** What is written in its place, where that is not a text. */
  id?: number | null | undefined;
  /** `CRDT` or `Credit`: incoming; `DBIT` or `Debit`: outgoing. */
  transactionType: string;
  creditorName: string;
  debtorName: string;
  transactionText: string;
  /** NaN when it is missing. */
  statementAmount: number;
  operationDate: string;
  endToEndId: string;
  /** Empty means EUR. */
  accountCurrency: string;
  bankAccountNumber: string;
  creditorIban: string;
  debtorIban: string;
}

/** A past statement line. */
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

/** The customer or vendor to which a past line was mapped. */
export interface Recognition {
  externalDocumentNumber: string;
  recognizedAccountNumber: string;
  appliedDocumentNumber: string;
}

/** The account types to which lines are mapped, with their names in Business Central. */
export const ACCOUNT_TYPES = ['Customer', 'Vendor', 'G/L Account', 'Bank Account'] as const;
export type AccountType = (typeof ACCOUNT_TYPES)[number];

/** The account of any type to which a past line was mapped. */
interface BankAccountRecognition {
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
  /** Empty means EUR. */
  currencyCode: string;
  closedAtDate: string;
  isOpen: boolean;
  remainingAmount: number;
  endToEndId: string;
}

/** `number` is `customerNumber` or `vendorNumber` in the file, `iban` can be `bankAccountNumber`. */
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

/** `name` is `searchName` in the file, if present. */
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

/** A rule: lines with this text are mapped to this account. */
export interface TextToAccountMapping {
  mappingText: string;
  debitAccountNumber: string;
  creditAccountNumber: string;
  balSourceType: string;
  balSourceNumber: string;
  /** The rule is only for lines of this bank account; empty means all. */
  bankAccountNo: string;
}

/** The content of a zip; each key is a file, `<key>.jsonl`. */
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
