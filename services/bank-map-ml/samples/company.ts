import { type PartyBankAccount } from '../ledger.js';
import { type Day, dayOf } from './days.js';
import { RandomSource } from './random-source.js';
import { DocumentMaker } from './documents.js';
import { GlBooks } from './gl-lines.js';
import { type SampleOptions } from './options.js';
import { Parties, type SampleParty } from './parties.js';
import { Payments } from './payments.js';
import { type Transaction } from './transaction.js';
import { OwnAccounts } from './transfers.js';

/** Documents are paid after about this many days, which gives the number of documents per day. */
const DAYS_OPEN = 34;
const MAX_HISTORY_DAYS = 730;
const MAX_LINE_DAYS = 10;
/** Frequencies of the account types, percent. */
const SHARES = { Customer: 48, Vendor: 27, 'G/L Account': 20, 'Bank Account': 5 };
/** How often the ledger has the IBAN of a party. */
const IBAN_KNOWN = { Customer: 0.62, Vendor: 0.92, occasional: 0.1 };

/** The first day of the history, the first day of the lines, and the day of the export. */
interface Calendar {
  historyFrom: Day;
  linesFrom: Day;
  today: Day;
}

/** A generated company: its parties, its books and the transactions on its accounts. */
export class SampleCompany {
  readonly random: RandomSource;
  readonly calendar: Calendar;
  readonly customers: Parties;
  readonly vendors: Parties;
  readonly books: GlBooks;
  readonly own: OwnAccounts;
  readonly documents: DocumentMaker;
  readonly #payments: Payments;

  constructor({ seed, company, ...options }: SampleOptions) {
    this.random = new RandomSource(seed);
    this.calendar = calendarOf(options);
    const days = { from: this.calendar.historyFrom, to: this.calendar.today };
    const [customers, vendors] = [0.15, 0.06].map((share) => Math.max(10, Math.round(options.documents * share)));
    this.customers = new Parties(this.random, 'Customer', customers ?? 0, days);
    this.vendors = new Parties(this.random, 'Vendor', vendors ?? 0, days, this.customers.all);
    this.books = new GlBooks(this.random, options.glAccounts, 10 + Math.round(options.documents / 100), days);
    this.own = new OwnAccounts(this.random, `UAB ${company}`);
    this.documents = new DocumentMaker(this.random);
    this.#payments = new Payments(this.random, this.documents, this.own);
  }

  /** Generates a transaction of the day. */
  drawTransaction(day: Day): Transaction {
    const type = this.random.weighted(SHARES);
    if (type === 'G/L Account') return this.books.draw(day, this.own.any());
    if (type === 'Bank Account') return this.own.transfer(day);
    return this.#payments.draw(this.parties(type).draw(), day);
  }

  parties(type: SampleParty['type']): Parties {
    return type === 'Customer' ? this.customers : this.vendors;
  }

  /** The bank accounts of parties in the ledger; few for occasional parties. */
  knownIbans(type: SampleParty['type']): PartyBankAccount[] {
    return this.parties(type).all.flatMap(({ number, senders, isOccasional }) =>
      senders
        .filter(() => this.random.chance(isOccasional ? IBAN_KNOWN.occasional : IBAN_KNOWN[type]))
        .map(({ iban }) => ({ number, iban })),
    );
  }
}

function calendarOf({ lines, documents, history, today }: Omit<SampleOptions, 'seed' | 'company'>): Calendar {
  const perDay = Math.max(documents / DAYS_OPEN, lines / MAX_LINE_DAYS, history / MAX_HISTORY_DAYS);
  const last = dayOf(today);
  const linesFrom = last - Math.ceil(lines / perDay);
  return { today: last, linesFrom, historyFrom: linesFrom - Math.ceil(history / perDay) };
}
