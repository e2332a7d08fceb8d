import { type LedgerEntry } from '../ledger.js';
import { isoDay, type Day } from './days.js';
import { type Dice } from './dice.js';
import { formatNumber, OWN_NUMBERING } from './numbers.js';
import { type SampleParty } from './parties.js';

export type DocumentKind =
  'invoice' | 'credit note' | 'finance charge' | 'payment' | 'reminder' | 'bill' | 'prepayment';

/** Names of document types in English and Lithuanian systems, as the contract knows them. */
const TYPES: Record<DocumentKind, readonly string[]> = {
  invoice: ['Invoice', 'Invoice', 'Invoice', 'SF'],
  'credit note': ['Credit Memo', 'Credit Memo', 'Refund', 'Grąžinimo pažyma'],
  'finance charge': ['Finance Charge Memo', 'Delspinigių pažyma'],
  payment: ['Payment'],
  reminder: ['Reminder'],
  bill: ['Bill'],
  prepayment: ['Prepayment'],
};
/** Kinds whose amount stands against the invoices. */
const OPPOSITE: readonly DocumentKind[] = ['credit note', 'payment', 'prepayment'];
const TERMS = [7, 14, 14, 30, 30, 30, 30, 45, 60] as const;
/** How a payment stands to the due date. */
const MANNERS = { early: 22, punctual: 32, late: 36, veryLate: 10 };

/** Makes documents; their numbers come out of counters, so no two are alike. */
export class DocumentMaker {
  readonly #dice: Dice;
  #ownNumber = 100;
  #posting = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** A document that is paid on the day given; until then it is open. */
  paidOn(party: SampleParty, paid: Day, kind: DocumentKind): LedgerEntry {
    const terms = this.#dice.pick(TERMS);
    const due = paid - Math.max(this.#lateness(), 1 - terms);
    return this.#entry(party, due - terms, due, kind);
  }

  /** One that nobody has paid for months: disputed, forgotten, or of a company that is gone. */
  stale(party: SampleParty, today: Day, kind: DocumentKind): LedgerEntry {
    const due = today - this.#dice.whole(100, 700);
    return this.#entry(party, due - 30, due, kind);
  }

  #lateness(): number {
    switch (this.#dice.weighted(MANNERS)) {
      case 'early':
        return -this.#dice.whole(2, 20);
      case 'punctual':
        return this.#dice.whole(-1, 1);
      case 'late':
        return this.#dice.whole(2, 18);
      case 'veryLate':
        return this.#dice.whole(19, 80);
    }
  }

  #entry(party: SampleParty, day: Day, due: Day, kind: DocumentKind): LedgerEntry {
    const amount = this.#amount(party);
    const signed = OPPOSITE.includes(kind) === (party.type === 'Customer') ? -amount : amount;
    return {
      documentType: this.#dice.pick(TYPES[kind]),
      number: party.number,
      ...this.#numbers(party, day),
      dueDate: isoDay(due),
      documentDate: isoDay(day),
      amount: signed,
      currencyCode: party.currency,
      closedAtDate: '',
      isOpen: true,
      remainingAmount: signed,
      endToEndId: party.type === 'Vendor' && this.#dice.chance(0.4) ? `E2E${this.#dice.digits(12)}` : '',
    };
  }

  #amount({ fixedAmount }: SampleParty): number {
    return fixedAmount !== undefined && this.#dice.chance(0.9) ? fixedAmount : this.#dice.money(8, 14_000);
  }

  /** Customers get our number, or have one of their own besides; vendors have theirs, and we post it under another. */
  #numbers(party: SampleParty, day: Day): Pick<LedgerEntry, 'documentNumber' | 'externalDocumentNumber'> {
    if (party.type === 'Customer') {
      const number = formatNumber(OWN_NUMBERING, ++this.#ownNumber, day);
      const externalDocumentNumber = this.#dice.chance(0.88)
        ? number
        : this.#dice.chance(0.5)
          ? `PO${this.#dice.digits(6)}`
          : '';
      return { documentNumber: number, externalDocumentNumber };
    }
    party.numbering.next += this.#dice.whole(1, 3);
    const externalDocumentNumber = formatNumber(party.numbering, party.numbering.next, day);
    return { documentNumber: `PSF${String(++this.#posting).padStart(7, '0')}`, externalDocumentNumber };
  }
}
