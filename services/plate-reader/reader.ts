import { type Candidate } from './choose.js';
import { corners } from './geometry.js';
import { decodePicture, type DecodedPicture } from './image.js';
import { loadModels } from './models.js';
import { normalizePlate } from './normalize.js';
import { findPlateLines, type Line } from './search.js';

/** A possible plate number; `confidence` is between 0 and 1. */
interface PlateCandidate {
  readonly plateNumber: string;
  readonly confidence: number;
}

/** An upright rectangle of whole pixels of the image, its EXIF orientation applied. */
interface PlateBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Reading {
  /** The plate numbers found in the image, best first; empty when no plate was found or none could be read. */
  readonly candidates: readonly PlateCandidate[];
  /** The place of the first candidate. */
  readonly box?: PlateBox;
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
      const picture = await decodePicture(image);
      return toReading(await findPlateLines(models, picture), picture);
    },
  };
}

/** The best texts of all lines. The confidence is the probability that the line is a plate times the text's share. */
function toReading(lines: readonly Line[], picture: DecodedPicture): Reading {
  const [best] = lines;
  const found = lines.flatMap((line) =>
    shares(line.candidates).map(({ text, share }) => ({
      plateNumber: normalizePlate(text),
      confidence: Number((share * Math.exp(line.evidence)).toFixed(4)),
      order: Math.log(share) + line.rank,
      isBestLine: line.rank === best?.rank,
      line,
    })),
  );
  const kept = found
    .filter(({ confidence }) => confidence >= MIN_CONFIDENCE)
    .sort((a, b) => Number(b.isBestLine) - Number(a.isBestLine) || b.order - a.order)
    .slice(0, MAX_CANDIDATES);
  const candidates = kept.map(({ plateNumber, confidence }) => ({ plateNumber, confidence }));
  return { candidates, ...(kept[0] && { box: placeOf(kept[0].line, picture) }) };
}

/** The smallest upright rectangle around a line, without what is outside the image. */
function placeOf({ box }: Line, { width, height, original }: DecodedPicture): PlateBox {
  const points = corners(box);
  const [left, right] = pixelsOf(
    points.map(({ x }) => x / width),
    original.width,
  );
  const [top, bottom] = pixelsOf(
    points.map(({ y }) => y / height),
    original.height,
  );
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The whole pixels of a side that hold all places, which are shares of the side: first one, and the one after the last. */
function pixelsOf(places: readonly number[], side: number): [number, number] {
  const first = Math.min(Math.max(0, Math.floor(Math.min(...places) * side)), side - 1);
  return [first, Math.max(first + 1, Math.min(side, Math.ceil(Math.max(...places) * side)))];
}

function shares(candidates: readonly Candidate[]): { text: string; share: number }[] {
  const top = candidates[0]?.score ?? 0;
  const total = candidates.reduce((sum, { score }) => sum + Math.exp(score - top), 0);
  return candidates.map(({ text, score }) => ({ text, share: Math.exp(score - top) / total }));
}
