import { type Ledger } from '../ledger.js';
import { type MainMapping, type Mapping } from '../mapping.js';

const PERCENTILES = [5, 25, 50, 75, 95];

/** `info.sizes`: rows per file, counts of the results, and percentiles of the similarities. */
export function sizesOf(ledger: Ledger, mappings: readonly Mapping[]): Record<string, number> {
  const mains = mappings.map(({ main }) => main).filter((main): main is MainMapping => main !== undefined);
  const recommended = mains.filter((main) => main.recommended).length;
  const similarities = mains.map((main) => main.similarity).sort((a, b) => a - b);
  return {
    ...Object.fromEntries(Object.entries(ledger).map(([file, rows]) => [file, (rows as unknown[]).length])),
    mapped: mains.length,
    recommended,
    recommended_percent: mains.length === 0 ? 0 : Math.round((10_000 * recommended) / mains.length) / 100,
    ...Object.fromEntries(PERCENTILES.map((p) => [`similarity_p${p}`, percentile(similarities, p)])),
  };
}

/** Nearest-rank percentile; 0 for an empty list. */
const percentile = (sorted: readonly number[], p: number): number =>
  sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0;
