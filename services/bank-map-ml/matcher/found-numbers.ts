import { type Documents } from './documents.js';
import { append } from './rows.js';

/** Numbers are longer than this. */
const START = 5;

/** Which documents a line names: ext_doc and e2e_id. */
export class FoundNumbers {
  readonly #byNumber = new Map<string, number[]>();
  readonly #byEndToEndId = new Map<string, number[]>();
  /** The lengths of the numbers with the same first characters. */
  readonly #lengths = new Map<string, number[]>();

  constructor({ numbers, endToEndIds }: Documents) {
    for (const [i, number] of numbers.entries()) if (number) append(this.#byNumber, number.text, i);
    for (const [i, id] of endToEndIds.entries()) if (id !== '') append(this.#byEndToEndId, id, i);
    for (const number of this.#byNumber.keys()) {
      const start = number.slice(0, START);
      if (!this.#lengths.get(start)?.includes(number.length)) append(this.#lengths, start, number.length);
    }
  }

  /** Documents whose external number is anywhere in the case-folded text. */
  inText(text: string): Set<number> {
    const found = new Set<number>();
    for (let at = 0; at + START <= text.length; at++) {
      for (const length of this.#lengths.get(text.slice(at, at + START)) ?? []) {
        for (const document of this.#byNumber.get(text.slice(at, at + length)) ?? []) found.add(document);
      }
    }
    return found;
  }

  /** Documents with this end-to-end ID, case-folded. */
  withId(id: string): readonly number[] {
    return this.#byEndToEndId.get(id) ?? [];
  }
}
