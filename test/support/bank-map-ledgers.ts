import {
  type Ledger,
  type LedgerEntry,
  type Party,
  type StatementEntry,
  type StatementLine,
  type TextToAccountMapping,
} from '../../services/bank-map-ml/ledger.js';
import { emptyLedger } from '../../services/bank-map-ml/samples/generate.js';

/** A line with the given fields; all others are empty. */
export const statementLine = (given: Partial<StatementLine> = {}): StatementLine => ({
  externalDocumentNumber: '',
  transactionType: 'CRDT',
  creditorName: '',
  debtorName: '',
  transactionText: '',
  statementAmount: 0,
  operationDate: '2024-05-20',
  endToEndId: '',
  accountCurrency: '',
  bankAccountNumber: '',
  creditorIban: '',
  debtorIban: '',
  ...given,
});

/** A past line with the given fields; all others are empty. */
export const statementEntry = (given: Partial<StatementEntry> = {}): StatementEntry => ({
  externalDocumentNumber: '',
  bankAccountNumber: '',
  description: '',
  messageToRecipient: '',
  transactionType: 'CRDT',
  amount: 0,
  operationDate: '2024-04-20',
  debtorIban: '',
  creditorIban: '',
  endToEndId: '',
  accountCurrency: '',
  ...given,
});

/** A customer or vendor. */
export const party = (number: string, name = ''): Party => ({ number, name, applicationMethod: '' });

/** An open invoice of 100 EUR of party 'C1'. */
export const ledgerEntry = (given: Partial<LedgerEntry> = {}): LedgerEntry => ({
  documentType: 'Invoice',
  number: 'C1',
  documentNumber: 'D1',
  dueDate: '',
  documentDate: '',
  externalDocumentNumber: '',
  amount: 100,
  currencyCode: '',
  closedAtDate: '',
  isOpen: true,
  remainingAmount: given.amount ?? 100,
  endToEndId: '',
  ...given,
});

/** A text-to-account rule with the given fields; all others are empty. */
export const rule = (given: Partial<TextToAccountMapping> = {}): TextToAccountMapping => ({
  mappingText: '',
  debitAccountNumber: '',
  creditAccountNumber: '',
  balSourceType: 'G/L Account',
  balSourceNumber: '',
  bankAccountNo: '',
  ...given,
});

/** A ledger with the given files; all others are empty. */
export const ledger = (given: Partial<Ledger> = {}): Ledger => ({ ...emptyLedger(), ...given });
