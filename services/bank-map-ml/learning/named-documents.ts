import { type Documents } from '../matcher/documents.js';
import { append } from '../matcher/rows.js';
import { casefold, isDigit } from '../matcher/text.js';

/** Numbers of more characters than this can be found anywhere in a text. */
const SHORT = 5;
/** A number is recognized by its last digits, without leading zeros, from this many on. */
const MIN_TAIL = 3;
const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
const DIGITS = /\d+/g;

/** Documents that a text names: by a whole number, or by the end of one. */
export interface Named {
  whole: Set<number>;
  tail: Set<number>;
}

/** Finds the documents whose own or external number is in a text, with any separators and case. */
export class NamedDocuments {
  readonly #byKey = new Map<string, number[]>();
  readonly #byTail = new Map<string, number[]>();
  readonly #lengths: readonly number[];

  constructor({ rows }: Documents) {
    for (const [i, { documentNumber, externalDocumentNumber }] of rows.entries()) {
      for (const number of new Set([documentNumber, externalDocumentNumber].map(casefold))) {
        const key = wordsOf(number).join('');
        if (key.length > SHORT) append(this.#byKey, key, i);
        const tail = tailOf(number.match(DIGITS)?.at(-1) ?? '');
        if (tail.length >= MIN_TAIL) append(this.#byTail, tail, i);
      }
    }
    this.#lengths = [...new Set([...this.#byKey.keys()].map(({ length }) => length))];
  }

  /** @param text case-folded */
  in(text: string): Named {
    const whole = new Set<number>();
    const { joined, cuttable } = join(wordsOf(text));
    for (let start = 0; start < joined.length; start++) {
      if (cuttable[start] === 1) this.#addFrom(start, joined, cuttable, whole);
    }
    const tails = (text.match(DIGITS) ?? []).map(tailOf).filter(({ length }) => length >= MIN_TAIL);
    return { whole, tail: new Set(tails.flatMap((tail) => this.#byTail.get(tail) ?? [])) };
  }

  #addFrom(start: number, joined: string, cuttable: Uint8Array, found: Set<number>): void {
    for (const length of this.#lengths) {
      if (cuttable[start + length] !== 1) continue;
      for (const document of this.#byKey.get(joined.slice(start, start + length)) ?? []) found.add(document);
    }
  }
}

const wordsOf = (text: string): string[] => text.match(WORDS) ?? [];
const tailOf = (digits: string): string => digits.replace(/^0+/, '');

/** Concatenated words; `cuttable` marks the positions (end included) that are not inside a sequence of digits. */
function join(words: readonly string[]): { joined: string; cuttable: Uint8Array } {
  const joined = words.join('');
  const cuttable = new Uint8Array(joined.length + 1);
  let start = 0;
  for (const word of words) {
    for (let i = 0; i <= word.length; i++) {
      if (!(isDigit(word.charCodeAt(i - 1)) && isDigit(word.charCodeAt(i)))) cuttable[start + i] = 1;
    }
    start += word.length;
  }
  return { joined, cuttable };
}
