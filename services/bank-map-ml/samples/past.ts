import { type StatementEntry } from '../ledger.js';
import { type SampleCompany } from './company.js';
import { type Day, isoDay } from './days.js';
import { entryRow, recognitionRows, rowId } from './rows.js';
import { type Sink } from './sink.js';
import { type Transaction } from './transaction.js';

/** Closed documents are exported for this many days. */
const CLOSED_DAYS = 120;
/** Shares of lines that were booked on a wrong account, and that were not booked. */
const IS_MISTAKEN = 0.001;
const IS_UNBOOKED = 0.03;
/** The share of customer and vendor transactions that were booked only on the balancing account. */
const IS_PLAIN_BOOKING = 0.06;
/** The share of rows that the export contains twice. */
const IS_REPEATED = 0.002;

/** Writes the past lines by day, with their mappings and the documents that they closed. */
export function recordPast(company: SampleCompany, count: number, sink: Sink): void {
  const { historyFrom, linesFrom } = company.calendar;
  let last: StatementEntry | undefined;
  for (let index = 0; index < count; index++) {
    if (last && company.random.chance(IS_REPEATED)) {
      sink.row('bankStatementEntries', last);
      continue;
    }
    const day = historyFrom + Math.floor((index / count) * (linesFrom - historyFrom));
    last = recordOne(company, rowId(day, index + 1), company.drawTransaction(day), sink);
  }
}

function recordOne(company: SampleCompany, id: string, transaction: Transaction, sink: Sink): StatementEntry {
  const row = entryRow(id, transaction);
  sink.row('bankStatementEntries', row);
  if (!company.random.chance(IS_UNBOOKED)) recordBooking(company, id, transaction, sink);
  closeDocuments(company, transaction, sink);
  return row;
}

function recordBooking(company: SampleCompany, id: string, { target, ...rest }: Transaction, sink: Sink): void {
  const { type } = target;
  const isParty = type === 'Customer' || type === 'Vendor';
  const number =
    isParty && company.random.chance(IS_MISTAKEN)
      ? company.random.pick(company.parties(type).all).number
      : target.number;
  if (!isParty || company.random.chance(IS_PLAIN_BOOKING)) {
    const row = { statementExternalDocumentNumber: id, balAccountNumber: number, balAccountType: type };
    sink.row('bankAccountRecognitions', row);
    return;
  }
  const file = type === 'Customer' ? 'customerRecognitions' : 'vendorRecognitions';
  for (const row of recognitionRows(id, { ...rest, target: { type, number } })) sink.row(file, row);
}

/** A document that is paid in part is closed by a later payment. */
function closeDocuments({ random, calendar: { today } }: SampleCompany, transaction: Transaction, sink: Sink): void {
  const { day, kind, target, applied } = transaction;
  const closed: Day = kind === 'partial' ? Math.min(today - 1, day + random.integer(5, 40)) : day;
  if (closed < today - CLOSED_DAYS) return;
  const file = target.type === 'Customer' ? 'customerLedgerEntries' : 'vendorLedgerEntries';
  for (const { document } of applied) {
    sink.row(file, { ...document, isOpen: false, remainingAmount: 0, closedAtDate: isoDay(closed) });
  }
}
