import { type Ledger, type LedgerEntry, type StatementEntry, type StatementLine } from '../ledger.js';
import { isIncoming } from '../matcher/line.js';

/**
 * The ledger at the time of the given entries. They become its lines; the history ends the day before them; documents
 * are those that were open on one of their days. Names, accounts and rules are today's, because they have no dates.
 *
 * @param history sorted by date
 * @param entries a later part of the history, not empty
 */
export function ledgerAsOf(
  ledger: Ledger,
  history: readonly StatementEntry[],
  entries: readonly StatementEntry[],
): Ledger {
  const from = entries[0]?.operationDate ?? '';
  const to = entries.at(-1)?.operationDate ?? '';
  const wereOpen = (documents: readonly LedgerEntry[]) =>
    documents.filter((each) => wasOpen(each, from, to)).map(reopened);
  return {
    ...ledger,
    bankStatementLines: entries.map(asLine),
    bankStatementEntries: history.filter(({ operationDate }) => operationDate < from),
    customerLedgerEntries: wereOpen(ledger.customerLedgerEntries),
    vendorLedgerEntries: wereOpen(ledger.vendorLedgerEntries),
  };
}

/** ISO 8601 dates sort as text. Some systems write an empty date as year 1. */
function wasOpen({ documentDate, isOpen, closedAtDate }: LedgerEntry, from: string, to: string): boolean {
  return documentDate <= to && (isOpen || closedAtDate >= from);
}

/** The export does not have the past open amount of a closed document; most are paid in one payment. */
function reopened(document: LedgerEntry): LedgerEntry {
  return document.isOpen ? document : { ...document, isOpen: true, remainingAmount: document.amount };
}

/** An entry of the history as the line that it was. */
export function asLine(entry: StatementEntry): StatementLine {
  const isCredit = isIncoming(entry.transactionType, entry.amount);
  return {
    externalDocumentNumber: entry.externalDocumentNumber,
    transactionType: entry.transactionType,
    creditorName: isCredit ? '' : entry.description,
    debtorName: isCredit ? entry.description : '',
    transactionText: entry.messageToRecipient,
    statementAmount: entry.amount,
    operationDate: entry.operationDate,
    endToEndId: entry.endToEndId,
    accountCurrency: entry.accountCurrency,
    bankAccountNumber: entry.bankAccountNumber,
    creditorIban: entry.creditorIban,
    debtorIban: entry.debtorIban,
  };
}
