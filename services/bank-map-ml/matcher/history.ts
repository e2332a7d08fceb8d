import { type Ledger, type StatementEntry } from '../ledger.js';
import { accountKey } from './accounts.js';
import { isIncoming, type Line } from './line.js';
import { append, historyOf } from './rows.js';
import { fold, masked, normalIban } from './text.js';
import { type Feature } from './weights.js';

/** The features that History computes, in the order of its tallies. */
export const HISTORY_FEATURES = [
  'who_prob',
  'iban_prob',
  'iban_msgc_prob',
  'who_msgc_prob',
] as const satisfies readonly Feature[];

/** Past mapped entries with the same key: their number, and the number per account index. */
export class Tally {
  #entries = 0;
  readonly accounts = new Map<number, number>();

  add(accounts: readonly number[]): void {
    this.#entries++;
    for (const account of accounts) this.accounts.set(account, (this.accounts.get(account) ?? 0) + 1);
  }

  share(account: number): number {
    return (this.accounts.get(account) ?? 0) / Math.max(1, this.#entries);
  }
}

/** The tally of one payer or IBAN, and of its entries by masked text. */
class PartyTally extends Tally {
  readonly byText = new Map<string, Tally>();
}

type Tallies = Map<string, PartyTally>;

/** The accounts of past lines with the same payer, IBAN and text. Only keys of the current lines are counted. */
export class History {
  readonly #byName: Tallies = new Map();
  readonly #byIban: Tallies = new Map();

  readonly #accounts: ReadonlyMap<string, number>;

  /** @param accounts the index of each candidate account by its key (accountKey) */
  constructor(ledger: Ledger, lines: readonly Line[], accounts: ReadonlyMap<string, number>) {
    this.#accounts = accounts;

    for (const line of lines) {
      addKey(this.#byName, line.folded, line.masked);
      addKey(this.#byIban, line.iban, line.masked);
    }
    const mapped = mappedAccounts(ledger);
    for (const entry of historyOf(ledger.bankStatementEntries)) {
      const keys = mapped.get(entry.externalDocumentNumber.trim());
      if (keys) this.#count(entry, keys);
    }
  }

  #count(entry: StatementEntry, keys: readonly string[]): void {
    const iban = isIncoming(entry.transactionType, entry.amount) ? entry.debtorIban : entry.creditorIban;
    const tallies = [this.#byName.get(fold(entry.description)), this.#byIban.get(normalIban(iban))];
    if (!tallies[0] && !tallies[1]) return;
    const text = masked(fold(entry.messageToRecipient));
    const accounts = keys.map((key) => this.#accounts.get(key)).filter((account) => account !== undefined);
    for (const tally of tallies) {
      tally?.add(accounts);
      tally?.byText.get(text)?.add(accounts);
    }
  }

  /** The tally for each of HISTORY_FEATURES; undefined where the line has no key. */
  tallies(line: Line): (Tally | undefined)[] {
    const [name, iban] = [this.#byName.get(line.folded), this.#byIban.get(line.iban)];
    return [name, iban, iban?.byText.get(line.masked), name?.byText.get(line.masked)];
  }
}

function addKey(tallies: Tallies, key: string, text: string): void {
  if (key === '') return;
  const tally = tallies.get(key) ?? new PartyTally();
  tallies.set(key, tally);
  if (!tally.byText.has(text)) tally.byText.set(text, new Tally());
}

/** The keys (accountKey) of the accounts of each past entry, by the entry's number. */
export function mappedAccounts(ledger: Ledger): ReadonlyMap<string, readonly string[]> {
  const mapped = new Map<string, string[]>();
  for (const row of ledger.customerRecognitions)
    append(mapped, row.externalDocumentNumber.trim(), accountKey('Customer', row.recognizedAccountNumber));
  for (const row of ledger.vendorRecognitions)
    append(mapped, row.externalDocumentNumber.trim(), accountKey('Vendor', row.recognizedAccountNumber));
  for (const row of ledger.bankAccountRecognitions)
    append(mapped, row.statementExternalDocumentNumber.trim(), accountKey(row.balAccountType, row.balAccountNumber));
  mapped.delete('');
  for (const [number, keys] of mapped) if (keys.length > 1) mapped.set(number, [...new Set(keys)]);
  return mapped;
}
