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
  /** Nothing of it is in the history. */
  isNew: boolean;
  /** The same amount each time, such as a subscription. */
  fixedAmount?: number;
  numbering: Numbering;
}

const LANGUAGES: Record<Language, number> = { lt: 62, lv: 20, en: 18 };
const CURRENCIES = { '': 880, USD: 45, GBP: 35, SEK: 15, PLN: 20, NOK: 5 };
const IS_NEW = 0.05;
const HAS_MOVED = 0.06;
/** Of companies that both buy and sell, the part that is in both ledgers, with one name and account. */
const IS_BOTH = 0.06;
/** The same company twice in one ledger, such as two departments with an account number each. */
const IS_TWICE = 0.012;

/** Parties of one ledger, the busiest first; some of the `others` are among them. */
export function drawParties(
  dice: Dice,
  type: SampleParty['type'],
  count: number,
  days: { from: Day; to: Day },
  others: readonly SampleParty[] = [],
): SampleParty[] {
  const payers = Array.from({ length: Math.ceil(count / 25) }, () =>
    drawSender(dice, drawName(dice, 'lt', type), 'lt'),
  );
  const parties: SampleParty[] = [];
  for (let index = 0; index < count; index++) {
    const party = drawParty(dice, type, days, payers);
    const twin = dice.chance(IS_TWICE) ? parties.at(-1) : dice.chance(IS_BOTH) ? others[index] : undefined;
    const shared = twin && { name: twin.name, language: twin.language, senders: twin.senders };
    parties.push({ ...party, ...shared, number: `${type === 'Customer' ? 'K' : 'T'}${String(10_001 + index)}` });
  }
  return parties;
}

function drawParty(
  dice: Dice,
  type: SampleParty['type'],
  { from, to }: { from: Day; to: Day },
  payers: readonly Sender[],
): SampleParty {
  const language = dice.weighted(LANGUAGES);
  const name = drawName(dice, language, type);
  const sender = () => drawSender(dice, name, language);
  const known = ledgerName(dice, name);
  // Whom we pay we have typed in ourselves, mostly out of the ledger.
  const first = type === 'Vendor' && dice.chance(0.7) ? { ...sender(), name: known } : sender();
  return {
    type,
    number: '',
    name: known,
    language,
    currency: dice.weighted(CURRENCIES),
    senders: dice.chance(0.2) ? [first, sender()] : [first],
    payer: dice.chance(0.5) ? dice.pick(payers) : drawSender(dice, drawPerson(dice, language), language),
    moved: dice.chance(HAS_MOVED) ? { on: dice.whole(from, to), sender: { ...first, iban: sender().iban } } : undefined,
    isNew: dice.chance(IS_NEW),
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
