import { type Documents } from './documents.js';
import { type Line } from './line.js';
import { append } from './rows.js';
import { fold, isDigit, normalEndToEndId, wordsOf } from './text.js';

/** Which documents a line names: ext_doc. */
export class FoundNumbers {
  readonly #byKey = new Map<string, number[]>();
  readonly #byEndToEndId = new Map<string, number[]>();
  readonly #lengths: readonly number[];

  constructor({ rows, numbers }: Documents) {
    for (const [i, keys] of numbers.entries()) for (const { key } of keys) append(this.#byKey, key, i);
    for (const [i, { endToEndId }] of rows.entries()) {
      const id = normalEndToEndId(endToEndId);
      if (id !== '') append(this.#byEndToEndId, id, i);
    }
    this.#lengths = [...new Set([...this.#byKey.keys()].map((key) => key.length))];
  }

  /** Documents whose number is in the line's text, or whose end-to-end ID is that of the line. */
  in(line: Line): Set<number> {
    const keys = new Set<string>();
    const { joined, cuttable } = join(wordsOf(fold(`${line.row.transactionText} ${line.row.endToEndId}`)));
    for (let start = 0; start < joined.length; start++) {
      if (!cuttable[start]) continue;
      for (const length of this.#lengths) {
        if (!cuttable[start + length]) continue;
        const key = joined.slice(start, start + length);
        if (this.#byKey.has(key)) keys.add(key);
      }
    }
    const found = new Set(this.#byEndToEndId.get(line.endToEndId));
    for (const key of keys) for (const document of this.#byKey.get(key) ?? []) found.add(document);
    return found;
  }
}

/** Concatenated words; `cuttable` marks the positions (end included) that are not inside a sequence of digits. */
function join(words: readonly string[]): { joined: string; cuttable: Uint8Array } {
  const joined = words.join('');
  const cuttable = new Uint8Array(joined.length + 1);
  let start = 0;
  for (const word of words) {
    for (let i = 0; i <= word.length; i++)
      if (!(isDigit(word.charCodeAt(i - 1)) && isDigit(word.charCodeAt(i)))) cuttable[start + i] = 1;
    start += word.length;
  }
  return { joined, cuttable };
}
