/** Text functions for the terms of docs/bank-map-matching.md. */

/** Texts are cut at this length: real ones are shorter, and the comparison time grows with the product of lengths. */
const MAX_LENGTH = 1_000;

/** Normalizes Unicode and white space and keeps the case. */
export const spaced = (text: string): string => text.slice(0, MAX_LENGTH).normalize('NFC').replace(/\s+/g, ' ').trim();

/** `spaced` in lower case. */
export const fold = (text: string): string => spaced(text).toLowerCase();

const WORDS = /[\p{L}\p{M}\p{N}]+/gu;

/** The words of a folded text. */
export const wordsOf = (folded: string): string[] => folded.match(WORDS) ?? [];

/** The minimum length of a number, IBAN or end-to-end ID: "over 5 characters". */
const MIN_LENGTH = 6;

const isLongEnough = (text: string): boolean => text.length >= MIN_LENGTH;

/** The search key of a document number; '' when it is too short. */
export function numberKey(number: string): string {
  return isLongEnough(number.trim()) ? wordsOf(fold(number)).join('') : '';
}

/** Upper case without separators; '' when it is too short to be an IBAN. */
export function normalIban(text: string): string {
  const plain = text.toUpperCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  return isLongEnough(plain) ? plain : '';
}

/** Upper case; empty means EUR. */
export const normalCurrency = (code: string): string => code.trim().toUpperCase() || 'EUR';

/** '' when it is too short or NOTPROVIDED. */
export function normalEndToEndId(text: string): string {
  const id = text.trim();
  return isLongEnough(id) && id.toUpperCase() !== 'NOTPROVIDED' ? id : '';
}

/** Replaces numbers by `#`, because they change from month to month. */
export const masked = (folded: string): string => folded.replace(/[0-9]+/g, '#');

/** Whether a UTF-16 unit is an ASCII digit. */
export const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;

/** An amount in integer cents. */
export const cents = (amount: number): number => Math.round(amount * 100);
