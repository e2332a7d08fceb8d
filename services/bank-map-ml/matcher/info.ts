const PERCENTILES = [25, 50, 75, 90, 95, 99, 100];

/** Linear between the two nearest ranks of a list that is sorted. */
function percentile(sorted: readonly number[], percent: number): number {
  const at = ((sorted.length - 1) * percent) / 100;
  const lower = sorted[Math.floor(at)] ?? 0;
  const upper = sorted[Math.ceil(at)] ?? lower;
  return lower + (upper - lower) * (at - Math.floor(at));
}

/** The percentiles of `info.sizes`; empty for an empty list. */
export function percentilesOf(similarities: readonly number[]): Record<string, number> {
  if (similarities.length === 0) return {};
  const sorted = similarities.toSorted((a, b) => a - b);
  return Object.fromEntries(PERCENTILES.map((p) => [`similarity_percentile_${p}`, percentile(sorted, p)]));
}
