import { type LedgerEntry } from '../ledger.js';
import { isoDay, type Day } from './days.js';
import { type RandomSource } from './random-source.js';
import { formatNumber, OWN_NUMBERING } from './numbers.js';
import { type SampleParty } from './parties.js';

export type DocumentKind =
  'invoice' | 'credit note' | 'finance charge' | 'payment' | 'reminder' | 'bill' | 'prepayment';

/** Names of document types in English and Lithuanian systems (docs/contracts/bank-map.md). */
const TYPES: Record<DocumentKind, readonly string[]> = {
  invoice: ['Invoice', 'Invoice', 'Invoice', 'SF'],
  'credit note': ['Credit Memo', 'Credit Memo', 'Refund', 'Grąžinimo pažyma'],
  'finance charge': ['Finance Charge Memo', 'Delspinigių pažyma'],
  payment: ['Payment'],
  reminder: ['Reminder'],
  bill: ['Bill'],
  prepayment: ['Prepayment'],
};
const TERMS = [7, 14, 14, 30, 30, 30, 30, 45, 60] as const;
/** Frequencies of payment times relative to the due date, percent. */
const PUNCTUALITY = { early: 22, punctual: 32, late: 36, veryLate: 10 };

/** Generates documents. The numbers come from counters and are unique. */
export class DocumentMaker {
  readonly #random: RandomSource;
  #ownNumber = 100;
  #posting = 0;

  constructor(random: RandomSource) {
    this.#random = random;
  }

  /** A document that is open until the day on which it is paid. */
  paidOn(party: SampleParty, paid: Day, kind: DocumentKind): LedgerEntry {
    const terms = this.#random.pick(TERMS);
    const due = paid - Math.max(this.#lateness(), 1 - terms);
    return this.#entry(party, due - terms, due, kind);
  }

  /** A document that is overdue by months: disputed, forgotten, or of a closed company. */
  stale(party: SampleParty, today: Day, kind: DocumentKind): LedgerEntry {
    const due = today - this.#random.integer(100, 700);
    return this.#entry(party, due - 30, due, kind);
  }

  #lateness(): number {
    switch (this.#random.weighted(PUNCTUALITY)) {
      case 'early':
        return -this.#random.integer(2, 20);
      case 'punctual':
        return this.#random.integer(-1, 1);
      case 'late':
        return this.#random.integer(2, 18);
      case 'veryLate':
        return this.#random.integer(19, 80);
    }
  }

  #entry(party: SampleParty, day: Day, due: Day, kind: DocumentKind): LedgerEntry {
    const amount = this.#amount(party);
    return {
      documentType: this.#random.pick(TYPES[kind]),
      number: party.number,
      ...this.#numbers(party, day),
      dueDate: isoDay(due),
      documentDate: isoDay(day),
      amount,
      currencyCode: party.currency,
      closedAtDate: '',
      isOpen: true,
      remainingAmount: amount,
      endToEndId: party.type === 'Vendor' && this.#random.chance(0.4) ? `E2E${this.#random.digits(12)}` : '',
    };
  }

  #amount({ fixedAmount }: SampleParty): number {
    return fixedAmount !== undefined && this.#random.chance(0.9) ? fixedAmount : this.#random.money(8, 14_000);
  }

  /** Customer documents have our number and possibly an order number; vendor documents have theirs and a posting number. */
  #numbers(party: SampleParty, day: Day): Pick<LedgerEntry, 'documentNumber' | 'externalDocumentNumber'> {
    if (party.type === 'Customer') {
      const number = formatNumber(OWN_NUMBERING, ++this.#ownNumber, day);
      const externalDocumentNumber = this.#random.chance(0.88)
        ? number
        : this.#random.chance(0.5)
          ? `PO${this.#random.digits(6)}`
          : '';
      return { documentNumber: number, externalDocumentNumber };
    }
    party.numbering.next += this.#random.integer(1, 3);
    const externalDocumentNumber = formatNumber(party.numbering, party.numbering.next, day);
    return { documentNumber: `PSF${String(++this.#posting).padStart(7, '0')}`, externalDocumentNumber };
  }
}
