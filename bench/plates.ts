import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { createPlateReader, type PlateReader } from '../services/plate-reader/reader.js';
import { median, quantile, type Figure, type Findings } from './figures.js';
import { lenientForm, readTruth, strictForm, type LabeledImage } from './plate-truth.js';

/** Targets of the project (docs/plate-reader.md); the best published end-to-end rate on the benchmark is 96.9 %. */
const MIN_RATE = 96;
const MAX_MEDIAN_MS = 150;

interface PlatesOptions {
  /** Folder with images and a `truth.tsv`. */
  readonly dir: string;
}

/** An image that was read wrong, also in the lenient comparison; `answer` is null when no plate was found. */
interface WrongPlate {
  readonly file: string;
  readonly plate: string;
  readonly answer: string | null;
}

/** The result over all labeled images; a plate that was not found counts as wrong. */
interface PlatesReport extends Findings {
  readonly details: {
    readonly dir: string;
    readonly images: number;
    readonly strict: number;
    readonly lenient: number;
    readonly wrong: readonly WrongPlate[];
  };
}

interface Answer extends LabeledImage {
  readonly answer: string | null;
  readonly ms: number;
}

/** Reads all labeled images of a folder sequentially on one core and counts the correct ones. */
export async function benchPlates({ dir }: PlatesOptions): Promise<PlatesReport> {
  const images = await readTruth(dir);
  sharp.concurrency(1);
  const reader = await createPlateReader();
  const answers: Answer[] = [];
  await answerFor(reader, images[0]); // warm-up: the first run of a network also prepares it
  for (const image of images) answers.push(await answerFor(reader, image));
  return report(dir, answers);
}

async function answerFor(reader: PlateReader, image: LabeledImage | undefined): Promise<Answer> {
  if (!image) throw new Error('The folder has no images.');
  const bytes = await readFile(image.file);
  const start = performance.now();
  const { candidates } = await reader.readPlates(bytes);
  return { ...image, answer: candidates[0]?.plateNumber ?? null, ms: performance.now() - start };
}

function report(dir: string, answers: readonly Answer[]): PlatesReport {
  const strict = answers.filter(({ answer, plate }) => strictForm(answer ?? '') === strictForm(plate)).length;
  const wrong = answers.filter(({ answer, plate }) => lenientForm(answer ?? '') !== lenientForm(plate));
  const lenient = answers.length - wrong.length;
  return {
    figures: figures(answers, strict, lenient),
    details: {
      dir,
      images: answers.length,
      strict,
      lenient,
      wrong: wrong.map(({ file, plate, answer }) => ({ file: path.basename(file), plate, answer })),
    },
  };
}

function figures(answers: readonly Answer[], strict: number, lenient: number): Figure[] {
  const times = answers.map(({ ms }) => ms);
  const rate = (count: number) => (100 * count) / answers.length;
  return [
    { name: 'labeled images', value: answers.length, unit: '' },
    { name: 'exact plates, strict', value: rate(strict), unit: '%' },
    { name: 'exact plates, 0≡O and 1≡I', value: rate(lenient), unit: '%', target: { atLeast: MIN_RATE } },
    { name: 'time per image, median', value: median(times), unit: 'ms', target: { atMost: MAX_MEDIAN_MS } },
    { name: 'time per image, p90', value: quantile(times, 0.9), unit: 'ms' },
  ];
}

/** A line for each wrong plate: file, plate, answer. */
export function describeWrong({ details }: PlatesReport): string {
  return details.wrong.map(({ file, plate, answer }) => `${file}\t${plate}\t${answer ?? '-'}`).join('\n');
}
