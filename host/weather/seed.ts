import { randomInt } from 'node:crypto';

/** The largest seed: 32 bits. */
const MAX_SEED = 4_294_967_295;
/** The valid seeds, as a user reads it. */
export const SEEDS = `a whole number from 0 to ${MAX_SEED}`;

/**
 * Parses the value of `--weather`: a whole number of 32 bits, or `random` for one that is chosen here.
 *
 * @throws RangeError for any other text; the message says what to give
 */
export function parseSeed(text: string): number {
  if (text === 'random') return randomInt(MAX_SEED);
  const seed = Number(text);
  if (/^\d{1,10}$/.test(text) && isSeed(seed)) return seed;
  throw new RangeError(`give ${SEEDS}, or random.`);
}

export function isSeed(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_SEED;
}
