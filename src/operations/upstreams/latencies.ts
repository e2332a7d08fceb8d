/** A bucket ends at 1.1 times its begin, so that a percentile is at most 5 % from the true one. */
const FACTOR = 1.1;

/** How long calls took: the number of calls by bucket, so that those of several processes can be joined. */
export class Latencies {
  readonly #counts: Map<number, number>;

  constructor(counts: Iterable<readonly [bucket: number, count: number]> = []) {
    this.#counts = new Map(counts);
  }

  add(ms: number): void {
    this.#add(Math.floor(Math.log(Math.max(ms, 1)) / Math.log(FACTOR)), 1);
  }

  join(other: Latencies): void {
    for (const [bucket, count] of other.#counts) this.#add(bucket, count);
  }

  #add(bucket: number, count: number): void {
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
  }

  /** The time that the given share of calls took at most, whole ms; 0 without calls. */
  percentile(share: number): number {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    let left = share * sorted.reduce((sum, [, count]) => sum + count, 0);
    for (const [bucket, count] of sorted) if ((left -= count) <= 0) return Math.round(FACTOR ** (bucket + 0.5));
    return 0;
  }

  toText(): string {
    return JSON.stringify([...this.#counts]);
  }

  static fromText(text: string): Latencies {
    return new Latencies(JSON.parse(text) as [number, number][]);
  }
}
