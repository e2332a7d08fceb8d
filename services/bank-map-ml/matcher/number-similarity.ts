import { isDigit } from './text.js';

/** Costs of inserting or deleting a character; a replacement costs the higher one of its two. Only the ratio counts. */
const DIGIT = 2;
const OTHER = 1;

/** A document number or a token of a text, prepared for the comparison. */
export interface NumberText {
  units: Uint16Array;
  costs: Uint8Array;
  /** The cost of inserting the whole text. */
  length: number;
  /** The number of each of the ten digits, followed by the number of other characters. */
  counts: Uint16Array;
}

/** Prepares a number or token for the comparison. */
export function numberText(text: string): NumberText {
  const units = Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const costs = Uint8Array.from(units, (unit) => (isDigit(unit) ? DIGIT : OTHER));
  const counts = new Uint16Array(11);
  for (const unit of units) {
    const bucket = isDigit(unit) ? unit - 48 : 10;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return { units, costs, length: costs.reduce((sum, cost) => sum + cost, 0), counts };
}

/** The distinct tokens of a folded text that contain a digit. */
export function numberTokens(folded: string): NumberText[] {
  const tokens = folded.split(/[\s,;]+/).map((token) => token.replace(/[^\p{L}\p{M}\p{N}]/gu, ''));
  return [...new Set(tokens)].filter((token) => /[0-9]/.test(token)).map(numberText);
}

/** 1 − distance / length of the longer text, if it is above `above`; otherwise any value up to `above`. */
export function numberSimilarity(a: NumberText, b: NumberText, above: number): number {
  const longer = Math.max(a.length, b.length);
  const bound = 1 - leastDistance(a, b) / longer;
  if (bound <= above) return 0;
  const limit = Math.floor((1 - Math.max(above, 0)) * longer);
  return Math.max(0, 1 - distance(a, b, limit) / longer);
}

/** A lower bound of the distance: each character without an equal one in the other text costs its insertion. */
function leastDistance(a: NumberText, b: NumberText): number {
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < 11; i++) {
    const more = ((a.counts[i] ?? 0) - (b.counts[i] ?? 0)) * (i < 10 ? DIGIT : OTHER);
    if (more > 0) onlyA += more;
    else onlyB -= more;
  }
  return Math.max(onlyA, onlyB);
}

let row = new Int32Array(64);

/** Weighted edit distance; stops with a value above `limit` when the distance must exceed it. */
function distance(a: NumberText, b: NumberText, limit: number): number {
  const width = b.units.length;
  if (row.length <= width) row = new Int32Array(2 * width);
  row[0] = 0;
  for (let j = 0; j < width; j++) row[j + 1] = (row[j] ?? 0) + (b.costs[j] ?? 0);
  for (let i = 0; i < a.units.length; i++) {
    if (nextRow(a.units[i] ?? 0, a.costs[i] ?? 0, b) > limit) return Number.MAX_SAFE_INTEGER;
  }
  return row[width] ?? 0;
}

/** Computes the next row of the matrix and returns its minimum. */
function nextRow(unit: number, cost: number, b: NumberText): number {
  let diagonal = row[0] ?? 0;
  let left = (row[0] = diagonal + cost);
  let least = left;
  for (let j = 0; j < b.units.length; j++) {
    const above = row[j + 1] ?? 0;
    const other = b.costs[j] ?? 0;
    const replaced = diagonal + (b.units[j] === unit ? 0 : Math.max(cost, other));
    left = Math.min(above + cost, left + other, replaced);
    row[j + 1] = left;
    diagonal = above;
    if (left < least) least = left;
  }
  return least;
}
