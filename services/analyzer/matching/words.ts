import { createRequire } from 'node:module';

type Stemmer = (word: string) => string;

/** The package's types are those of its ES modules only, which a CommonJS module cannot import. */
function loadStemmers(): { russian: Stemmer; english: Stemmer } {
  const require = createRequire(__filename);
  const { stemmer: russian } = require('@orama/stemmers/russian') as { stemmer: Stemmer };
  const { stemmer: english } = require('@orama/stemmers/english') as { stemmer: Stemmer };
  return { russian, english };
}

const stemmers = loadStemmers();

/** A word of a text. */
export interface Word {
  /** In lower case, with `е` for `ё` and a straight apostrophe. */
  readonly form: string;
  /** Offsets in the text. */
  readonly from: number;
  readonly to: number;
  /** Whether a sentence or a paragraph begins with it. */
  readonly isFirst: boolean;
}

/** Letters and digits, with apostrophes and the asterisks of masked words inside, and asterisks at the end. */
const WORD = /[\p{L}\p{N}]+(?:['’*]+[\p{L}\p{N}]+)*\**/gu;
/** What ends a sentence, or a blank line. */
const END = /[.!?…;]|\n\s*\n/;

/** The words of a part of a text, in order. @param offset of the part in the text */
export function wordsOf(part: string, offset: number): Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const { 0: word, index } of part.matchAll(WORD)) {
    const isFirst = words.length === 0 || END.test(part.slice(end, index));
    end = index + word.length;
    words.push({ form: formOf(word), from: offset + index, to: offset + end, isFirst });
  }
  return words;
}

/** How words are compared. */
export function formOf(word: string): string {
  const form = word.toLowerCase().replaceAll('ё', 'е').replaceAll('’', "'");
  return form.endsWith('**') || !form.endsWith('*') ? form : form.slice(0, -1); // one asterisk is emphasis or a note
}

/** The stem of a form: of a Russian word in Cyrillic letters, else of an English one (Snowball stemmers). */
export function stemOf(form: string): string {
  return /^\p{Script=Cyrillic}/u.test(form) ? stemmers.russian(form) : stemmers.english(form.replace(/'s?$/, ''));
}
