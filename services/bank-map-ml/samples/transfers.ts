import { type OwnBankAccount } from '../ledger.js';
import { type Day, isoDay } from './days.js';
import { type RandomSource } from './random-source.js';
import { drawIban } from './iban.js';
import { fillText, type Transaction } from './transaction.js';

const ACCOUNTS: readonly [bank: string, currency: string, share: number][] = [
  ['SEB', '', 52],
  ['SWED', '', 30],
  ['LUMINOR', '', 10],
  ['REVOLUT', '', 4],
  ['SEB', 'USD', 3],
  ['SWED', 'GBP', 3],
];
const TEXTS = [
  'Lėšų pervedimas tarp savo sąskaitų',
  'Pervedimas',
  'Internal transfer',
  'Sąskaitos papildymas {date}',
  '',
];
const EXCHANGE = 'Valiutos keitimas 1.{d}{d}{d}{d}';

/** The company's own accounts at its banks. */
export class OwnAccounts {
  readonly all: readonly OwnBankAccount[];
  readonly #random: RandomSource;
  readonly #shares: readonly { account: OwnBankAccount; share: number }[];

  /** @param name the company's name on statements */
  constructor(
    random: RandomSource,
    readonly name: string,
  ) {
    this.#random = random;
    this.#shares = ACCOUNTS.map(([bank, currencyCode, share]) => ({
      account: ownAccount(bank, currencyCode, drawIban(random, 'LT')),
      share,
    }));
    this.all = this.#shares.map(({ account }) => account);
  }

  /** A random account, weighted by frequency. */
  any(): OwnBankAccount {
    return this.#random.pickByShare(this.#shares).account;
  }

  /** The account in the currency, or a EUR account when there is none; the payment is then converted. */
  inCurrency(currency: string): OwnBankAccount {
    const fitting = this.all.filter(({ currencyCode }) => currencyCode === currency);
    return fitting.length === 1 && fitting[0] ? fitting[0] : this.#euro();
  }

  #euro(): OwnBankAccount {
    for (;;) {
      const account = this.any();
      if (account.currencyCode === '') return account;
    }
  }

  /** A transfer between two own accounts, as on the statement of one. */
  transfer(day: Day): Transaction {
    const account = this.any();
    const other = this.#random.pick(this.all.filter((each) => each !== account));
    const template = other.currencyCode === account.currencyCode ? this.#random.pick(TEXTS) : EXCHANGE;
    return {
      day,
      isCredit: this.#random.chance(0.5),
      account,
      other: { name: this.name, iban: this.#random.chance(0.93) ? other.iban : '' },
      text: fillText(template, isoDay(day), () => this.#random.digits(1)),
      amount: this.#random.money(100, 50_000),
      endToEndId: '',
      kind: 'transfer',
      target: { type: 'Bank Account', number: other.number },
      applied: [],
    };
  }
}

function ownAccount(bank: string, currencyCode: string, iban: string): OwnBankAccount {
  const currency = currencyCode || 'EUR';
  return { number: `${bank}-${currency}`, name: `${bank} bankas ${currency}`, iban, currencyCode };
}
