import { type LedgerEntry } from '../ledger.js';
import { type Day } from './days.js';
import { cents, type RandomSource } from './random-source.js';
import { type DocumentMaker } from './documents.js';
import { type SampleParty, type Sender, senderOn } from './parties.js';
import { paymentText, type TextKind } from './texts.js';
import { type AppliedDocument, type LineKind, type Transaction } from './transaction.js';
import { type OwnAccounts } from './transfers.js';

type PaymentKind = Exclude<LineKind, 'salary' | 'fee' | 'tax' | 'card' | 'other' | 'unexplained' | 'transfer'>;

/** Frequencies of payment kinds, percent. Vendors are paid from prepared files, so usually by number. */
const SHARES: Readonly<Record<SampleParty['type'], Record<PaymentKind, number>>> = {
  Customer: {
    ...{ paid: 47, joined: 13, partial: 5, overpaid: 4, 'on account': 3, unnumbered: 17 },
    ...{ 'wrong number': 2, 'another payer': 5, refund: 4 },
  },
  Vendor: {
    ...{ paid: 60, joined: 20, partial: 4, overpaid: 1, 'on account': 4, unnumbered: 5 },
    ...{ 'wrong number': 1, 'another payer': 0, refund: 5 },
  },
};
/** EUR per unit, for payments in currencies without an own account. */
const RATES: Readonly<Record<string, number>> = { USD: 0.92, GBP: 1.17, SEK: 0.09, PLN: 0.23, NOK: 0.085 };
const IBAN_MISSING = 0.08;
/** The number of recent document numbers that can be quoted by mistake. */
const RECENT = 500;

/** Generates payments of customers and to vendors, with the documents that they pay. */
export class Payments {
  readonly #random: RandomSource;
  readonly #documents: DocumentMaker;
  readonly #own: OwnAccounts;
  readonly #recent: string[] = [];
  #quoted = 0;

  constructor(random: RandomSource, documents: DocumentMaker, own: OwnAccounts) {
    this.#random = random;
    this.#documents = documents;
    this.#own = own;
  }

  /** Generates a payment of the party on the day. */
  draw(party: SampleParty, day: Day): Transaction {
    const kind = this.#random.weighted(SHARES[party.type]);
    const documents = this.#made(party, day, kind);
    const account = this.#own.inCurrency(party.currency);
    const rate = account.currencyCode === party.currency ? 1 : (RATES[party.currency] ?? 1);
    const { amount, applied } = this.#apply(kind, documents, rate);
    return {
      day,
      isCredit: (party.type === 'Customer') !== (kind === 'refund'),
      account,
      other: this.#sender(party, day, kind),
      text: this.#text(party, kind, documents),
      amount,
      endToEndId: this.#reference(documents),
      kind,
      target: { type: party.type, number: party.number },
      applied,
    };
  }

  #made(party: SampleParty, day: Day, kind: PaymentKind): LedgerEntry[] {
    if (kind === 'on account') return [];
    const count = kind === 'joined' ? this.#random.integer(2, this.#random.pick([2, 3, 6])) : 1;
    const document = kind === 'refund' ? 'credit note' : this.#random.chance(0.02) ? 'finance charge' : 'invoice';
    const made = Array.from({ length: count }, () => this.#documents.paidOn(party, day, document));
    return made.toSorted((a, b) => a.dueDate.localeCompare(b.dueDate));
  }

  /** The amount, and the part of each document, in the line's currency. */
  #apply(kind: PaymentKind, documents: readonly LedgerEntry[], rate: number) {
    const full = documents.map((document) => ({ document, sum: cents(Math.abs(document.remainingAmount) * rate) }));
    const total = cents(full.reduce((sum, each) => sum + each.sum, 0));
    if (kind === 'on account') return { amount: this.#random.money(20, 5_000), applied: [] as AppliedDocument[] };
    if (kind === 'overpaid')
      return { amount: cents(total + this.#random.pick([0.01, 0.1, 1, 10, total])), applied: full };
    if (kind !== 'partial') return { amount: total, applied: full };
    const part = Math.max(0.01, cents((total * this.#random.integer(2, 8)) / 10));
    return { amount: part, applied: full.map(({ document }) => ({ document, sum: part })) };
  }

  #sender(party: SampleParty, day: Day, kind: PaymentKind): Sender {
    const sender = kind === 'another payer' ? party.payer : senderOn(this.#random, party, day);
    return this.#random.chance(IBAN_MISSING) ? { ...sender, iban: '' } : sender;
  }

  #text(party: SampleParty, kind: PaymentKind, documents: readonly LedgerEntry[]): string {
    const known = documents.map((document) => printedNumber(party, document));
    const numbers = kind === 'wrong number' && this.#recent.length > 0 ? [this.#random.pick(this.#recent)] : known;
    for (const number of known) this.#recent[this.#quoted++ % RECENT] = number;
    const about = paymentText(this.#random, party.language, textKind(kind), numbers);
    return kind === 'another payer' && this.#random.chance(0.5) ? `${about} ${party.name}`.slice(0, 140) : about;
  }

  #reference([first, ...others]: readonly LedgerEntry[]): string {
    if (first && others.length === 0 && first.endToEndId !== '') return first.endToEndId;
    return this.#random.chance(0.7) ? 'NOTPROVIDED' : this.#random.digits(10);
  }
}

function textKind(kind: PaymentKind): TextKind {
  if (kind === 'refund') return 'refund';
  return kind === 'unnumbered' || kind === 'on account' ? 'unnumbered' : 'numbered';
}

/** The number on the invoice: ours for customers, theirs for vendors. */
function printedNumber({ type }: SampleParty, { documentNumber, externalDocumentNumber }: LedgerEntry): string {
  return type === 'Customer' ? documentNumber : externalDocumentNumber;
}
