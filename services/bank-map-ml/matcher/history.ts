import { type AccountType, type Ledger, type StatementEntry } from '../ledger.js';
import { accountKey } from './accounts.js';
import { SECONDS_PER_DAY, secondsOf } from './days.js';
import { firstFilled, type Line } from './line.js';
import { Tally } from './tally.js';
import { masked, strip } from './text.js';
import { type Feature } from './weights.js';

/** The features that History computes, in the order of its tallies. */
export const HISTORY_FEATURES = [
  'who_prob',
  'iban_prob',
  'iban_msgc_prob',
  'who_msgc_prob',
] as const satisfies readonly Feature[];

/** The share of an account, by its index. */
interface Share {
  account: number;
  share: number;
}

/** The past entries with the same key. */
export class CandidateTally extends Tally {
  #shares: readonly Share[] | undefined;

  readonly #indexes: ReadonlyMap<string, readonly number[]>;

  /** @param indexes of the candidates by accountKey */
  constructor(indexes: ReadonlyMap<string, readonly number[]>) {
    super();
    this.#indexes = indexes;
  }

  /** The shares of the candidates, without zeros. All entries must have been added. */
  shares(): readonly Share[] {
    this.#shares ??= this.accounts.flatMap((key) =>
      (this.#indexes.get(key) ?? []).map((account) => ({ account, share: this.share(key) })),
    );
    return this.#shares;
  }
}

const NONE: readonly Tally[] = [];

type Payment = Pick<Line, 'name' | 'iban' | 'bankAccount'>;

/** The keys for the first two of HISTORY_FEATURES. An empty name, IBAN or text is a part like any other. */
const partyKeys = ({ name, iban, bankAccount }: Payment): [string, string] => [
  `${name}:${bankAccount}`,
  `${iban}:${bankAccount}`,
];

/** The keys for the other two. */
const textKeys = ({ name, iban, bankAccount }: Payment, text: string): [string, string] => [
  `${iban}:${text}:${bankAccount}`,
  `${name}:${text}:${bankAccount}`,
];

const keysOf = (line: Line): readonly string[] => [...partyKeys(line), ...textKeys(line, line.masked)];

/** Whether the parts of a key can be told apart in more than one way. */
const hasColon = ({ name, iban, bankAccount }: Payment): boolean =>
  name.includes(':') || iban.includes(':') || bankAccount.includes(':');

/** The accounts of past lines with the same payer, IBAN and text. Only keys of the current lines are counted. */
export class History {
  readonly #tallies = HISTORY_FEATURES.map(() => new Map<string, CandidateTally>());
  readonly #names: ReadonlySet<string>;
  readonly #ibans: ReadonlySet<string>;
  readonly #linesHaveColons: boolean;

  /**
   * @param indexes of the candidates by accountKey
   * @param entries without repetitions, sorted by date
   * @param now seconds since 1970
   */
  constructor(
    indexes: ReadonlyMap<string, readonly number[]>,
    ledger: Ledger,
    entries: readonly StatementEntry[],
    lines: readonly Line[],
    now: number,
  ) {
    this.#names = new Set(lines.map(({ name }) => name));
    this.#ibans = new Set(lines.map(({ iban }) => iban));
    this.#linesHaveColons = lines.some(hasColon);
    for (const line of lines) {
      for (const [k, key] of keysOf(line).entries()) this.#tallies[k]?.set(key, new CandidateTally(indexes));
    }
    const counted: { number: string; tallies: readonly Tally[] }[] = [];
    for (const entry of entries) {
      // Later entries are not yet history.
      if (secondsOf(entry.operationDate) >= now + SECONDS_PER_DAY) break;
      const tallies = this.#talliesOf(entry);
      if (tallies.length > 0) counted.push({ number: strip(entry.externalDocumentNumber), tallies });
    }
    const mapped = mappedAccounts(ledger, new Set(counted.map(({ number }) => number)));
    for (const { number, tallies } of counted) {
      const account = mapped.get(number);
      if (account !== undefined) for (const tally of tallies) tally.add(account);
    }
  }

  /** The tallies in which an entry counts. */
  #talliesOf(entry: StatementEntry): readonly Tally[] {
    const payment = {
      name: strip(entry.description),
      iban: firstFilled(entry.creditorIban, entry.debtorIban),
      bankAccount: strip(entry.bankAccountNumber),
    };
    if (this.#isOfNoLine(payment)) return NONE;
    const [who, iban] = partyKeys(payment);
    const [byName, byIban] = [this.#tallies[0]?.get(who), this.#tallies[1]?.get(iban)];
    const [ibanAndText, whoAndText] = textKeys(payment, masked(strip(entry.messageToRecipient)));
    const all = [byName, byIban, this.#tallies[2]?.get(ibanAndText), this.#tallies[3]?.get(whoAndText)];
    return all.filter((tally) => tally !== undefined);
  }

  /** Whether no line has the name or IBAN of a payment; colons can make one key of different parts. */
  #isOfNoLine(payment: Payment): boolean {
    const isKnown = this.#names.has(payment.name) || this.#ibans.has(payment.iban);
    return !isKnown && !this.#linesHaveColons && !hasColon(payment);
  }

  /** The tally for each of HISTORY_FEATURES. */
  tallies(line: Line): (CandidateTally | undefined)[] {
    return keysOf(line).map((key, k) => this.#tallies[k]?.get(key));
  }
}

/**
 * The account (accountKey) of each past entry, by the entry's number. A vendor counts before a customer, and both before
 * what `bankAccountRecognitions` says. Of several rows the first counts.
 *
 * @param numbers the entries to look for; all by default
 */
export function mappedAccounts(ledger: Ledger, numbers?: ReadonlySet<string>): ReadonlyMap<string, string> {
  const mapped = new Map<string, string>();
  const add = (row: string, type: AccountType, account: string) => {
    const [number, no] = [strip(row), strip(account)];
    if (no === '' || mapped.has(number) || numbers?.has(number) === false) return;
    mapped.set(number, accountKey(type, no));
  };
  for (const [type, rows] of [
    ['Vendor', ledger.vendorRecognitions],
    ['Customer', ledger.customerRecognitions],
  ] as const) {
    for (const { externalDocumentNumber, recognizedAccountNumber } of rows) {
      add(externalDocumentNumber, type, recognizedAccountNumber);
    }
  }
  for (const { statementExternalDocumentNumber, balAccountNumber, balAccountType } of ledger.bankAccountRecognitions) {
    add(statementExternalDocumentNumber, balAccountType, balAccountNumber);
  }
  return mapped;
}
