/** Counts the rows that are left out, by file and reason, for `info.left_out` of the result. */
export class LeftOut {
  readonly #counts: Record<string, Record<string, number>> = {};

  /** @param file without `.jsonl` */
  add(file: string, reason: string, rows = 1): void {
    const counts = (this.#counts[file] ??= {});
    counts[reason] = (counts[reason] ?? 0) + rows;
  }

  toJSON(): Record<string, Record<string, number>> {
    return this.#counts;
  }
}
