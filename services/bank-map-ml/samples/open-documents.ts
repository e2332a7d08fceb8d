import { type LedgerEntry } from '../ledger.js';
import { type SampleCompany } from './company.js';
import { dayOf } from './days.js';
import { cents } from './random-source.js';
import { type DocumentKind } from './documents.js';

const IS_STALE = 0.06;
const IS_PART_PAID = 0.04;
const IS_CUSTOMERS = 0.65;
/** The maximum of days until an open document is paid. */
const HORIZON = 150;
const KINDS: Partial<Record<DocumentKind, number>> = { invoice: 93, 'credit note': 5, 'finance charge': 2 };
/** Kinds of open entries to which no line can be mapped. */
const OTHER_KINDS: Partial<Record<DocumentKind, number>> = { payment: 40, reminder: 30, bill: 10, prepayment: 20 };

/** A document that no line pays: it is not due, overdue, or never paid. */
export function drawUnpaid(company: SampleCompany, kinds = KINDS): LedgerEntry {
  const { random, documents, calendar } = company;
  const kind = random.weighted(kinds as Record<DocumentKind, number>);
  const party = company.parties(random.chance(IS_CUSTOMERS) ? 'Customer' : 'Vendor').draw();
  if (random.chance(IS_STALE)) return documents.stale(party, calendar.today, kind);
  const document = documents.paidOn(party, calendar.today + random.integer(1, HORIZON), kind);
  // Documents after today do not exist yet. Documents with long terms are therefore as frequent as in real ledgers.
  if (dayOf(document.documentDate) > calendar.today) return drawUnpaid(company, kinds);
  return kind === 'invoice' && random.chance(IS_PART_PAID) ? partPaid(document, random.integer(1, 9)) : document;
}

/** An open entry to which no line can be mapped, such as a payment. */
export const drawUnmappable = (company: SampleCompany) => drawUnpaid(company, OTHER_KINDS);

function partPaid(document: LedgerEntry, tenths: number): LedgerEntry {
  return { ...document, remainingAmount: cents((document.remainingAmount * tenths) / 10) };
}

/** Compares documents by date, then by number. */
export function byDate(a: LedgerEntry, b: LedgerEntry): number {
  return compare(a.documentDate, b.documentDate) || compare(a.documentNumber, b.documentNumber);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
