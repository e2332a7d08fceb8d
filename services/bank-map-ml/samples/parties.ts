import { type Day } from './days.js';
import { type Dice } from './dice.js';
import { drawIban } from './iban.js';
import { drawCompany, drawPerson, ledgerName, type Name, typedName } from './names.js';
import { drawNumbering, type Numbering } from './numbers.js';
import { type Language, WORDS } from './words.js';

/** A name and an account as they stand on statements. */
export interface Sender {
  name: string;
  iban: string;
}

export interface SampleParty {
  type: 'Customer' | 'Vendor';
  number: string;
  /** As in the ledger. */
  name: string;
  language: Language;
  currency: string;
  /** How statements show the party: mostly the first one. */
  senders: readonly Sender[];
  /** Another who pays for this party: an owner, a spouse, a group's or a factoring company. */
  payer: Sender;
  /** From this day on it banks elsewhere. */
  moved?: { on: Day; sender: Sender };
  isOccasional: boolean;
  /** The same amount each time, such as a subscription. */
  fixedAmount?: number;
  numbering: Numbering;
}

const LANGUAGES: Record<Language, number> = { lt: 62, lv: 20, en: 18 };
const CURRENCIES = { '': 880, USD: 45, GBP: 35, SEK: 15, PLN: 20, NOK: 5 };
const HAS_MOVED = 0.06;
/** Of companies that both buy and sell, the part that is in both ledgers, with one name and account. */
const IS_BOTH = 0.06;
/** The same company twice in one ledger, such as two departments with an account number each. */
const IS_TWICE = 0.006;
/** Of all movements and documents, those of parties that have no others: a shop's passers-by, a single purchase. */
const IS_OCCASIONAL = 0.04;

/** The customers or the vendors of a ledger, the busiest first, then those that came by once. */
export class Parties {
  readonly all: SampleParty[] = [];
  readonly #dice: Dice;
  readonly #regulars: readonly SampleParty[];
  readonly #payers: readonly Sender[];

  /** @param others some companies that buy also sell; these have their name and accounts in common with one of them */
  constructor(
    dice: Dice,
    private readonly type: SampleParty['type'],
    count: number,
    private readonly days: { from: Day; to: Day },
    others: readonly SampleParty[] = [],
  ) {
    this.#dice = dice;
    this.#payers = Array.from({ length: Math.ceil(count / 25) }, () =>
      drawSender(dice, drawName(dice, 'lt', type), 'lt'),
    );
    for (let index = 0; index < count; index++) {
      const twin = dice.chance(IS_TWICE) ? this.all.at(-1) : dice.chance(IS_BOTH) ? others[index] : undefined;
      this.#add(false, twin && sharedBy(twin));
    }
    this.#regulars = [...this.all];
  }

  /** One that pays or is paid next. */
  draw(): SampleParty {
    return this.#dice.chance(IS_OCCASIONAL) ? this.#add(true) : this.#dice.pickEarly(this.#regulars);
  }

  #add(isOccasional: boolean, shared: Partial<SampleParty> = {}): SampleParty {
    const number = `${this.type === 'Customer' ? 'K' : 'T'}${String(10_001 + this.all.length)}`;
    const party = { ...drawParty(this.#dice, this.type, this.days, this.#payers), ...shared, number, isOccasional };
    this.all.push(party);
    return party;
  }
}

/** What one company has in common with itself in another place of the ledgers. */
function sharedBy({ name, language, senders, currency }: SampleParty): Partial<SampleParty> {
  return { name, language, senders, currency };
}

function drawParty(
  dice: Dice,
  type: SampleParty['type'],
  { from, to }: { from: Day; to: Day },
  payers: readonly Sender[],
): Omit<SampleParty, 'number' | 'isOccasional'> {
  const language = dice.weighted(LANGUAGES);
  const name = drawName(dice, language, type);
  const sender = () => drawSender(dice, name, language);
  const known = ledgerName(dice, name);
  // Whom we pay we have typed in ourselves, mostly out of the ledger.
  const first = type === 'Vendor' && dice.chance(0.7) ? { ...sender(), name: known } : sender();
  return {
    type,
    name: known,
    language,
    currency: dice.weighted(CURRENCIES),
    senders: dice.chance(0.2) ? [first, sender()] : [first],
    payer: dice.chance(0.5) ? dice.pick(payers) : drawSender(dice, drawPerson(dice, language), language),
    moved: dice.chance(HAS_MOVED) ? { on: dice.whole(from, to), sender: { ...first, iban: sender().iban } } : undefined,
    fixedAmount: dice.chance(0.15) ? dice.money(10, 900) : undefined,
    numbering: drawNumbering(dice, type),
  };
}

function drawName(dice: Dice, language: Language, type: SampleParty['type']): Name {
  const isPerson = dice.chance(type === 'Customer' ? 0.12 : 0.03);
  return isPerson ? drawPerson(dice, language) : drawCompany(dice, language);
}

export function drawSender(dice: Dice, name: Name, language: Language): Sender {
  return { name: typedName(dice, name), iban: drawIban(dice, dice.pick(WORDS[language].countries)) };
}

/** How a statement of that day shows the party. */
export function senderOn(dice: Dice, { senders, moved }: SampleParty, day: Day): Sender {
  if (moved && day >= moved.on) return moved.sender;
  return dice.chance(0.85) ? dice.pick(senders.slice(0, 1)) : dice.pick(senders);
}
