import { PLATE_FORMATS } from './plate-formats.js';

/** Shortest and longest registration that is considered: ZZ 1 to India's MH 12 DE 1433. */
export const MIN_LENGTH = 4;
export const MAX_LENGTH = 10;

/** How probable it is that a plate follows none of the listed forms (personal plates, forms not listed). */
const FREE_FORM = 0.04;

/** Of free forms, the share with digits in them: a word on a car is seldom its registration. */
const FREE_WITHOUT_DIGIT = 0.05;

const FREE_BY_LENGTH: Readonly<Record<number, number>> = {
  4: 0.05,
  5: 0.15,
  6: 0.3,
  7: 0.35,
  8: 0.12,
  9: 0.02,
  10: 0.01,
};

interface Form {
  readonly mask: string;
  readonly weight: number;
}

const TOTAL_WEIGHT = PLATE_FORMATS.reduce((sum, { weight }) => sum + weight, 0);
const FORMS_BY_LENGTH = groupByLength();

function groupByLength(): ReadonlyMap<number, Form[]> {
  const groups = new Map<number, Form[]>();
  for (const { mask, weight } of PLATE_FORMATS) {
    const bare = mask.replace('·', '');
    const form = { mask: bare, weight: (weight / TOTAL_WEIGHT) * (1 - FREE_FORM) };
    groups.set(bare.length, [...(groups.get(bare.length) ?? []), form]);
  }
  return groups;
}

/**
 * How much likelier it is that `text` stands on a plate than that it is a random string of the same length:
 * the natural logarithm of the ratio, 0 for no evidence either way.
 * @param text capitals and digits
 */
export function plateEvidence(text: string): number {
  const listed = (FORMS_BY_LENGTH.get(text.length) ?? []).map((form) => form.weight * fit(text, form.mask));
  const ratio = listed.reduce((sum, value) => sum + value, freeForm(text));
  return ratio > 0 ? Math.log(ratio) : -Infinity;
}

/** Whether `text` follows one of the listed forms. */
export function isListedForm(text: string): boolean {
  return (FORMS_BY_LENGTH.get(text.length) ?? []).some((form) => fit(text, form.mask) > 0);
}

function freeForm(text: string): number {
  const share = FREE_BY_LENGTH[text.length] ?? 0;
  return FREE_FORM * share * (/\d/.test(text) ? 1 : FREE_WITHOUT_DIGIT);
}

/** How many times likelier the text is under the mask than under 36 equal characters; 0 when it breaks the mask. */
function fit(text: string, mask: string): number {
  let ratio = 1;
  for (let i = 0; i < mask.length; i++) {
    const allowed = CLASSES[mask.charAt(i)] ?? '';
    if (!allowed.includes(text.charAt(i))) return 0;
    ratio *= 36 / allowed.length;
  }
  return ratio;
}

/** L letter, D digit, R a Russian plate's letter, C consonant (Spain), X either. */
const CLASSES: Readonly<Record<string, string>> = {
  L: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  D: '0123456789',
  R: 'ABEKMHOPCTYX',
  C: 'BCDFGHJKLMNPRSTVWXYZ',
  X: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
};
