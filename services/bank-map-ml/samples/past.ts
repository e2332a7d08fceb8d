import { type StatementEntry } from '../ledger.js';
import { type SampleCompany } from './company.js';
import { type Day, isoDay } from './days.js';
import { entryRow, recognitionRows, rowId } from './rows.js';
import { type Sink } from './sink.js';
import { type Transaction } from './transaction.js';

/** Closed documents stay in the export for so many days. */
const CLOSED_FOR = 120;
/** Bookkeepers put one line in a thousand where it does not belong, and leave some to others. */
const IS_MISTAKEN = 0.001;
const IS_UNBOOKED = 0.03;
/** Customers' and vendors' movements that were booked without the recognition, on the balance account alone. */
const IS_PLAIN_BOOKING = 0.06;
/** Rows that an export repeats. */
const IS_REPEATED = 0.002;

/** Writes the lines of the past, day by day, what they were mapped to, and the documents that they closed. */
export function recordPast(company: SampleCompany, count: number, sink: Sink): void {
  const { historyFrom, linesFrom } = company.calendar;
  let last: StatementEntry | undefined;
  for (let index = 0; index < count; index++) {
    if (last && company.dice.chance(IS_REPEATED)) {
      sink.row('bankStatementEntries', last);
      continue;
    }
    const day = historyFrom + Math.floor((index / count) * (linesFrom - historyFrom));
    last = recordOne(company, rowId(day, index + 1), company.move(day), sink);
  }
}

function recordOne(company: SampleCompany, id: string, transaction: Transaction, sink: Sink): StatementEntry {
  const row = entryRow(id, transaction);
  sink.row('bankStatementEntries', row);
  if (!company.dice.chance(IS_UNBOOKED)) recordBooking(company, id, transaction, sink);
  closeDocuments(company, transaction, sink);
  return row;
}

function recordBooking(company: SampleCompany, id: string, { target, ...rest }: Transaction, sink: Sink): void {
  const { type } = target;
  const isParty = type === 'Customer' || type === 'Vendor';
  const number =
    isParty && company.dice.chance(IS_MISTAKEN) ? company.dice.pick(company.parties(type).all).number : target.number;
  if (!isParty || company.dice.chance(IS_PLAIN_BOOKING)) {
    const row = { statementExternalDocumentNumber: id, balAccountNumber: number, balAccountType: type };
    sink.row('bankAccountRecognitions', row);
    return;
  }
  const file = type === 'Customer' ? 'customerRecognitions' : 'vendorRecognitions';
  for (const row of recognitionRows(id, { ...rest, target: { type, number } })) sink.row(file, row);
}

/** Paid in part, a document is closed by a later payment. */
function closeDocuments({ dice, calendar: { today } }: SampleCompany, transaction: Transaction, sink: Sink): void {
  const { day, kind, target, applied } = transaction;
  const closed: Day = kind === 'partial' ? Math.min(today - 1, day + dice.whole(5, 40)) : day;
  if (closed < today - CLOSED_FOR) return;
  const file = target.type === 'Customer' ? 'customerLedgerEntries' : 'vendorLedgerEntries';
  for (const { document } of applied) {
    sink.row(file, { ...document, isOpen: false, remainingAmount: 0, closedAtDate: isoDay(closed) });
  }
}
