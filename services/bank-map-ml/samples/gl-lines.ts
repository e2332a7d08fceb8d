import { type GlAccount, type OwnBankAccount, type TextToAccountMapping } from '../ledger.js';
import { type Day, isoDay } from './days.js';
import { type Dice } from './dice.js';
import { DEPARTMENTS, GL_KINDS, type GlKind, OTHER_ACCOUNTS } from './gl-kinds.js';
import { drawIban } from './iban.js';
import { drawCompany, drawPerson, plainLetters } from './names.js';
import { drawSender, type Sender } from './parties.js';
import { fillText, type Transaction } from './transaction.js';

/** A rule's text and the account it leads to. The last one is too wide, as rules of companies are: it also fits others. */
const RULES: readonly [text: string, account: string][] = [
  ['Darbo užmokestis', 'Mokėtinas darbo užmokestis'],
  ['Atlyginimas', 'Mokėtinas darbo užmokestis'],
  ['Paslaugų plano mokestis', 'Banko paslaugos'],
  ['Mokestis už mokėjimą', 'Banko paslaugos'],
  ['įmokos kodas 252', 'Mokėtinos socialinio draudimo įmokos'],
  ['kodas 1001', 'Mokėtinas PVM'],
  ['Grynųjų pinigų išėmimas', 'Kasa'],
  ['Mokestis', 'Banko paslaugos'],
];
const CHANGES_ACCOUNT = 0.08;

interface Merchant extends Sender {
  /** Bookkeepers change their minds: from that day on its purchases go to another account. */
  changes?: { on: Day; account: string };
}

/** The G/L accounts and the lines that go to them: salaries, fees, taxes, cards and what is left over. */
export class GlBooks {
  readonly accounts: readonly GlAccount[];
  readonly #dice: Dice;
  readonly #employees: readonly Sender[];
  readonly #merchants: ReadonlyMap<GlKind, readonly Merchant[]>;
  readonly #offices = new Map<string, Sender>();

  /** @param size about how many employees there are */
  constructor(dice: Dice, accounts: number, size: number, days: { from: Day; to: Day }) {
    this.#dice = dice;
    this.accounts = drawAccounts(dice, accounts);
    this.#employees = Array.from({ length: size }, () => drawSender(dice, drawPerson(dice, 'lt'), 'lt'));
    const cards = GL_KINDS.filter((kind) => kind.with === 'merchant');
    this.#merchants = new Map(
      cards.map((kind) => [kind, Array.from({ length: 15 }, () => this.#merchant(cards, days))]),
    );
  }

  /** Rules, some of them for one own account only. */
  rules(own: readonly OwnBankAccount[]): TextToAccountMapping[] {
    return RULES.map(([mappingText, name], index) => ({
      mappingText,
      debitAccountNumber: this.#numberOf(name),
      creditAccountNumber: this.#numberOf(name),
      balSourceType: 'G/L Account',
      balSourceNumber: '',
      bankAccountNo: index === 1 ? (own[0]?.number ?? '') : '',
    }));
  }

  draw(day: Day, account: OwnBankAccount): Transaction {
    const kind = this.#dice.pickByShare(GL_KINDS);
    const other = this.#other(kind);
    const template = this.#dice.pick(kind.texts).replace('{who}', plainLetters(other.name).toUpperCase());
    const changes = 'changes' in other ? other.changes : undefined;
    return {
      day,
      isCredit: kind.isCredit,
      account,
      other: kind.with === 'merchant' ? { name: this.#dice.chance(0.5) ? other.name : '', iban: '' } : other,
      text: fillText(template, isoDay(day), () => this.#dice.digits(1)),
      amount: this.#dice.money(...kind.money),
      endToEndId: '',
      kind: kind.kind,
      target: {
        type: 'G/L Account',
        number: this.#numberOf(changes && day >= changes.on ? changes.account : kind.account),
      },
      applied: [],
    };
  }

  #other(kind: GlKind): Sender | Merchant {
    if (kind.with === 'employee') return this.#dice.pick(this.#employees);
    if (kind.with === 'stranger') return drawSender(this.#dice, drawPerson(this.#dice, 'lt'), 'lt');
    if (kind.with !== 'merchant') return this.#office(kind.with.name);
    // One in ten is a shop where nobody has bought before.
    if (this.#dice.chance(0.1)) return drawSender(this.#dice, drawCompany(this.#dice, 'lt'), 'lt');
    return this.#dice.pickEarly(this.#merchants.get(kind) ?? []);
  }

  #office(name: string): Sender {
    const office = this.#offices.get(name) ?? { name, iban: drawIban(this.#dice, 'LT') };
    this.#offices.set(name, office);
    return this.#dice.chance(0.8) ? office : { ...office, iban: '' };
  }

  #merchant(cards: readonly GlKind[], { from, to }: { from: Day; to: Day }): Merchant {
    const sender = drawSender(this.#dice, drawCompany(this.#dice, 'lt'), 'lt');
    if (!this.#dice.chance(CHANGES_ACCOUNT)) return sender;
    return { ...sender, changes: { on: this.#dice.whole(from, to), account: this.#dice.pick(cards).account } };
  }

  #numberOf(name: string): string {
    const account = this.accounts.find((each) => each.name === name);
    if (!account) throw new Error(`There is no account ${name}.`);
    return account.number;
  }
}

/** Those that lines go to and others, by name, so that the place does not tell which are which. */
function drawAccounts(dice: Dice, count: number): GlAccount[] {
  const names = [...new Set(GL_KINDS.map(({ account }) => account))];
  for (let index = 0; names.length < count; index++) {
    const base = OTHER_ACCOUNTS[index % OTHER_ACCOUNTS.length] ?? '';
    const round = Math.floor(index / OTHER_ACCOUNTS.length);
    names.push(round === 0 ? base : `${base} ${dice.pick(DEPARTMENTS)} ${round}`);
  }
  return names.toSorted().map((name, index) => ({ number: String(1_000 + 7 * index), name }));
}
