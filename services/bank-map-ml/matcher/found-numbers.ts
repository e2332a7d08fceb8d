import { type Documents } from './documents.js';
import { append } from './rows.js';

/** Which documents a line names: ext_doc and e2e_id. */
export class FoundNumbers {
  readonly #byNumber = new Map<string, number[]>();
  readonly #byEndToEndId = new Map<string, number[]>();
  readonly #lengths: readonly number[];

  constructor({ numbers, endToEndIds }: Documents) {
    for (const [i, number] of numbers.entries()) if (number) append(this.#byNumber, number.text, i);
    for (const [i, id] of endToEndIds.entries()) if (id !== '') append(this.#byEndToEndId, id, i);
    this.#lengths = [...new Set([...this.#byNumber.keys()].map((number) => number.length))];
  }

  /** Documents whose external number is anywhere in the case-folded text. */
  inText(text: string): Set<number> {
    const found = new Set<number>();
    for (const length of this.#lengths) {
      for (let start = 0; start + length <= text.length; start++) {
        for (const document of this.#byNumber.get(text.slice(start, start + length)) ?? []) found.add(document);
      }
    }
    return found;
  }

  /** Documents with this end-to-end ID, case-folded. */
  withId(id: string): readonly number[] {
    return this.#byEndToEndId.get(id) ?? [];
  }
}
