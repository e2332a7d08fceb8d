import { PLATE_FORMATS, type PlateFormat } from './plate-formats.js';

/** The shortest and longest plate numbers that are considered: from ZZ 12 to India's MH 12 DE 1433. */
export const MIN_LENGTH = 4;
export const MAX_LENGTH = 10;

/** The probability that a plate has none of the listed formats (personal plates, missing formats). */
const FREE_FORM = 0.02;

/** The share of free formats without digits: personal plates that are words. */
const FREE_WITHOUT_DIGIT = 0.1;

/** The share of free formats without letters. */
const FREE_WITHOUT_LETTER = 0.02;

/** The distribution of lengths of free formats. */
const FREE_BY_LENGTH: Readonly<Record<number, number>> = {
  4: 0.05,
  5: 0.15,
  6: 0.3,
  7: 0.35,
  8: 0.12,
  9: 0.02,
  10: 0.01,
};

/** Shares of other text in street scenes: words, numbers (dates, phone numbers, prices), and mixtures. */
const JUNK = { words: 0.5, numbers: 0.3, mixtures: 0.2 };

/** Symbols of the masks in plate-formats.ts; any other symbol is literal. */
const CLASSES: Readonly<Record<string, string>> = {
  L: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  D: '0123456789',
  R: 'ABEKMHOPCTYX',
  C: 'BCDFGHJKLMNPRSTVWXYZ',
};

const FORMS_BY_LENGTH = groupByLength();

function groupByLength(): ReadonlyMap<number, PlateFormat[]> {
  const total = PLATE_FORMATS.reduce((sum, { weight }) => sum + weight, 0);
  const groups = new Map<number, PlateFormat[]>();
  for (const { mask, weight } of PLATE_FORMATS) {
    const bare = mask.replace('·', '');
    const form = { mask: bare, weight: (weight / total) * (1 - FREE_FORM) };
    groups.set(bare.length, [...(groups.get(bare.length) ?? []), form]);
  }
  return groups;
}

/**
 * The log likelihood ratio of `text` as a plate number against random capitals and digits of the same length. Used to
 * compare readings of one line.
 */
export function plateEvidence(text: string): number {
  const listed = (FORMS_BY_LENGTH.get(text.length) ?? []).map((form) => form.weight * fit(text, form.mask));
  return Math.log(listed.reduce((sum, value) => sum + value, freeForm(text)));
}

/** The same ratio for `text` as other text. A line is a plate when `plateEvidence` is larger. */
export function junkEvidence(text: string): number {
  const words = /\d/.test(text) ? 0 : JUNK.words * (36 / 26) ** text.length;
  const numbers = /\D/.test(text) ? 0 : JUNK.numbers * 3.6 ** text.length;
  return Math.log(words + numbers + JUNK.mixtures);
}

function freeForm(text: string): number {
  const share = FREE_BY_LENGTH[text.length] ?? 0;
  const digits = /\d/.test(text) ? 1 : FREE_WITHOUT_DIGIT;
  return FREE_FORM * share * digits * (/\D/.test(text) ? 1 : FREE_WITHOUT_LETTER * 3.6 ** text.length);
}

/** The likelihood ratio of the text under the mask against 36 equally likely characters; 0 when it does not match. */
function fit(text: string, mask: string): number {
  let ratio = 1;
  for (let i = 0; i < mask.length; i++) {
    const symbol = mask.charAt(i);
    const allowed = CLASSES[symbol] ?? symbol.toUpperCase();
    if (!allowed.includes(text.charAt(i))) return 0;
    ratio *= 36 / allowed.length;
  }
  return ratio;
}
