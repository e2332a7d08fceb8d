import { type Dice } from './dice.js';
import { BRAND_ENDINGS, type Language, SYLLABLES, WORDS } from './words.js';

/** Whom a ledger or a bank names: a company with its legal form, or a person. */
export interface Name {
  core: string;
  /** Undefined for a person. */
  form?: { short: string; long: string };
}

export function drawCompany(dice: Dice, language: Language): Name {
  const { forms } = WORDS[language];
  return { core: drawCore(dice, language), form: dice.pickByShare(forms) };
}

/** A brand, what a company does, or both; two companies may well come out alike. */
function drawCore(dice: Dice, language: Language): string {
  const { first, trade } = WORDS[language];
  const kind = dice.weighted({ brand: 45, brandAndTrade: 25, words: 22, letters: 8 });
  if (kind === 'brand') return brand(dice);
  if (kind === 'brandAndTrade') return `${brand(dice)} ${dice.pick(trade)}`;
  if (kind === 'words') return `${dice.pick(first)} ${dice.pick(trade)}`;
  return `${dice.letters(dice.whole(2, 4))} ${dice.pick(trade)}`;
}

function brand(dice: Dice): string {
  const syllables = Array.from({ length: dice.whole(1, 3) }, () => dice.pick(SYLLABLES)).join('');
  return capital(syllables + dice.pick(BRAND_ENDINGS));
}

export function drawPerson(dice: Dice, language: Language): Name {
  const { givenNames, familyStems, familyEndings } = WORDS[language];
  return { core: `${dice.pick(givenNames)} ${dice.pick(familyStems)}${dice.pick(familyEndings)}` };
}

/** As bookkeepers enter it, with the form before or after. */
export function ledgerName(dice: Dice, { core, form }: Name): string {
  if (!form) return core;
  const { short } = form;
  return dice.pick([
    `${core}, ${short}`,
    `${short} "${core}"`,
    `${core} ${short}`,
    `${short} ${core}`,
    `„${core}“, ${short}`,
  ]);
}

/** As a bank or a payer writes the same name: another order, case, no diacritics, the form in full, a slip, cut off. */
export function typedName(dice: Dice, name: Name): string {
  let text = name.form ? withForm(dice, name.core, name.form) : personOrder(dice, name.core);
  if (dice.chance(0.35)) text = plainLetters(text);
  if (dice.chance(0.45)) text = text.toUpperCase();
  else if (dice.chance(0.08)) text = text.toLowerCase();
  if (dice.chance(0.05)) text = slip(dice, text);
  return dice.chance(0.06) ? text.slice(0, 18).trim() : text.slice(0, 70);
}

function withForm(dice: Dice, core: string, { short, long }: { short: string; long: string }): string {
  const style = dice.weighted({ before: 30, after: 22, comma: 18, quoted: 14, none: 8, long: 6, dotted: 2 });
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
      return dice.chance(0.5) ? `${long} ${core}` : `${core}, ${long}`;
    case 'dotted':
      return `${short.replace(/./gu, '$&.')} ${core}`;
  }
}

function personOrder(dice: Dice, core: string): string {
  return dice.chance(0.25) ? core.split(' ').toReversed().join(' ') : core;
}

/** Letters as they come out of systems without diacritics. */
export const plainLetters = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '');

/** Two letters swapped, one missing, or one typed twice instead of the next. */
export function slip(dice: Dice, text: string): string {
  if (text.length < 4) return text;
  const at = dice.whole(1, text.length - 3);
  const [before, first, second, after] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)];
  return dice.pick([
    `${before}${second}${first}${after}`,
    `${before}${second}${after}`,
    `${before}${first}${first}${after}`,
  ]);
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
