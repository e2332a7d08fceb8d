import { type Ledger, type LedgerEntry, type StatementEntry, type StatementLine } from '../ledger.js';
import { isIncoming } from '../matcher/line.js';

/**
 * The ledger as it was while the entries given came in: they are its lines, its history is what was there the day
 * before them, its documents are those that were open on one of their days. Names, accounts and rules are today's, as
 * nobody knows when they were entered.
 *
 * @param history sorted by date; @param entries a later part of it, not empty
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

/** Dates are ISO 8601, so their order is that of the texts; some systems write an empty one as year 1. */
function wasOpen({ documentDate, isOpen, closedAtDate }: LedgerEntry, from: string, to: string): boolean {
  return documentDate <= to && (isOpen || closedAtDate >= from);
}

/** What was open of a closed document is not kept; most are paid at once. */
function reopened(document: LedgerEntry): LedgerEntry {
  return document.isOpen ? document : { ...document, isOpen: true, remainingAmount: document.amount };
}

function asLine(entry: StatementEntry): StatementLine {
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
