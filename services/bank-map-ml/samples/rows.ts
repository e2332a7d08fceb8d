import { type Recognition, type StatementEntry, type StatementLine } from '../ledger.js';
import { type Day, isoDay } from './days.js';
import { type Transaction, type Truth } from './transaction.js';

/** The `externalDocumentNumber` of a line: its day and its number. */
export const rowId = (day: Day, place: number) =>
  `${isoDay(day).replaceAll('-', '')}-${String(place).padStart(7, '0')}`;

/** The transaction as a line to map. As in real statements, only the other party's side is filled. */
export function lineRow(id: string, transaction: Transaction): StatementLine {
  const { isCredit, other, account } = transaction;
  return {
    externalDocumentNumber: id,
    transactionType: isCredit ? 'CRDT' : 'DBIT',
    creditorName: isCredit ? '' : other.name,
    debtorName: isCredit ? other.name : '',
    transactionText: transaction.text,
    statementAmount: transaction.amount,
    operationDate: isoDay(transaction.day),
    endToEndId: transaction.endToEndId,
    accountCurrency: account.currencyCode,
    bankAccountNumber: account.number,
    ...ibans(transaction),
  };
}

/** The transaction as a past line. */
export function entryRow(id: string, transaction: Transaction): StatementEntry {
  return {
    externalDocumentNumber: id,
    bankAccountNumber: transaction.account.number,
    description: transaction.other.name,
    messageToRecipient: transaction.text,
    transactionType: transaction.isCredit ? 'Credit' : 'Debit',
    amount: transaction.amount,
    operationDate: isoDay(transaction.day),
    endToEndId: transaction.endToEndId,
    accountCurrency: transaction.account.currencyCode,
    ...ibans(transaction),
  };
}

function ibans({ isCredit, other }: Transaction): Pick<StatementLine, 'creditorIban' | 'debtorIban'> {
  return isCredit ? { debtorIban: other.iban, creditorIban: '' } : { debtorIban: '', creditorIban: other.iban };
}

/** The mapping of a customer or vendor transaction, one row per document; none for money on account. */
export function recognitionRows(id: string, { target, applied }: Transaction): Recognition[] {
  return applied.map(({ document }) => ({
    externalDocumentNumber: id,
    recognizedAccountNumber: target.number,
    appliedDocumentNumber: document.documentNumber,
  }));
}

/** The correct answer for a line. */
export function truthOf(id: string, { target, applied, kind }: Transaction): Truth {
  const documents = applied.map(({ document, sum }) => ({
    number: document.documentNumber,
    externalNumber: document.externalDocumentNumber,
    sum,
  }));
  return { id, ...target, documents, kind };
}
