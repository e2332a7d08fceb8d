import { type Ledger, type StatementEntry } from '../ledger.js';
import { accountKey } from './accounts.js';
import { secondsOf } from './days.js';
import { firstFilled, type Line } from './line.js';
import { masked, strip } from './text.js';
import { type Feature } from './weights.js';

/** The features that History computes, in the order of its tallies. */
export const HISTORY_FEATURES = [
  'who_prob',
  'iban_prob',
  'iban_msgc_prob',
  'who_msgc_prob',
] as const satisfies readonly Feature[];

/** Past mapped entries with the same key: their number, and the number per account. */
export class Tally {
  #entries = 0;
  readonly accounts = new Map<string, number>();

  /** @param account accountKey */
  add(account: string): void {
    this.#entries++;
    this.accounts.set(account, (this.accounts.get(account) ?? 0) + 1);
  }

  share(account: string): number {
    return (this.accounts.get(account) ?? 0) / Math.max(1, this.#entries);
  }
}

interface Payment {
  name: string;
  iban: string;
  masked: string;
  bankAccount: string;
}

/** The keys of a payment for each of HISTORY_FEATURES. An empty name, IBAN or text is a part like any other. */
const keysOf = ({ name, iban, masked, bankAccount }: Payment): readonly string[] => [
  `${name}:${bankAccount}`,
  `${iban}:${bankAccount}`,
  `${iban}:${masked}:${bankAccount}`,
  `${name}:${masked}:${bankAccount}`,
];

/** Entries from this long after now are not yet history. */
const SECONDS_PER_DAY = 86_400;

/** The accounts of past lines with the same payer, IBAN and text. Only keys of the current lines are counted. */
export class History {
  readonly #tallies = HISTORY_FEATURES.map(() => new Map<string, Tally>());

  /**
   * @param entries without repetitions
   * @param now seconds since 1970
   */
  constructor(ledger: Ledger, entries: readonly StatementEntry[], lines: readonly Line[], now: number) {
    for (const line of lines) {
      for (const [k, key] of keysOf(line).entries()) this.#tallies[k]?.set(key, new Tally());
    }
    const mapped = mappedAccounts(ledger);
    for (const entry of entries) {
      const account = mapped.get(strip(entry.externalDocumentNumber));
      if (account !== undefined && secondsOf(entry.operationDate) < now + SECONDS_PER_DAY) this.#count(entry, account);
    }
  }

  #count(entry: StatementEntry, account: string): void {
    for (const [k, key] of keysOf(paymentOf(entry)).entries()) this.#tallies[k]?.get(key)?.add(account);
  }

  /** The tally for each of HISTORY_FEATURES. */
  tallies(line: Line): (Tally | undefined)[] {
    return keysOf(line).map((key, k) => this.#tallies[k]?.get(key));
  }
}

const paymentOf = (entry: StatementEntry): Payment => ({
  name: strip(entry.description),
  iban: firstFilled(entry.creditorIban, entry.debtorIban),
  masked: masked(strip(entry.messageToRecipient)),
  bankAccount: strip(entry.bankAccountNumber),
});

/**
 * The account (accountKey) of each past entry, by the entry's number. A vendor counts before a customer, and both before
 * what `bankAccountRecognitions` says. Of several rows the first counts.
 */
export function mappedAccounts(ledger: Ledger): ReadonlyMap<string, string> {
  const mapped = new Map<string, string>();
  const add = (number: string, account: string) => {
    if (!mapped.has(number)) mapped.set(number, account);
  };
  for (const [type, rows] of [
    ['Vendor', ledger.vendorRecognitions],
    ['Customer', ledger.customerRecognitions],
  ] as const) {
    for (const { externalDocumentNumber, recognizedAccountNumber } of rows) {
      const no = strip(recognizedAccountNumber);
      if (no !== '') add(strip(externalDocumentNumber), accountKey(type, no));
    }
  }
  for (const { statementExternalDocumentNumber, balAccountNumber, balAccountType } of ledger.bankAccountRecognitions) {
    const no = strip(balAccountNumber);
    if (no !== '') add(strip(statementExternalDocumentNumber), accountKey(balAccountType, no));
  }
  return mapped;
}
