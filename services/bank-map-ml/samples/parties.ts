import { type Day } from './days.js';
import { type RandomSource } from './random-source.js';
import { drawIban } from './iban.js';
import { drawCompany, drawPerson, ledgerName, type Name, typedName } from './names.js';
import { drawNumbering, type Numbering } from './numbers.js';
import { type Language, WORDS } from './vocabulary.js';

/** A name and a bank account as on statements. */
export interface Sender {
  name: string;
  iban: string;
}

export interface SampleParty {
  type: 'Customer' | 'Vendor';
  number: string;
  /** The name in the ledger. */
  name: string;
  language: Language;
  currency: string;
  /** The party on statements: usually the first one. */
  senders: readonly Sender[];
  /** Another payer for this party: an owner, a spouse, a group or factoring company. */
  payer: Sender;
  /** A change of the bank account. */
  moved?: { on: Day; sender: Sender };
  isOccasional: boolean;
  /** A fixed amount, such as of a subscription. */
  fixedAmount?: number;
  numbering: Numbering;
}

const LANGUAGES: Record<Language, number> = { lt: 62, lv: 20, en: 18 };
const CURRENCIES = { '': 880, USD: 45, GBP: 35, SEK: 15, PLN: 20, NOK: 5 };
const HAS_MOVED = 0.06;
/** The share of companies that are both customer and vendor, with the same name and account. */
const IS_BOTH = 0.06;
/** The share of companies that are twice in a ledger, such as two departments with an account number each. */
const IS_TWICE = 0.006;
/** The share of transactions and documents of parties that have only one. */
const IS_OCCASIONAL = 0.04;

/** The customers or vendors of a ledger: the most frequent first, occasional ones last. */
export class Parties {
  readonly all: SampleParty[] = [];
  readonly #random: RandomSource;
  readonly #regulars: readonly SampleParty[];
  readonly #payers: readonly Sender[];

  readonly #type: SampleParty['type'];
  readonly #days: { from: Day; to: Day };

  /** @param others the other ledger: some parties share name and accounts with one of it */
  constructor(
    random: RandomSource,
    type: SampleParty['type'],
    count: number,
    days: { from: Day; to: Day },
    others: readonly SampleParty[] = [],
  ) {
    this.#type = type;
    this.#days = days;

    this.#random = random;
    this.#payers = Array.from({ length: Math.ceil(count / 25) }, () =>
      drawSender(random, drawName(random, 'lt', type), 'lt'),
    );
    for (let index = 0; index < count; index++) {
      const twin = random.chance(IS_TWICE) ? this.all.at(-1) : random.chance(IS_BOTH) ? others[index] : undefined;
      this.#add(false, twin && sharedBy(twin));
    }
    this.#regulars = [...this.all];
  }

  /** The party of the next transaction. */
  draw(): SampleParty {
    return this.#random.chance(IS_OCCASIONAL) ? this.#add(true) : this.#random.pickEarly(this.#regulars);
  }

  #add(isOccasional: boolean, shared: Partial<SampleParty> = {}): SampleParty {
    const number = `${this.#type === 'Customer' ? 'K' : 'T'}${String(10_001 + this.all.length)}`;
    const party = { ...drawParty(this.#random, this.#type, this.#days, this.#payers), ...shared, number, isOccasional };
    this.all.push(party);
    return party;
  }
}

/** The data that two parties of the same company share. */
function sharedBy({ name, language, senders, currency }: SampleParty): Partial<SampleParty> {
  return { name, language, senders, currency };
}

function drawParty(
  random: RandomSource,
  type: SampleParty['type'],
  { from, to }: { from: Day; to: Day },
  payers: readonly Sender[],
): Omit<SampleParty, 'number' | 'isOccasional'> {
  const language = random.weighted(LANGUAGES);
  const name = drawName(random, language, type);
  const sender = () => drawSender(random, name, language);
  const known = ledgerName(random, name);
  // Names of vendors are entered by the company, usually from the ledger.
  const first = type === 'Vendor' && random.chance(0.7) ? { ...sender(), name: known } : sender();
  return {
    type,
    name: known,
    language,
    currency: random.weighted(CURRENCIES),
    senders: random.chance(0.2) ? [first, sender()] : [first],
    payer: random.chance(0.5) ? random.pick(payers) : drawSender(random, drawPerson(random, language), language),
    moved: random.chance(HAS_MOVED)
      ? { on: random.integer(from, to), sender: { ...first, iban: sender().iban } }
      : undefined,
    fixedAmount: random.chance(0.15) ? random.money(10, 900) : undefined,
    numbering: drawNumbering(random, type),
  };
}

function drawName(random: RandomSource, language: Language, type: SampleParty['type']): Name {
  const isPerson = random.chance(type === 'Customer' ? 0.12 : 0.03);
  return isPerson ? drawPerson(random, language) : drawCompany(random, language);
}

/** Generates the name and account of a party on a statement. */
export function drawSender(random: RandomSource, name: Name, language: Language): Sender {
  return { name: typedName(random, name), iban: drawIban(random, random.pick(WORDS[language].countries)) };
}

/** The sender of the party on a statement of the day. */
export function senderOn(random: RandomSource, { senders, moved }: SampleParty, day: Day): Sender {
  if (moved && day >= moved.on) return moved.sender;
  return random.chance(0.85) ? random.pick(senders.slice(0, 1)) : random.pick(senders);
}
