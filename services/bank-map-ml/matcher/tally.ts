/** Past lines with the same key: their number, and the number per account. */
export class Tally {
  #lines = 0;
  readonly #counts = new Map<string, number>();

  /** @param account accountKey */
  add(account: string): void {
    this.#lines++;
    this.#counts.set(account, (this.#counts.get(account) ?? 0) + 1);
  }

  /** The accounts of the lines. */
  get accounts(): readonly string[] {
    return [...this.#counts.keys()];
  }

  /**
   * The share of an account, from 0 to 1.
   *
   * @param prior lines of no account that are counted besides, so that few lines are weak evidence
   */
  share(account: string, prior = 0): number {
    return (this.#counts.get(account) ?? 0) / Math.max(1, this.#lines + prior);
  }
}
