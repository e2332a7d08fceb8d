import { type PastMatch } from './back-test.js';

/**
 * The lowest similarity that can be recommended from: of the past lines above it, at most the share asked for was
 * wrong. One more error than was seen is reckoned with (Laplace), so that luck with a few lines does not lower it.
 * When there are too few lines to show such a share, the limit is the fallback; when there are enough and no limit
 * keeps it, nothing below the last error is recommended.
 */
export function limitFor(matches: readonly PastMatch[], errorShare: number, fallback: number): number {
  if ((matches.length + 2) * errorShare < 1) return fallback;
  const falling = matches.toSorted((a, b) => b.similarity - a.similarity);
  let wrong = 0;
  let limit: number | undefined;
  for (const [index, { similarity, isRight }] of falling.entries()) {
    if (!isRight) wrong++;
    const isLastOfEqual = falling[index + 1]?.similarity !== similarity;
    if (isLastOfEqual && wrong + 1 <= errorShare * (index + 3)) limit = similarity;
  }
  return limit ?? Math.max(fallback, aboveErrors(falling));
}

/** Just above the highest similarity that was wrong. */
function aboveErrors(falling: readonly PastMatch[]): number {
  const highest = falling.find(({ isRight }) => !isRight);
  return highest ? highest.similarity + 1e-9 : 0;
}
