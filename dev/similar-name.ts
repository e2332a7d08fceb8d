/** Shorter names resemble too many others. */
const MIN_LENGTH = 4;
/** One difference in so many characters, and three at most. */
const CHARACTERS_PER_DIFFERENCE = 6;
const MAX_DIFFERENCES = 3;
/** From this length on, a name that lacks its last words, or has further ones, is similar. */
const MIN_PREFIX = 8;

/** The name that was probably meant; undefined when none of the known ones is similar, or when it is one of them. */
export function similarName(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name) || name.length < MIN_LENGTH) return undefined;
  const distances = known
    .map((candidate) => ({ candidate, distance: distanceOf(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= allowed(candidate) || sharesWords(name, candidate))
    .sort((a, b) => a.distance - b.distance);
  return distances[0]?.candidate;
}

const plain = (name: string) => name.replaceAll(/[_-]/g, '').toUpperCase();

function allowed(name: string): number {
  return Math.min(MAX_DIFFERENCES, Math.max(1, Math.floor(name.length / CHARACTERS_PER_DIFFERENCE)));
}

/** Whether one is the other with further words, such as a unit. Two underscores name a part of a setting. */
function sharesWords(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length < MIN_PREFIX || !long.startsWith(`${short}_`)) return false;
  return !long.startsWith(`${short}__`);
}

/** Levenshtein's distance with exchanges of neighbors, without regard to case and separators. */
function distanceOf(first: string, second: string): number {
  const [a, b] = [plain(first), plain(second)];
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      const isExchange = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + cost,
        isExchange ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, current];
  }
  return last[b.length] ?? 0;
}
