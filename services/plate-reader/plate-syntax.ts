import { PLATE_FORMATS } from './plate-formats.js';

/** Shortest and longest registration that is considered: ZZ 12 to India's MH 12 DE 1433. */
export const MIN_LENGTH = 4;
export const MAX_LENGTH = 10;

/** How probable it is that a plate follows none of the listed forms (personal plates, forms not listed). */
const FREE_FORM = 0.02;

/** Of free forms, the share without any digit: personal plates that are words. */
const FREE_WITHOUT_DIGIT = 0.1;

/** Of free forms, the share without any letter. */
const FREE_WITHOUT_LETTER = 0.02;

const FREE_BY_LENGTH: Readonly<Record<number, number>> = {
  4: 0.05,
  5: 0.15,
  6: 0.3,
  7: 0.35,
  8: 0.12,
  9: 0.02,
  10: 0.01,
};

/** Of other texts on a street: words, numbers (dates, telephones, prices), and mixtures of both. */
const JUNK = { words: 0.5, numbers: 0.3, mixtures: 0.2 };

/** L letter, D digit, R a Russian plate's letter, C consonant (Spain); any other stands for itself. */
const CLASSES: Readonly<Record<string, string>> = {
  L: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  D: '0123456789',
  R: 'ABEKMHOPCTYX',
  C: 'BCDFGHJKLMNPRSTVWXYZ',
};

interface Form {
  readonly mask: string;
  readonly weight: number;
}

const FORMS_BY_LENGTH = groupByLength();

function groupByLength(): ReadonlyMap<number, Form[]> {
  const total = PLATE_FORMATS.reduce((sum, { weight }) => sum + weight, 0);
  const groups = new Map<number, Form[]>();
  for (const { mask, weight } of PLATE_FORMATS) {
    const bare = mask.replace('·', '');
    const form = { mask: bare, weight: (weight / total) * (1 - FREE_FORM) };
    groups.set(bare.length, [...(groups.get(bare.length) ?? []), form]);
  }
  return groups;
}

/**
 * How much likelier `text` is as a registration than as equally likely capitals and digits of the same number:
 * the natural logarithm of the ratio. Compares readings of one line.
 */
export function plateEvidence(text: string): number {
  const listed = (FORMS_BY_LENGTH.get(text.length) ?? []).map((form) => form.weight * fit(text, form.mask));
  return Math.log(listed.reduce((sum, value) => sum + value, freeForm(text)));
}

/** The same for `text` as some other inscription. What `plateEvidence` has above it speaks for the line as a plate. */
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

/** How many times likelier the text is under the mask than under 36 equal characters; 0 when it breaks the mask. */
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
