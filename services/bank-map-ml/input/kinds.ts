import { ACCOUNT_TYPES, type AccountType } from '../ledger.js';

/** What can stand in a field. */
export interface Kind<T> {
  /** The value; undefined when it is none of this kind. Never asked about null and ''. */
  read(value: unknown, texts: Texts): T | undefined;
  /** What stands for an empty field. */
  readonly blank: T;
  /** What is wrong with a value that cannot be read, and what would be right. */
  readonly complaint: string;
}

/** The strings of one field, kept once each: a history of a million rows repeats its dates, accounts and names. */
export class Texts {
  private readonly kept = new Map<string, string>();
  private asked = 0;
  private helps = true;

  once(text: string): string {
    if (!this.helps) return text;
    this.asked++;
    const known = this.kept.get(text);
    if (known !== undefined) return known;
    if (this.kept.size === MAX_KEPT) this.makeRoom();
    this.kept.set(text, text);
    return text;
  }

  /** Where most strings are new, as document numbers are, looking them up is of no use. */
  private makeRoom(): void {
    this.helps = this.asked >= 2 * MAX_KEPT;
    this.kept.clear();
    this.asked = 0;
  }
}

const MAX_KEPT = 10_000;
const DECIMAL = /^[+-]?\d{1,18}(\.\d+)?$/;
const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
/** What Business Central writes for no date. */
const NO_DATE = '0001-01-01';
const DIRECTIONS: readonly string[] = ['crdt', 'credit', 'dbit', 'debit'];

/** A string; a whole number too, as some exports write account numbers so. */
export const text: Kind<string> = {
  read(value, texts) {
    if (typeof value === 'string') return texts.once(value);
    return Number.isSafeInteger(value) ? String(value) : undefined;
  },
  blank: '',
  complaint: 'is not a text',
};

/** A number; also one in a string, as exports that must not lose cents write it. */
export const amount: Kind<number> = {
  read(value) {
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
  },
  blank: 0,
  complaint: 'is not a number; write it like -12.50',
};

/** A day of the calendar; of a time its day. */
export const date: Kind<string> = {
  read(value, texts) {
    if (typeof value !== 'string' || !DATE.test(value)) return undefined;
    const day = value.slice(0, 10);
    if (day === NO_DATE) return '';
    return isDay(day) ? texts.once(day) : undefined;
  },
  blank: '',
  complaint: 'is not a date; write it as YYYY-MM-DD',
};

/** Date.parse alone takes the 31st of every month. */
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).getUTCDate() === Number(day.slice(8));
}

export const flag: Kind<boolean> = {
  read(value) {
    if (typeof value === 'boolean') return value;
    const word = typeof value === 'string' ? value.toLowerCase() : '';
    return word === 'true' || word === 'false' ? word === 'true' : undefined;
  },
  blank: false,
  complaint: 'is neither true nor false',
};

/** A text of those that `isKnown` knows. */
function oneOf<T extends string>(isKnown: (value: string) => boolean, blank: T, complaint: string): Kind<T> {
  return {
    read: (value, texts) => (typeof value === 'string' && isKnown(value) ? (texts.once(value) as T) : undefined),
    blank,
    complaint,
  };
}

export const direction = oneOf<string>(
  (value) => DIRECTIONS.includes(value.trim().toLowerCase()),
  '',
  'is not known; it must be CRDT, Credit, DBIT or Debit',
);

export const accountType = oneOf<AccountType>(
  (value) => (ACCOUNT_TYPES as readonly string[]).includes(value),
  'G/L Account', // never used: the field must be filled
  `is not known; it must be ${ACCOUNT_TYPES.slice(0, -1).join(', ')} or ${ACCOUNT_TYPES.at(-1) ?? ''}`,
);
