import { parseIsoTime } from '../iso-time.js';
import { ACCOUNT_TYPES, type AccountType } from '../ledger.js';
import { strip } from '../matcher/text.js';

/** A type of field values. */
export interface Kind<T> {
  /** The parsed value; undefined when it is not of this kind. Not called with an empty value. */
  read(value: unknown, texts: Texts): T | undefined;
  /** Which values are empty, if others than null and white space. */
  isEmpty?(value: unknown): boolean;
  /** The value of an empty field. */
  readonly blank: T;
  /** The end of the error message: what is wrong with a value, and how to write it. */
  readonly problem: string;
}

/** Whether a value is absent or a text of white space. */
export const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && strip(value) === '');

/** Deduplicates the strings of one field: a history of a million rows repeats its dates, accounts and names. */
export class Texts {
  readonly #known = new Map<string, string>();
  #lookups = 0;
  #isUseful = true;

  /** An equal string, the same object for equal texts. */
  once(text: string): string {
    if (!this.#isUseful || text.length < SHARED_LENGTH) return text;
    this.#lookups++;
    const existing = this.#known.get(text);
    if (existing !== undefined) return existing;
    if (this.#known.size === MAX_KNOWN) this.#reset();
    this.#known.set(text, text);
    return text;
  }

  /** Empties the map. The lookups end when most strings are new, as with document numbers. */
  #reset(): void {
    this.#isUseful = this.#lookups >= 2 * MAX_KNOWN;
    this.#known.clear();
    this.#lookups = 0;
  }
}

const MAX_KNOWN = 10_000;
/** JSON.parse of V8 returns the same object for equal strings that are shorter. */
const SHARED_LENGTH = 10;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const DIRECTIONS: readonly string[] = ['crdt', 'credit', 'dbit', 'debit'];

/** A string, a number or a boolean: some exports write account numbers as numbers. */
export const text: Kind<string> = {
  read(value, texts) {
    if (typeof value === 'string') return texts.once(value);
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    return typeof value === 'number' ? String(value) : undefined;
  },
  blank: '',
  problem: 'is not a string',
};

/** A number or null in place of a text, which the result repeats; undefined for a text. */
export const notText: Kind<number | null | undefined> = {
  read: (value) => (typeof value === 'number' ? value : null),
  isEmpty: (value) => typeof value === 'string',
  blank: undefined,
  problem: '', // every value can be read
};

/** A number, or a decimal in a string: some exports use strings to keep exact cents. */
export const amount: Kind<number> = {
  read(value) {
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    return typeof value === 'string' && DECIMAL.test(strip(value)) ? Number(strip(value)) : undefined;
  },
  blank: 0,
  problem: 'is not a number; write it like -12.50',
};

/** An amount that is NaN when it is missing. */
export const amountOrNaN: Kind<number> = { ...amount, blank: NaN };

/** An amount that only learning uses: any other value is 0. */
export const looseAmount: Kind<number> = { ...amount, read: (value, texts) => amount.read(value, texts) ?? 0 };

/** A date, with or without a time (parseIsoTime). */
export const date: Kind<string> = {
  read(value) {
    return typeof value === 'string' || typeof value === 'number'
      ? parseIsoTime(strip(String(value)))?.text
      : undefined;
  },
  blank: '',
  problem: 'is not a date; write it as YYYY-MM-DD',
};

/** True only for `true` and `True`. */
export const flag: Kind<boolean> = {
  read: (value) => value === true || (typeof value === 'string' && strip(value) === 'True'),
  blank: false,
  problem: '', // every value can be read
};

/** A string for which `isKnown` is true. */
function oneOf<T extends string>(isKnown: (value: string) => boolean, blank: T, problem: string): Kind<T> {
  return {
    read: (value, texts) =>
      typeof value === 'string' && isKnown(strip(value)) ? (texts.once(strip(value)) as T) : undefined,
    blank,
    problem,
  };
}

/** CRDT, Credit, DBIT or Debit, in any case. */
export const direction = oneOf<string>(
  (value) => DIRECTIONS.includes(value.toLowerCase()),
  '',
  'is unknown; it must be CRDT, Credit, DBIT or Debit',
);

/** One of ACCOUNT_TYPES. */
export const accountType = oneOf<AccountType>(
  (value) => (ACCOUNT_TYPES as readonly string[]).includes(value),
  'G/L Account', // never used: the field must be filled
  `is unknown; it must be ${ACCOUNT_TYPES.slice(0, -1).join(', ')} or ${ACCOUNT_TYPES.at(-1) ?? ''}`,
);
