import { ACCOUNT_TYPES, type AccountType } from '../ledger.js';

/** A type of field values. */
export interface Kind<T> {
  /** The parsed value; undefined when it is not of this kind. Not called with null and ''. */
  read(value: unknown, texts: Texts): T | undefined;
  /** The value of an empty field. */
  readonly blank: T;
  /** The end of the error message: what is wrong with a value, and how to write it. */
  readonly problem: string;
}

/** Deduplicates the strings of one field: a history of a million rows repeats its dates, accounts and names. */
export class Texts {
  readonly #known = new Map<string, string>();
  #lookups = 0;
  #isUseful = true;

  /** An equal string, the same object for equal texts. */
  once(text: string): string {
    if (!this.#isUseful) return text;
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
const DECIMAL = /^[+-]?\d{1,18}(\.\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
/** Business Central's empty date. */
const NO_DATE = '0001-01-01';
const DIRECTIONS: readonly string[] = ['crdt', 'credit', 'dbit', 'debit'];

/** A string, or an integer: some exports write account numbers as numbers. */
export const text: Kind<string> = {
  read(value, texts) {
    if (typeof value === 'string') return texts.once(value);
    return Number.isSafeInteger(value) ? String(value) : undefined;
  },
  blank: '',
  problem: 'is not a string',
};

/** A number, or a decimal in a string: some exports use strings to keep exact cents. */
export const amount: Kind<number> = {
  read(value) {
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
  },
  blank: 0,
  problem: 'is not a number; write it like -12.50',
};

/** A calendar date; a time is reduced to its date. */
export const date: Kind<string> = {
  read(value, texts) {
    if (typeof value !== 'string' || !DATE.test(value)) return undefined;
    const day = value.slice(0, 10);
    if (day === NO_DATE) return '';
    return isDay(day) ? texts.once(day) : undefined;
  },
  blank: '',
  problem: 'is not a date; write it as YYYY-MM-DD',
};

/** Date.parse accepts the 31st of every month. */
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).getUTCDate() === Number(day.slice(8));
}

/** A boolean, or `true` and `false` in a string of any case. */
export const flag: Kind<boolean> = {
  read(value) {
    if (typeof value === 'boolean') return value;
    const word = typeof value === 'string' ? value.toLowerCase() : '';
    return word === 'true' || word === 'false' ? word === 'true' : undefined;
  },
  blank: false,
  problem: 'is neither true nor false',
};

/** A string for which `isKnown` is true. */
function oneOf<T extends string>(isKnown: (value: string) => boolean, blank: T, problem: string): Kind<T> {
  return {
    read: (value, texts) => (typeof value === 'string' && isKnown(value) ? (texts.once(value) as T) : undefined),
    blank,
    problem,
  };
}

/** CRDT, Credit, DBIT or Debit, in any case. */
export const direction = oneOf<string>(
  (value) => DIRECTIONS.includes(value.trim().toLowerCase()),
  '',
  'is unknown; it must be CRDT, Credit, DBIT or Debit',
);

/** One of ACCOUNT_TYPES. */
export const accountType = oneOf<AccountType>(
  (value) => (ACCOUNT_TYPES as readonly string[]).includes(value),
  'G/L Account', // never used: the field must be filled
  `is unknown; it must be ${ACCOUNT_TYPES.slice(0, -1).join(', ')} or ${ACCOUNT_TYPES.at(-1) ?? ''}`,
);
