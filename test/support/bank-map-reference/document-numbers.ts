import { SEPARATORS } from './names.js';
import { characters, fold } from './values.js';

const SEPARATORS_BUT_DASH = /[ ,;:"'(){}.?/!%&@~+]/;
const HAS_DIGIT = /[\p{Nd}²³¹]/u;

/** The word of a message that is most similar to a document's number, and its similarity: 1 when equal, 0 for none. */
export function mostSimilarWord(documentNo: string, message: string): { similarity: number; word: string } {
  const number = fold(documentNo);
  const words = fold(message).split(number.includes('-') ? SEPARATORS_BUT_DASH : SEPARATORS);
  const candidates = [
    ...words.filter((word) => HAS_DIGIT.test(word)).map((word) => ({ word, distance: distance(number, word) })),
    ...words
      .filter((word) => characters(word).length > 1 && number.endsWith(word))
      .map((word) => ({ word, distance: 1 - (0.1 + 0.05 * (characters(word).length - 2)) })),
  ];
  const equal = candidates.find((candidate) => candidate.distance === 0);
  if (equal) return { similarity: 1, word: equal.word };
  let best = { distance: 1, word: '' };
  for (const candidate of candidates) if (candidate.distance < best.distance) best = candidate;
  return { similarity: 1 - best.distance, word: best.word };
}

const isDigit = (character: string) => character >= '0' && character <= '9';

/** What it costs to leave a character of the number out: little for a prefix, leading zeros and a check digit. */
function deletion(character: string, at: number, length: number): number {
  const isCheap =
    (at < 3 && !isDigit(character)) ||
    (at < 4 && character === '0') ||
    (at === length - 1 && isDigit(character)) ||
    (at === length - 2 && character === '-');
  return isCheap ? 0.3 : 1;
}

const insertion = (at: number) => (at < 3 ? 0.3 : 1);

function substitution(from: string, to: string, at: number): number {
  if (from === to) return 0;
  return at > 3 && isDigit(from) && isDigit(to) ? 0.4 : 1;
}

/** The weighted edit distance of a document's number and a word. */
function distance(documentNo: string, foundWord: string): number {
  const [number, word] = [characters(documentNo), characters(foundWord)];
  if (number.length === 0) return 0.3 * word.length;
  let above = [0];
  for (const at of word.keys()) above.push((above[at] ?? 0) + insertion(at));
  for (const [i, from] of number.entries()) {
    const removed = deletion(from, i, number.length);
    const row = [(above[0] ?? 0) + removed];
    for (const [j, to] of word.entries()) {
      const inserted = (row[j] ?? 0) + insertion(i);
      row.push(Math.min(inserted, (above[j + 1] ?? 0) + removed, (above[j] ?? 0) + substitution(from, to, i)));
    }
    above = row;
  }
  return above.at(-1) ?? 0;
}
