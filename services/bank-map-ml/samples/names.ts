import { type RandomSource } from './random-source.js';
import { BRAND_ENDINGS, type Language, SYLLABLES, WORDS } from './vocabulary.js';

/** The name of a company, with its legal form, or of a person. */
export interface Name {
  core: string;
  /** Undefined for a person. */
  form?: { short: string; long: string };
}

/** Generates the name of a company. */
export function drawCompany(random: RandomSource, language: Language): Name {
  const { forms } = WORDS[language];
  return { core: drawCore(random, language), form: random.pickByShare(forms) };
}

/** A brand, a trade, or both. Names are not unique. */
function drawCore(random: RandomSource, language: Language): string {
  const { first, trade } = WORDS[language];
  const kind = random.weighted({ brand: 45, brandAndTrade: 25, words: 22, letters: 8 });
  if (kind === 'brand') return brand(random);
  if (kind === 'brandAndTrade') return `${brand(random)} ${random.pick(trade)}`;
  if (kind === 'words') return `${random.pick(first)} ${random.pick(trade)}`;
  return `${random.letters(random.integer(2, 4))} ${random.pick(trade)}`;
}

function brand(random: RandomSource): string {
  const syllables = Array.from({ length: random.integer(1, 3) }, () => random.pick(SYLLABLES)).join('');
  return capital(syllables + random.pick(BRAND_ENDINGS));
}

/** Generates the name of a person. */
export function drawPerson(random: RandomSource, language: Language): Name {
  const { givenNames, familyStems, familyEndings } = WORDS[language];
  return { core: `${random.pick(givenNames)} ${random.pick(familyStems)}${random.pick(familyEndings)}` };
}

/** The name as in a ledger, with the legal form before or after. */
export function ledgerName(random: RandomSource, { core, form }: Name): string {
  if (!form) return core;
  const { short } = form;
  return random.pick([
    `${core}, ${short}`,
    `${short} "${core}"`,
    `${core} ${short}`,
    `${short} ${core}`,
    `„${core}“, ${short}`,
  ]);
}

/** The name as in a payment: another order or case, no diacritics, the full legal form, a typo, or truncated. */
export function typedName(random: RandomSource, name: Name): string {
  let text = name.form ? withForm(random, name.core, name.form) : personOrder(random, name.core);
  if (random.chance(0.35)) text = plainLetters(text);
  if (random.chance(0.45)) text = text.toUpperCase();
  else if (random.chance(0.08)) text = text.toLowerCase();
  if (random.chance(0.05)) text = typo(random, text);
  return random.chance(0.06) ? text.slice(0, 18).trim() : text.slice(0, 70);
}

function withForm(random: RandomSource, core: string, { short, long }: { short: string; long: string }): string {
  const style = random.weighted({ before: 30, after: 22, comma: 18, quoted: 14, none: 8, long: 6, dotted: 2 });
  switch (style) {
    case 'before':
      return `${short} ${core}`;
    case 'after':
      return `${core} ${short}`;
    case 'comma':
      return `${core}, ${short}`;
    case 'quoted':
      return `${short} "${core}"`;
    case 'none':
      return core;
    case 'long':
      return random.chance(0.5) ? `${long} ${core}` : `${core}, ${long}`;
    case 'dotted':
      return `${short.replace(/./gu, '$&.')} ${core}`;
  }
}

function personOrder(random: RandomSource, core: string): string {
  return random.chance(0.25) ? core.split(' ').toReversed().join(' ') : core;
}

/** Removes diacritics. */
export const plainLetters = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '');

/** Adds a typing error: two letters swapped, one missing, or one doubled instead of the next. */
export function typo(random: RandomSource, text: string): string {
  if (text.length < 4) return text;
  const at = random.integer(1, text.length - 3);
  const [before, first, second, after] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)];
  return random.pick([
    `${before}${second}${first}${after}`,
    `${before}${second}${after}`,
    `${before}${first}${first}${after}`,
  ]);
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
