import { ACCOUNT_TYPES, type Ledger, type StatementEntry } from '../ledger.js';
import { accountKey } from './accounts.js';
import { isIncoming, type Line } from './line.js';
import { append, historyOf } from './rows.js';
import { fold, masked, normalIban } from './text.js';
import { type Feature } from './weights.js';

export const HISTORY_FEATURES = [
  'who_prob',
  'iban_prob',
  'iban_msgc_prob',
  'who_msgc_prob',
] as const satisfies readonly Feature[];

/** Entries of the past that share a key, and how many of them were mapped to each account. */
interface Tally {
  entries: number;
  mapped: Map<number, number>;
}

/** Where past lines with the same payer, IBAN and text went. Only keys that some line has are counted. */
export class History {
  private readonly tallies = new Map<string, Tally>();

  /** `accounts` are the keys of the accounts (accountKey), with the indexes that `shares` answers with. */
  constructor(ledger: Ledger, lines: readonly Line[], accounts: ReadonlyMap<string, number>) {
    for (const line of lines) for (const key of keysOfLine(line)) this.expect(key);
    const mapped = mappedAccounts(ledger);
    for (const entry of historyOf(ledger.bankStatementEntries)) {
      const keys = mapped.get(entry.externalDocumentNumber.trim());
      if (keys)
        this.count(
          entry,
          [...keys].map((key) => accounts.get(key)),
        );
    }
  }

  private expect(key: string): void {
    if (key !== '' && !this.tallies.has(key)) this.tallies.set(key, { entries: 0, mapped: new Map() });
  }

  private count(entry: StatementEntry, accounts: readonly (number | undefined)[]): void {
    for (const key of keysOfEntry(entry)) {
      const tally = this.tallies.get(key);
      if (!tally) continue;
      tally.entries++;
      for (const account of accounts)
        if (account !== undefined) tally.mapped.set(account, (tally.mapped.get(account) ?? 0) + 1);
    }
  }

  /** For each of HISTORY_FEATURES the accounts that past lines went to, with their share. */
  shares(line: Line): ReadonlyMap<number, number>[] {
    return keysOfLine(line).map((key) => {
      const { entries, mapped } = this.tallies.get(key) ?? { entries: 0, mapped: [] };
      return new Map([...mapped].map(([account, count]) => [account, count / entries]));
    });
  }
}

/** One key for each of HISTORY_FEATURES; '' where the line has none. */
function keysOf(who: string, iban: string, text: string): string[] {
  return [
    who && `who\n${who}`,
    iban && `iban\n${iban}`,
    iban && `iban text\n${iban}\n${text}`,
    who && `who text\n${who}\n${text}`,
  ];
}

const keysOfLine = (line: Line): string[] => keysOf(line.folded, line.iban, line.masked);

function keysOfEntry(entry: StatementEntry): string[] {
  const incoming = isIncoming(entry.transactionType, entry.amount);
  const iban = normalIban(incoming ? entry.debtorIban : entry.creditorIban);
  return keysOf(fold(entry.description), iban, masked(fold(entry.messageToRecipient)));
}

/** The keys of the accounts that each entry of the past was mapped to. */
function mappedAccounts(ledger: Ledger): Map<string, Set<string>> {
  const mapped = new Map<string, string[]>();
  const [customer, vendor] = ACCOUNT_TYPES;
  for (const row of ledger.customerRecognitions)
    append(mapped, row.externalDocumentNumber.trim(), accountKey(customer, row.recognizedAccountNumber));
  for (const row of ledger.vendorRecognitions)
    append(mapped, row.externalDocumentNumber.trim(), accountKey(vendor, row.recognizedAccountNumber));
  for (const row of ledger.bankAccountRecognitions)
    append(mapped, row.statementExternalDocumentNumber.trim(), accountKey(row.balAccountType, row.balAccountNumber));
  mapped.delete('');
  return new Map([...mapped].map(([number, keys]) => [number, new Set(keys)]));
}
