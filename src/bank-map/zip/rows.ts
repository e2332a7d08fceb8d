import { isUtf8 } from 'node:buffer';
import { type OperationError } from '../../platform/errors.js';
import { bankMapErrors } from '../errors.js';
import { UNPAID_TYPES, type FieldRule } from './expected-files.js';

/** Longest line, bytes: a ledger row has a few hundred, and a longer line must not fill the memory. */
const MAX_LINE_BYTES = 1024 * 1024;
const MAX_SHOWN = 40;
const NEWLINE = 10;
const BOM = '\uFEFF';

const DIRECTIONS: readonly string[] = ['crdt', 'credit', 'dbit', 'debit'];
const DECIMAL = /^[+-]?(\d{1,18}\.?|\d{0,18}\.\d+)(e[+-]?\d{1,2})?$/i;
/** Business Central writes this for an empty date. */
const NO_DATE = '0001-01-01';

/** Checks of values by the name of their rule, with the words for error messages. */
const KINDS: Record<FieldRule['is'], [expected: string, holds: (value: unknown) => boolean]> = {
  text: ['a text', (value) => typeof value !== 'object'],
  number: ['a number', (value) => typeof value === 'number' || DECIMAL.test(textOf(value))],
  date: ['a date such as 2026-11-24', (value) => isDate(textOf(value))],
  direction: ['CRDT, Credit, DBIT or Debit', (value) => DIRECTIONS.includes(textOf(value).toLowerCase())],
};

/** Checks a JSON Lines file while its bytes arrive, in chunks of any size. Throws at the first bad row. */
export class RowCheck {
  #line = 0;
  #rest: Buffer[] = [];
  #restBytes = 0;

  readonly #file: string;
  readonly #fields: readonly FieldRule[];

  constructor(file: string, fields: readonly FieldRule[]) {
    this.#file = file;
    this.#fields = fields;
  }

  /** @throws OperationError 400 `ZipRowInvalid` */
  push(bytes: Uint8Array): void {
    // Only a Buffer has a fast search.
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let from = 0;
    for (let to = buffer.indexOf(NEWLINE); to !== -1; to = buffer.indexOf(NEWLINE, from)) {
      this.#check(this.#joined(buffer.subarray(from, to)));
      from = to + 1;
    }
    if (from < buffer.length) this.#keep(Buffer.from(buffer.subarray(from)));
  }

  /** @throws OperationError 400 `ZipRowInvalid` */
  end(): void {
    if (this.#restBytes > 0) this.#check(this.#joined(Buffer.alloc(0)));
  }

  #keep(bytes: Buffer): void {
    this.#rest.push(bytes);
    this.#restBytes += bytes.length;
    if (this.#restBytes > MAX_LINE_BYTES) {
      this.#line++;
      throw this.#problem(`the line is longer than ${MAX_LINE_BYTES} bytes`);
    }
  }

  #joined(tail: Buffer): Buffer {
    if (this.#restBytes === 0) return tail;
    const whole = Buffer.concat([...this.#rest, tail]);
    this.#rest = [];
    this.#restBytes = 0;
    return whole;
  }

  #check(bytes: Buffer): void {
    this.#line++;
    if (!isUtf8(bytes)) throw this.#problem('the line is not UTF-8 text');
    const whole = bytes.toString('utf8');
    const text = this.#line === 1 && whole.startsWith(BOM) ? whole.slice(1) : whole;
    if (text.trim() === '') return;
    const row = this.#parse(text);
    this.#fields.every((field) => this.#isUsed(row, field));
  }

  #parse(text: string): Record<string, unknown> {
    let row: unknown;
    try {
      row = JSON.parse(text);
    } catch (cause) {
      throw this.#problem('the line is not JSON', cause);
    }
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as Record<string, unknown>;
    throw this.#problem('the line is not a JSON object');
  }

  /**
   * Checks a field.
   * @returns false when the mapping leaves the row out because of it
   */
  #isUsed(row: Record<string, unknown>, { name, is, need, leavesOut }: FieldRule): boolean {
    const value = row[name];
    const [expected, holds] = KINDS[is];
    if (isEmpty(value)) {
      const isMissing = value === undefined;
      if (need === 'optional' || (need === 'present' && !isMissing))
        return leavesOut !== 'empty' && leavesOut !== 'unpaid';
      throw this.#problem(`the field ${name} is ${isMissing ? 'missing' : 'empty'}; it is ${expected}`);
    }
    if (leavesOut === 'unpaid' && UNPAID_TYPES.includes(textOf(value))) return false;
    if (holds(value)) return true;
    if (leavesOut === 'invalid') return false;
    throw this.#problem(`${name}: expected ${expected}, got ${shown(value)}`);
  }

  #problem(what: string, cause?: unknown): OperationError {
    const target = `${this.#file}:${this.#line}`;
    return bankMapErrors.ZipRowInvalid(`${this.#file}, line ${this.#line}: ${what}.`, { target, cause });
  }
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === NO_DATE || (typeof value === 'string' && value.trim() === '')
  );
}

/** A text without spaces around it; numbers as texts, which some ledgers write for texts, and '' for other values. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** An existing day, alone or with a time (ISO 8601). Compared by character, as a zip has millions of dates. */
function isDate(text: string): boolean {
  const hasDashes = text[4] === '-' && text[7] === '-';
  const [month, day, time] = hasDashes ? [5, 8, 10] : [4, 6, 8];
  if (!isDay(digits(text, 0, 4), digits(text, month, month + 2), digits(text, day, day + 2))) return false;
  return text.length === time || TIME.test(text.slice(time));
}

const isDay = (year: number, month: number, day: number) =>
  year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);

/** Any character separates it from the day. */
const TIME = /^.(?:[01]\d|2[0-3])(?::?[0-5]\d(?::?[0-5]\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?$/s;

/** The number in `text` from `from` up to `to`; NaN when there is none. */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48;
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : NaN;
  }
  return number;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}
