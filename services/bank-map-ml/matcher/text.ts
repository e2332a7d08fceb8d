/** The terms of docs/bank-map-matching.md. */

/** More of a text or name is not looked at: real ones are shorter, and comparing long ones takes their product. */
const MAX_LENGTH = 1_000;

/** White space evened out, the case kept. */
export const spaced = (text: string): string => text.slice(0, MAX_LENGTH).normalize('NFC').replace(/\s+/g, ' ').trim();

export const fold = (text: string): string => spaced(text).toLowerCase();

const WORDS = /[\p{L}\p{M}\p{N}]+/gu;

/** The words of a text that is folded already. */
export const wordsOf = (folded: string): string[] => folded.match(WORDS) ?? [];

/** Shortest number, IBAN or end-to-end id that says something: "over 5 characters". */
const MIN_LENGTH = 6;

export const isLongEnough = (text: string): boolean => text.length >= MIN_LENGTH;

/** What of a document number is looked for in texts; '' for a number that is too short to say something. */
export function numberKey(number: string): string {
  return isLongEnough(number.trim()) ? wordsOf(fold(number)).join('') : '';
}

/** '' for what is too short to be an IBAN. */
export function normalIban(text: string): string {
  const plain = text.toUpperCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  return isLongEnough(plain) ? plain : '';
}

export const normalCurrency = (code: string): string => code.trim().toUpperCase() || 'EUR';

/** '' for one that says nothing. */
export function normalEndToEndId(text: string): string {
  const id = text.trim();
  return isLongEnough(id) && id.toUpperCase() !== 'NOTPROVIDED' ? id : '';
}

/** A text without what changes from month to month. */
export const masked = (folded: string): string => folded.replace(/[0-9]+/g, '#');

export const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;

export const cents = (amount: number): number => Math.round(amount * 100);
