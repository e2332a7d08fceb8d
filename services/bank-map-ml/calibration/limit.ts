import { type PastMatch } from './back-test.js';

/**
 * The lowest similarity from which mappings are recommended: at most `errorShare` of the past lines above it were wrong.
 *
 * - One more error than observed is assumed (Laplace), so that a few correct lines do not lower the limit.
 * - With too few lines for such a share, the limit is the fallback.
 * - If no limit satisfies the share, it is above the highest error.
 */
export function limitFor(matches: readonly PastMatch[], errorShare: number, fallback: number): number {
  if ((matches.length + 2) * errorShare < 1) return fallback;
  const descending = matches.toSorted((a, b) => b.similarity - a.similarity);
  let wrong = 0;
  let limit: number | undefined;
  for (const [index, { similarity, isRight }] of descending.entries()) {
    if (!isRight) wrong++;
    const isLastOfEqual = descending[index + 1]?.similarity !== similarity;
    if (isLastOfEqual && wrong + 1 <= errorShare * (index + 3)) limit = similarity;
  }
  return limit ?? Math.max(fallback, aboveErrors(descending));
}

/** Just above the highest similarity of a wrong match. */
function aboveErrors(descending: readonly PastMatch[]): number {
  const highest = descending.find(({ isRight }) => !isRight);
  return highest ? highest.similarity + 1e-9 : 0;
}
