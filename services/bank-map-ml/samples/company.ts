import { type PartyBankAccount } from '../ledger.js';
import { type Day, dayOf } from './days.js';
import { Dice } from './dice.js';
import { DocumentMaker } from './documents.js';
import { GlBooks } from './gl-lines.js';
import { type SampleOptions } from './options.js';
import { Parties, type SampleParty } from './parties.js';
import { Payments } from './payments.js';
import { type Transaction } from './transaction.js';
import { OwnAccounts } from './transfers.js';

/** An open document is paid after about so many days; with the number of documents that gives how busy a company is. */
const DAYS_OPEN = 34;
const LONGEST_HISTORY_DAYS = 730;
const MOST_LINE_DAYS = 10;
/** What movements are about. */
const SHARES = { Customer: 48, Vendor: 27, 'G/L Account': 20, 'Bank Account': 5 };
const IBAN_KNOWN = { Customer: 0.62, Vendor: 0.92, occasional: 0.1 };

/** Days of the history, the lines and the export, in order. */
export interface Calendar {
  historyFrom: Day;
  linesFrom: Day;
  today: Day;
}

/** A made-up company: whom it deals with, its books and what moves on its accounts. */
export class SampleCompany {
  readonly dice: Dice;
  readonly calendar: Calendar;
  readonly customers: Parties;
  readonly vendors: Parties;
  readonly books: GlBooks;
  readonly own: OwnAccounts;
  readonly documents: DocumentMaker;
  readonly #payments: Payments;

  constructor({ seed, company, ...options }: SampleOptions) {
    this.dice = new Dice(seed);
    this.calendar = calendarOf(options);
    const days = { from: this.calendar.historyFrom, to: this.calendar.today };
    const [customers, vendors] = [0.15, 0.06].map((share) => Math.max(10, Math.round(options.documents * share)));
    this.customers = new Parties(this.dice, 'Customer', customers ?? 0, days);
    this.vendors = new Parties(this.dice, 'Vendor', vendors ?? 0, days, this.customers.all);
    this.books = new GlBooks(this.dice, options.glAccounts, 10 + Math.round(options.documents / 100), days);
    this.own = new OwnAccounts(this.dice, `UAB ${company}`);
    this.documents = new DocumentMaker(this.dice);
    this.#payments = new Payments(this.dice, this.documents, this.own);
  }

  /** One movement of that day. */
  move(day: Day): Transaction {
    const about = this.dice.weighted(SHARES);
    if (about === 'G/L Account') return this.books.draw(day, this.own.any());
    if (about === 'Bank Account') return this.own.transfer(day);
    return this.#payments.draw(this.parties(about).draw(), day);
  }

  parties(type: SampleParty['type']): Parties {
    return type === 'Customer' ? this.customers : this.vendors;
  }

  /** The accounts that the ledger knows of its parties: hardly any of those who came by once. */
  knownIbans(type: SampleParty['type']): PartyBankAccount[] {
    return this.parties(type).all.flatMap(({ number, senders, isOccasional }) =>
      senders
        .filter(() => this.dice.chance(isOccasional ? IBAN_KNOWN.occasional : IBAN_KNOWN[type]))
        .map(({ iban }) => ({ number, iban })),
    );
  }
}

function calendarOf({ lines, documents, history, today }: Omit<SampleOptions, 'seed' | 'company'>): Calendar {
  const perDay = Math.max(documents / DAYS_OPEN, lines / MOST_LINE_DAYS, history / LONGEST_HISTORY_DAYS);
  const last = dayOf(today);
  const linesFrom = last - Math.ceil(lines / perDay);
  return { today: last, linesFrom, historyFrom: linesFrom - Math.ceil(history / perDay) };
}
