/** Steps come after a tenth of the age of the work, within these limits. */
const SHORTEST_MS = 100;
const SHARE = 0.1;
const LONGEST_MS = 10_000;

/** Time until the next step of work that is so old, ms. Replayed: it depends on nothing else. */
export function nextStepMs(age: number): number {
  return Math.min(Math.max(SHORTEST_MS, age * SHARE), LONGEST_MS);
}
