import { casefold, codePoints, hasDigit, hyphenatedTokensOf, isDigit, lengthOf, tokensOf } from './text.js';

/** The cost of most edits. Two texts that are this far apart are not similar. */
const FULL = 1;
/** An edit that banks and people often make: a short prefix added or dropped, a last digit missing. */
const CHEAP = 0.3;
/** One digit for another, not at the beginning. */
const WRONG_DIGIT = 0.4;
/** Edits that can add up to less than FULL. */
export const MAX_EDITS = 3;
const HYPHEN = 45;
const ZERO = 48;

/** A document number or a token of a text, prepared for the comparison. */
export class NumberText {
  /** Case-folded. */
  readonly text: string;
  /** Code points. */
  readonly length: number;
  readonly hasHyphen: boolean;
  #characters: Characters | undefined;

  constructor(text: string) {
    this.text = casefold(text);
    this.length = lengthOf(this.text);
    this.hasHyphen = this.text.includes('-');
  }

  /** Computed on demand, because most numbers are never compared with a token of nearly their length. */
  get characters(): Characters {
    return (this.#characters ??= charactersOf(this.text));
  }
}

interface Characters {
  points: Int32Array;
  /** The number of each of the ten digits, followed by the number of other characters. */
  counts: Uint8Array;
}

function charactersOf(text: string): Characters {
  const points = codePoints(text);
  const counts = new Uint8Array(11);
  for (const point of points) {
    const bucket = isDigit(point) ? point - ZERO : 10;
    counts[bucket] = Math.min(255, (counts[bucket] ?? 0) + 1);
  }
  return { points, counts };
}

/** The cost of deleting a character. */
function deletionCost(point: number, at: number, length: number): number {
  if (at < 3 && !isDigit(point)) return CHEAP;
  if (at < 4 && point === ZERO) return CHEAP;
  if (at === length - 1 && isDigit(point)) return CHEAP;
  return at === length - 2 && point === HYPHEN ? CHEAP : FULL;
}

/** The tokens of a text with which document numbers are compared. */
export interface NumberTokens {
  /** For numbers without and with a hyphen. */
  plain: TokenLists;
  hyphenated: TokenLists;
}

export interface TokenLists {
  /** Tokens with a digit, which can be similar to a number. */
  numbers: readonly NumberText[];
  /** Tokens of at least two characters, which can be the end of a number. */
  ends: readonly { text: string; distance: number }[];
}

/** Splits a case-folded text. */
export function numberTokens(text: string): NumberTokens {
  const plain = tokenLists(tokensOf(text));
  return { plain, hyphenated: text.includes('-') ? tokenLists(hyphenatedTokensOf(text)) : plain };
}

function tokenLists(tokens: readonly string[]): TokenLists {
  const numbers = tokens.filter(hasDigit).map((token) => new NumberText(token));
  const ends = tokens
    .map((text) => ({ text, length: lengthOf(text) }))
    .filter(({ length }) => length > 1)
    .map(({ text, length }) => ({ text, distance: endDistance(length) }));
  return { numbers, ends };
}

/** The distance of a number from its own end. Below 0 from 21 characters on. */
const endDistance = (length: number): number => 1 - (0.1 + 0.05 * (length - 2));

interface SimilarToken {
  /** 0 when no token is similar; 1 for an equal token, and more for a long end. */
  similarity: number;
  token: string;
}

/** The token that is most similar to a document number. */
export function mostSimilarToken(number: NumberText, tokens: NumberTokens): SimilarToken {
  const { numbers, ends } = number.hasHyphen ? tokens.hyphenated : tokens.plain;
  let least = FULL;
  let token = '';
  for (const other of numbers) {
    const found = distance(number, other);
    if (found === 0) return { similarity: 1, token: other.text };
    if (found < least) [least, token] = [found, other.text];
  }
  for (const { text, distance } of ends) {
    if (distance < least && number.text.endsWith(text)) [least, token] = [distance, text];
  }
  return { similarity: 1 - least, token };
}

let previous = new Float64Array(64);
let current = new Float64Array(64);

/** Weighted edit distance from a document number to a token; FULL when it is not less. */
function distance(a: NumberText, b: NumberText): number {
  if (a.text === b.text) return 0;
  if (Math.abs(a.length - b.length) > MAX_EDITS || isFar(a.characters, b.characters)) return FULL;
  if (a.length === 0) return insertAll(b.length);
  return editDistance(a.characters.points, b.characters.points);
}

function editDistance(a: Int32Array, b: Int32Array): number {
  const width = b.length;
  if (previous.length <= width) [previous, current] = [new Float64Array(2 * width), new Float64Array(2 * width)];
  previous[0] = 0;
  for (let j = 0; j < width; j++) previous[j + 1] = (previous[j] ?? 0) + (j < 3 ? CHEAP : FULL);
  for (let i = 0; i < a.length; i++) {
    if (nextRow(a, i, b) >= FULL) return FULL;
    [previous, current] = [current, previous];
  }
  return previous[width] ?? FULL;
}

function insertAll(count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += CHEAP;
  return sum;
}

/** Whether more than MAX_EDITS are needed. */
function isFar(a: Characters, b: Characters): boolean {
  let onlyA = 0;
  let onlyB = 0;
  for (let i = 0; i < 11; i++) {
    const more = (a.counts[i] ?? 0) - (b.counts[i] ?? 0);
    if (more > 0) onlyA += more;
    else onlyB -= more;
  }
  return Math.max(onlyA, onlyB) > MAX_EDITS;
}

/** Computes the next row of the matrix and returns its minimum. */
function nextRow(a: Int32Array, i: number, b: Int32Array): number {
  const unit = a[i] ?? 0;
  const deletion = deletionCost(unit, i, a.length);
  const insertion = i < 3 ? CHEAP : FULL;
  const digitMayDiffer = i > 3 && isDigit(unit);
  let left = (current[0] = (previous[0] ?? 0) + deletion);
  let least = left;
  for (let j = 0; j < b.length; j++) {
    const other = b[j] ?? 0;
    const cost = unit === other ? 0 : digitMayDiffer && isDigit(other) ? WRONG_DIGIT : FULL;
    left = Math.min(left + insertion, (previous[j + 1] ?? 0) + deletion, (previous[j] ?? 0) + cost);
    current[j + 1] = left;
    if (left < least) least = left;
  }
  return least;
}
