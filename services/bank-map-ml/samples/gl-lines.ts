import { type GlAccount, type OwnBankAccount, type TextToAccountMapping } from '../ledger.js';
import { type Day, isoDay } from './days.js';
import { type RandomSource } from './random-source.js';
import { DEPARTMENTS, GL_KINDS, type GlKind, OTHER_ACCOUNTS } from './gl-kinds.js';
import { drawIban } from './iban.js';
import { drawCompany, drawPerson, plainLetters } from './names.js';
import { drawSender, type Sender } from './parties.js';
import { fillText, type Transaction } from './transaction.js';

/** Text and account of each rule. The last one is too general, as real rules can be: it also matches other lines. */
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
  /** From this day on its purchases are booked on another account. */
  changes?: { on: Day; account: string };
}

/** The G/L accounts and their lines: salaries, fees, taxes, card payments and others. */
export class GlBooks {
  readonly accounts: readonly GlAccount[];
  readonly #random: RandomSource;
  readonly #employees: readonly Sender[];
  readonly #merchants: ReadonlyMap<GlKind, readonly Merchant[]>;
  readonly #offices = new Map<string, Sender>();

  /** @param size the number of employees */
  constructor(random: RandomSource, accounts: number, size: number, days: { from: Day; to: Day }) {
    this.#random = random;
    this.accounts = drawAccounts(random, accounts);
    this.#employees = Array.from({ length: size }, () => drawSender(random, drawPerson(random, 'lt'), 'lt'));
    const cards = GL_KINDS.filter((kind) => kind.with === 'merchant');
    this.#merchants = new Map(
      cards.map((kind) => [kind, Array.from({ length: 15 }, () => this.#merchant(cards, days))]),
    );
  }

  /** The rules; one of them is limited to one own account. */
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

  /** Generates a line of the day. */
  draw(day: Day, account: OwnBankAccount): Transaction {
    const kind = this.#random.pickByShare(GL_KINDS);
    const other = this.#other(kind);
    const template = this.#random.pick(kind.texts).replace('{who}', plainLetters(other.name).toUpperCase());
    const changes = 'changes' in other ? other.changes : undefined;
    return {
      day,
      isCredit: kind.isCredit,
      account,
      other: kind.with === 'merchant' ? { name: this.#random.chance(0.5) ? other.name : '', iban: '' } : other,
      text: fillText(template, isoDay(day), () => this.#random.digits(1)),
      amount: this.#random.money(...kind.money),
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
    if (kind.with === 'employee') return this.#random.pick(this.#employees);
    if (kind.with === 'stranger') return drawSender(this.#random, drawPerson(this.#random, 'lt'), 'lt');
    if (kind.with !== 'merchant') return this.#office(kind.with.name);
    // One in ten is a new shop.
    if (this.#random.chance(0.1)) return drawSender(this.#random, drawCompany(this.#random, 'lt'), 'lt');
    return this.#random.pickEarly(this.#merchants.get(kind) ?? []);
  }

  #office(name: string): Sender {
    const office = this.#offices.get(name) ?? { name, iban: drawIban(this.#random, 'LT') };
    this.#offices.set(name, office);
    return this.#random.chance(0.8) ? office : { ...office, iban: '' };
  }

  #merchant(cards: readonly GlKind[], { from, to }: { from: Day; to: Day }): Merchant {
    const sender = drawSender(this.#random, drawCompany(this.#random, 'lt'), 'lt');
    if (!this.#random.chance(CHANGES_ACCOUNT)) return sender;
    return { ...sender, changes: { on: this.#random.integer(from, to), account: this.#random.pick(cards).account } };
  }

  #numberOf(name: string): string {
    const account = this.accounts.find((each) => each.name === name);
    if (!account) throw new Error(`There is no account ${name}.`);
    return account.number;
  }
}

/** Used and unused accounts, sorted by name so that the order does not reveal which are used. */
function drawAccounts(random: RandomSource, count: number): GlAccount[] {
  const names = [...new Set(GL_KINDS.map(({ account }) => account))];
  for (let index = 0; names.length < count; index++) {
    const base = OTHER_ACCOUNTS[index % OTHER_ACCOUNTS.length] ?? '';
    const round = Math.floor(index / OTHER_ACCOUNTS.length);
    names.push(round === 0 ? base : `${base} ${random.pick(DEPARTMENTS)} ${round}`);
  }
  return names.toSorted().map((name, index) => ({ number: String(1_000 + 7 * index), name }));
}
