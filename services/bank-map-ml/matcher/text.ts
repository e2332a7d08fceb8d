/** Text functions for the terms of docs/bank-map-matching.md. */

/** Whether a UTF-16 unit is white space: Unicode's White_Space and the four separators from U+001C. */
function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || (unit >= 0x1c && unit <= 0x1f);
  if (unit === 0x85 || unit === 0xa0 || unit === 0x1680 || (unit >= 0x2000 && unit <= 0x200a)) return true;
  return unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f || unit === 0x3000;
}

/** The text without white space at both ends. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return end - start === text.length ? text : text.slice(start, end);
}

/** Characters whose case folding can differ from their lower case. */
const SPECIAL = /[µßİıŉſ]|[\u0180-\u{10ffff}]/u;

/** Unicode's full case folding, for comparisons without case. */
export function casefold(text: string): string {
  return SPECIAL.test(text) ? Array.from(text, foldCharacter).join('') : text.toLowerCase();
}

function foldCharacter(character: string): string {
  if (character === 'ı') return character;
  return character === 'ẞ' ? 'ss' : character.toUpperCase().toLowerCase();
}

/** The number of code points. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 1; i < text.length; i++) if (isSurrogatePair(text, i - 1)) length--;
  return length;
}

function isSurrogatePair(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
}

/** The code points of a text. */
export function codePoints(text: string): Int32Array {
  const points = new Int32Array(text.length);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    points[count++] = point;
    if (point > 0xffff) i++;
  }
  return count === points.length ? points : points.subarray(0, count);
}

/** The characters that separate the tokens of a name or text; the second one leaves hyphens in the tokens. */
const SEPARATORS = /[ ,;:"'(){}.?/!%&@~+-]/;
const SEPARATORS_WITHOUT_HYPHEN = /[ ,;:"'(){}.?/!%&@~+]/;

/** The non-empty parts between separators. */
export const tokensOf = (text: string): string[] => text.split(SEPARATORS).filter((token) => token !== '');

/** The same with a hyphen as part of a token. */
export const hyphenatedTokensOf = (text: string): string[] =>
  text.split(SEPARATORS_WITHOUT_HYPHEN).filter((token) => token !== '');

/** Replaces every run of digits by `#`, because they change from month to month. */
export const masked = (text: string): string => text.replace(/\p{Nd}+/gu, '#');

/** Decimal digits, and digits in circles, superscripts and the like. */
const ANY_DIGIT =
  /[\p{Nd}²³¹\u1369-\u1371\u19da⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]/u;

export const hasDigit = (text: string): boolean => ANY_DIGIT.test(text);

/** Whether a code point is an ASCII digit. */
export const isDigit = (point: number): boolean => point >= 48 && point <= 57;

/** Upper case; empty means EUR. */
export const normalCurrency = (code: string): string => strip(code).toUpperCase() || 'EUR';

/** The currency for comparisons: case-folded. */
export const currencyKey = (code: string): string => casefold(normalCurrency(code));

const NO_IDS = ['notprovided', 'not_provided', 'not provided'];

/** The end-to-end ID, case-folded; '' when there is none. */
export function normalEndToEndId(text: string): string {
  const id = strip(casefold(text));
  return NO_IDS.includes(id) ? '' : id;
}
