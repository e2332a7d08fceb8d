import { type Ledger, type StatementEntry } from '../ledger.js';
import { mappedAccounts } from '../matcher/history.js';
import { type Line } from '../matcher/line.js';
import { Tally } from '../matcher/tally.js';
import { casefold, masked, strip } from '../matcher/text.js';

/** How often past lines with the same name, text and words were mapped to an account, from 0 to 1. */
export interface Evidence {
  /** The share of the lines with the same name, in any bank account and spelled with any case. */
  name: number;
  /** The share of the lines with the same text but for its numbers, from any payer. */
  text: number;
  /** The highest share and the mean share of the lines with a word of the text or name. */
  bestWord: number;
  meanWord: number;
}

export const NO_EVIDENCE: Evidence = { name: 0, text: 0, bestWord: 0, meanWord: 0 };

/** Shares below this say nothing; leaving them out keeps the work small for words that all lines have. */
const MIN_SHARE = 0.05;
/** One line more is counted than was seen, so that a single one is weak evidence. */
const PRIOR = 1;
const MIN_WORD_LENGTH = 3;
const WORDS = /[\p{L}\p{M}]+/gu;

/** The past lines with the same key. */
class TextTally extends Tally {
  #shares: readonly { account: string; share: number }[] | undefined;

  /** The accounts with a share of at least MIN_SHARE. All lines must have been added. */
  get shares(): readonly { account: string; share: number }[] {
    this.#shares ??= this.accounts
      .map((account) => ({ account, share: this.share(account, PRIOR) }))
      .filter(({ share }) => share >= MIN_SHARE);
    return this.#shares;
  }
}

type Tallies = Map<string, TextTally>;

/** What the texts of past lines say about accounts, without regard to IBANs. Only keys of the current lines count. */
export class TextHistory {
  readonly #byName: Tallies = new Map();
  readonly #byText: Tallies = new Map();
  readonly #byWord: Tallies = new Map();
  readonly #indexes: ReadonlyMap<string, readonly number[]>;

  /** @param indexes of the candidates by accountKey */
  constructor(
    indexes: ReadonlyMap<string, readonly number[]>,
    ledger: Ledger,
    entries: readonly StatementEntry[],
    lines: readonly Line[],
  ) {
    this.#indexes = indexes;
    for (const line of lines) {
      this.#byName.set(casefold(line.name), new TextTally());
      this.#byText.set(textKey(line.text), new TextTally());
      for (const word of wordsOf(line.name, line.text)) this.#byWord.set(word, new TextTally());
    }
    const mapped = mappedAccounts(ledger);
    for (const entry of entries) {
      const account = mapped.get(strip(entry.externalDocumentNumber));
      if (account !== undefined) this.#count(entry, account);
    }
  }

  #count(entry: StatementEntry, account: string): void {
    const [name, text] = [strip(entry.description), strip(entry.messageToRecipient)];
    this.#byName.get(casefold(name))?.add(account);
    this.#byText.get(textKey(text))?.add(account);
    for (const word of wordsOf(name, text)) this.#byWord.get(word)?.add(account);
  }

  /** The evidence for the accounts for which there is some, by index. */
  of(line: Line): Map<number, Evidence> {
    const found = new Map<number, Evidence>();
    const at = (account: string): Evidence | undefined => {
      const index = this.#indexes.get(account)?.[0];
      if (index === undefined) return undefined;
      const known = found.get(index) ?? { ...NO_EVIDENCE };
      found.set(index, known);
      return known;
    };
    for (const { account, share } of this.#byName.get(casefold(line.name))?.shares ?? []) {
      const evidence = at(account);
      if (evidence) evidence.name = share;
    }
    for (const { account, share } of this.#byText.get(textKey(line.text))?.shares ?? []) {
      const evidence = at(account);
      if (evidence) evidence.text = share;
    }
    const words = wordsOf(line.name, line.text);
    for (const word of words) {
      for (const { account, share } of this.#byWord.get(word)?.shares ?? []) {
        const evidence = at(account);
        if (!evidence) continue;
        evidence.bestWord = Math.max(evidence.bestWord, share);
        evidence.meanWord += share / words.size;
      }
    }
    return found;
  }
}

const textKey = (text: string): string => casefold(masked(text));

function wordsOf(name: string, text: string): Set<string> {
  const words = `${casefold(name)} ${casefold(text)}`.match(WORDS) ?? [];
  return new Set(words.filter((word) => word.length >= MIN_WORD_LENGTH));
}
