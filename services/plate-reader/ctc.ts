import { BLANK, OTHER, SYMBOLS, characterOf } from './alphabet.js';
import { type LineReading } from './recognize.js';

/** A possible text of a line, with the natural logarithm of its probability. */
export interface Hypothesis {
  readonly text: string;
  readonly logProbability: number;
}

/** Added to every probability, because a softmax output is overconfident. */
const FLOOR = 1e-4;

/** Prefixes kept per step: more than 32 do not change the results and cost time. */
const BEAM_WIDTH = 32;

/** Symbols less likely than this are not tried at a step. */
const MIN_PROBABILITY = 2e-3;

interface Beam {
  blank: number;
  character: number;
}

/**
 * The most probable texts of a line, best first: CTC prefix beam search (Hannun et al. 2014, algorithm 1, without a
 * language model). OTHER is removed, and the other probabilities are scaled to a sum of 1.
 */
export function likelyTexts(reading: LineReading, limit: number): Hypothesis[] {
  let beams = new Map<string, Beam>([['', { blank: 1, character: 0 }]]);
  let logScale = 0;
  for (let step = 0; step < reading.steps; step++) {
    beams = advance(beams, plateProbabilities(reading, step));
    const total = sum(beams);
    logScale += Math.log(total);
    for (const beam of beams.values()) [beam.blank, beam.character] = [beam.blank / total, beam.character / total];
  }
  return [...beams]
    .map(([text, beam]) => ({ text, logProbability: Math.log(beam.blank + beam.character) + logScale }))
    .sort((a, b) => b.logProbability - a.logProbability)
    .slice(0, limit);
}

function plateProbabilities({ probabilities }: LineReading, step: number): Float64Array {
  const row = new Float64Array(SYMBOLS);
  let total = 0;
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    row[symbol] = symbol === OTHER ? 0 : (probabilities[step * SYMBOLS + symbol] ?? 0) + FLOOR;
    total += row[symbol] ?? 0;
  }
  return row.map((value) => value / total);
}

function advance(beams: ReadonlyMap<string, Beam>, row: Float64Array): Map<string, Beam> {
  const next = new Map<string, Beam>();
  const at = (text: string): Beam => {
    const known = next.get(text);
    if (known) return known;
    const fresh = { blank: 0, character: 0 };
    next.set(text, fresh);
    return fresh;
  };
  for (const [text, beam] of beams) {
    const total = beam.blank + beam.character;
    at(text).blank += total * (row[BLANK] ?? 0);
    for (let symbol = OTHER + 1; symbol < SYMBOLS; symbol++) {
      const probability = row[symbol] ?? 0;
      if (probability < MIN_PROBABILITY) continue;
      const character = characterOf(symbol);
      const repeats = text.endsWith(character);
      if (repeats) at(text).character += beam.character * probability;
      at(text + character).character += (repeats ? beam.blank : total) * probability;
    }
  }
  return best(next);
}

function best(beams: Map<string, Beam>): Map<string, Beam> {
  if (beams.size <= BEAM_WIDTH) return beams;
  const weight = ([, beam]: [string, Beam]) => beam.blank + beam.character;
  return new Map([...beams].sort((a, b) => weight(b) - weight(a)).slice(0, BEAM_WIDTH));
}

function sum(beams: ReadonlyMap<string, Beam>): number {
  let total = 0;
  for (const beam of beams.values()) total += beam.blank + beam.character;
  return total;
}
