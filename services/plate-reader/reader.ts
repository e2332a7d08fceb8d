import { type Candidate } from './choose.js';
import { decodePicture } from './image.js';
import { loadModels } from './models.js';
import { normalizePlate } from './normalize.js';
import { findPlateLines, type Line } from './search.js';

/** A possible plate number; `confidence` is between 0 and 1. */
interface PlateCandidate {
  readonly plateNumber: string;
  readonly confidence: number;
}

/** The plate numbers found in a picture, best first; empty when no plate was found or none could be read. */
export interface Reading {
  readonly candidates: readonly PlateCandidate[];
}

export interface PlateReader {
  /**
   * Reads the plate on a JPEG, PNG or WebP.
   *
   * @throws {InvalidImageError} when the bytes are not an image that can be decoded
   */
  readPlates(image: Buffer): Promise<Reading>;
}

const MAX_CANDIDATES = 5;

/** Candidates below this confidence are dropped: they are nearly always wrong. */
const MIN_CONFIDENCE = 0.001;

/** Loads the networks (about half a second) and returns a reader. */
export async function createPlateReader(): Promise<PlateReader> {
  const models = await loadModels();
  return {
    async readPlates(image) {
      return toReading(await findPlateLines(models, await decodePicture(image)));
    },
  };
}

/** The best texts of all lines. The confidence is the probability that the line is a plate times the text's share. */
function toReading(lines: readonly Line[]): Reading {
  const [best] = lines;
  const found = lines.flatMap(({ candidates, evidence, rank }) =>
    shares(candidates).map(({ text, share }) => ({
      plateNumber: normalizePlate(text),
      confidence: Number((share * Math.exp(evidence)).toFixed(4)),
      order: Math.log(share) + rank,
      isBestLine: rank === best?.rank,
    })),
  );
  return {
    candidates: found
      .filter(({ confidence }) => confidence >= MIN_CONFIDENCE)
      .sort((a, b) => Number(b.isBestLine) - Number(a.isBestLine) || b.order - a.order)
      .slice(0, MAX_CANDIDATES)
      .map(({ plateNumber, confidence }) => ({ plateNumber, confidence })),
  };
}

function shares(candidates: readonly Candidate[]): { text: string; share: number }[] {
  const top = candidates[0]?.score ?? 0;
  const total = candidates.reduce((sum, { score }) => sum + Math.exp(score - top), 0);
  return candidates.map(({ text, score }) => ({ text, share: Math.exp(score - top) / total }));
}
