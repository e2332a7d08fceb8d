import { characters } from './values.js';

/** Characters that separate the words of a name or message. */
export const SEPARATORS = /[ ,;:\-"'(){}.?/!%&@~+]/;

/** How similar two names are: their common words, rare ones more than `UAB` and `AB`, and their characters. */
export function nameSimilarity(a: string, b: string): number {
  const [lowerA, lowerB] = [a.toLowerCase(), b.toLowerCase()];
  const [wordsA, wordsB] = [lowerA, lowerB].map((name) => name.split(SEPARATORS).filter((word) => word !== ''));
  const [weightA, weightB] = [weight(wordsA ?? []), weight(wordsB ?? [])];
  if (weightA === 0 || weightB === 0) return 0;
  const common = weight([...new Set(wordsA)].filter((word) => wordsB?.includes(word)));
  return (0.7 * common) / Math.sqrt(weightA * weightB) + 0.2 * jaroWinkler(lowerA, lowerB) + 0.1 * jaroWinkler(a, b);
}

const weight = (words: readonly string[]): number =>
  words.reduce((sum, word) => sum + (word === 'uab' || word === 'ab' ? Math.SQRT1_2 : 1), 0);

/** Winkler's similarity of two texts: Jaro's, with a bonus for up to four equal first characters when it is over 0.7. */
function jaroWinkler(textA: string, textB: string): number {
  const [a, b] = [characters(textA), characters(textB)];
  const jaro = jaroSimilarity(a, b);
  if (jaro <= 0.7) return jaro;
  let prefix = 0;
  while (prefix < Math.min(4, a.length, b.length) && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}

function jaroSimilarity(a: readonly string[], b: readonly string[]): number {
  const range = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const [matchedA, matchedB]: [string[], number[]] = [[], []];
  for (const [i, character] of a.entries()) {
    const near = (j: number) => Math.abs(i - j) <= range && !matchedB.includes(j);
    const at = b.findIndex((other, j) => other === character && near(j));
    if (at === -1) continue;
    matchedA.push(character);
    matchedB.push(at);
  }
  const matches = matchedA.length;
  if (matches === 0) return 0;
  const inOrderOfB = matchedB.toSorted((x, y) => x - y).map((j) => b[j]);
  const transpositions = Math.floor(matchedA.filter((character, i) => character !== inOrderOfB[i]).length / 2);
  return (matches / a.length + matches / b.length + (matches - transpositions) / matches) / 3;
}
