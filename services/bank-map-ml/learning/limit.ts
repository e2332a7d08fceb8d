/** A mapping of a past line and whether it was right. */
export interface PastMatch {
  score: number;
  isRight: boolean;
}

/** With fewer lines above it, a limit says nothing. */
const MIN_LINES = 30;
/** A limit is this much above the highest score that it excludes. */
const STEP = 1e-9;

/**
 * The lowest score from which at most `errorShare` of the past lines were wrong; `fallback` when there are too few lines.
 */
export function limitFor(matches: readonly PastMatch[], errorShare: number, fallback: number): number {
  const descending = matches.toSorted((a, b) => b.score - a.score);
  let wrong = 0;
  let limit: number | undefined;
  for (const [index, { score, isRight }] of descending.entries()) {
    if (!isRight) wrong++;
    const next = descending[index + 1]?.score;
    const count = index + 1;
    if (score === next || count < MIN_LINES || wrong > errorShare * count) continue;
    limit = next === undefined ? score : Math.min(score, next + STEP);
  }
  return limit ?? fallback;
}
