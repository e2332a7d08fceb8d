import { setTimeout as pause } from 'node:timers/promises';
import { plateCandidates, type Candidate } from './choose.js';
import { likelyTexts } from './ctc.js';
import { detectText, type TextBox } from './detect.js';
import { decodePicture, type Picture } from './image.js';
import { loadModels, type Models } from './models.js';
import { normalisePlate } from './normalise.js';
import { readLine } from './recognise.js';

export interface PlateReaderOptions {
  /** Threads of one inference. */
  readonly threads: number;
}

/** A registration that the picture may show; `confidence` is between 0 and 1. */
export interface PlateCandidate {
  readonly plateNumber: string;
  readonly confidence: number;
}

/** What a picture says, best first; empty when no plate was found or none could be read. */
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

const FIRST_LOOK_SIDE = 640;

export async function createPlateReader({ threads }: PlateReaderOptions): Promise<PlateReader> {
  const models = await loadModels(threads);
  return {
    async readPlates(image) {
      return readPicture(models, await decodePicture(image));
    },
  };
}

export async function readPicture(models: Models, picture: Picture): Promise<Reading> {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  const scale = FIRST_LOOK_SIDE / Math.max(picture.width, picture.height);
  const boxes = await detectText(models.detector, picture, { region: whole, scale });
  const all: Candidate[] = [];
  for (const found of boxes) all.push(...(await readBox(models, picture, found)));
  all.sort((a, b) => b.score - a.score);
  return {
    candidates: all
      .slice(0, 5)
      .map(({ text, score }) => ({ plateNumber: normalisePlate(text), confidence: Math.min(1, Math.exp(score)) })),
  };
}

async function readBox(models: Models, picture: Picture, { box }: TextBox): Promise<Candidate[]> {
  const reading = await readLine(models.recogniser, picture, box);
  await pause(0);
  return plateCandidates(likelyTexts(reading, 24));
}
