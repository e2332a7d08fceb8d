import { type LedgerEntry } from '../ledger.js';
import { type SampleCompany } from './company.js';
import { dayOf } from './days.js';
import { cents } from './dice.js';
import { type DocumentKind } from './documents.js';

const IS_STALE = 0.06;
const IS_PART_PAID = 0.04;
const IS_CUSTOMERS = 0.65;
/** Days in which an open document will be paid; hardly any is open for longer. */
const HORIZON = 150;
const KINDS: Partial<Record<DocumentKind, number>> = { invoice: 93, 'credit note': 5, 'finance charge': 2 };
/** Open entries that no line can be mapped to. */
const OTHER_KINDS: Partial<Record<DocumentKind, number>> = { payment: 40, reminder: 30, bill: 10, prepayment: 20 };

/** A document that no line pays: it is not due yet, its payer is late, or nobody will ever pay it. */
export function drawUnpaid(company: SampleCompany, kinds = KINDS): LedgerEntry {
  const { dice, documents, calendar } = company;
  const kind = dice.weighted(kinds as Record<DocumentKind, number>);
  const party = company.parties(dice.chance(IS_CUSTOMERS) ? 'Customer' : 'Vendor').draw();
  if (dice.chance(IS_STALE)) return documents.stale(party, calendar.today, kind);
  const document = documents.paidOn(party, calendar.today + dice.whole(1, HORIZON), kind);
  // What is written after today is not there yet. Long terms thus come out as often as they stand open.
  if (dayOf(document.documentDate) > calendar.today) return drawUnpaid(company, kinds);
  return kind === 'invoice' && dice.chance(IS_PART_PAID) ? partPaid(document, dice.whole(1, 9)) : document;
}

export const drawUnmappable = (company: SampleCompany) => drawUnpaid(company, OTHER_KINDS);

function partPaid(document: LedgerEntry, tenths: number): LedgerEntry {
  return { ...document, remainingAmount: cents((document.remainingAmount * tenths) / 10) };
}

/** As ledgers list them: by date, then number. */
export function byDate(a: LedgerEntry, b: LedgerEntry): number {
  return compare(a.documentDate, b.documentDate) || compare(a.documentNumber, b.documentNumber);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
