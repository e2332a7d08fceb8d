import { formOf, stemOf } from './words.js';

/*
 * The terms of a lexicon (docs/analyzer.md#terms):
 *
 *   word      all forms with the same stem        a|b     one of these words
 *   =word     this form only                      a .. b  up to four words between them
 *   word~     all words that begin so             a <> b  both, in any order, up to six words between them
 */

/** The longest distance of `..` and of `<>`, in words. */
const MAX_GAP = 4;
const MAX_DISTANCE = 6;
/** A shorter stem is that of many words: such a word in a phrase is this form only. */
const MIN_STEM = 3;

/** One word of a term: the keys of the words that match. */
interface Element {
  readonly keys: ReadonlySet<string>;
  /** Words that can be between the element before and this one. */
  readonly gap: number;
}

export type Pattern = readonly Element[];

/** Keys under which terms name a word: `=form`, `^stem`, `~prefix`. */
const EXACT = '=';
const STEM = '^';
const PREFIX = '~';

/**
 * Parses terms, which are separated by commas or line ends.
 *
 * @throws when a term is not valid, or its stem is too short to be of one word only
 */
export function parseTerms(terms: string): Pattern[] {
  return terms
    .split(/[,\n]/)
    .map((term) => term.trim())
    .filter((term) => term !== '')
    .flatMap(parseTerm);
}

function parseTerm(term: string): Pattern[] {
  const sides = term.split(' <> ');
  const [first, second] = sides;
  if (first === undefined || second === undefined) return [elementsOf(term, 0, !term.includes(' '))];
  if (sides.length > 2) throw new Error(`The term "${term}" has more than one <>.`);
  return [
    [...elementsOf(first, 0, false), ...elementsOf(second, MAX_DISTANCE, false)],
    [...elementsOf(second, 0, false), ...elementsOf(first, MAX_DISTANCE, false)],
  ];
}

function elementsOf(text: string, firstGap: number, isAlone: boolean): Element[] {
  const elements: Element[] = [];
  let gap = firstGap;
  for (const word of text.split(/\s+/)) {
    if (word === '..') gap = MAX_GAP;
    else {
      elements.push({ keys: new Set(word.split('|').map((form) => keyOf(form, isAlone))), gap });
      gap = 0;
    }
  }
  return elements;
}

function keyOf(word: string, isAlone: boolean): string {
  if (word.startsWith('=')) return EXACT + formOf(word.slice(1));
  if (word.includes('*')) return EXACT + formOf(word);
  if (word.endsWith('~')) return PREFIX + formOf(word.slice(0, -1));
  const stem = stemOf(formOf(word));
  if (stem.length >= MIN_STEM) return STEM + stem;
  if (isAlone) throw new Error(`The stem "${stem}" of "${word}" is too short; list the forms with =.`);
  return EXACT + formOf(word);
}

/** A longer form is no word. */
const MAX_FORM = 40;

/** The keys of a form that occur in the patterns of a lexicon. */
export function keysOf(form: string, known: ReadonlySet<string>): string[] {
  if (form.length > MAX_FORM) return [];
  const prefixes = Array.from(form, (_, index) => PREFIX + form.slice(0, index + 1));
  return [EXACT + form, STEM + stemOf(form), ...prefixes].filter((key) => known.has(key));
}
