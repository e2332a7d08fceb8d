import { type InferenceSession } from 'onnxruntime-node';
import { OTHER, SYMBOLS } from './alphabet.js';
import { cropLevel } from './crop.js';
import { type Box } from './geometry.js';
import { type Picture } from './image.js';
import { runOnPicture, toBgrPlanes } from './network.js';

/** Rows of the recognizer's input (PaddleOCR `rec_image_shape` 3,48,320). */
const HEIGHT = 48;

/** Limits of the columns. The recognizer is convolutional along the line and was trained with 320 columns. */
const MIN_WIDTH = 96;
const MAX_WIDTH = 640;
const WIDTH_STEP = 16;

/** PaddleOCR's `resize_norm_img`: (x / 255 - 0.5) / 0.5. */
const SCALE = [1 / 127.5, 1 / 127.5, 1 / 127.5];
const OFFSET = [1, 1, 1];

/** Probabilities of all SYMBOLS at each of `steps` positions along a line, in row-major order. */
export interface LineReading {
  readonly steps: number;
  readonly probabilities: Float32Array;
}

/** The network, the number of its output columns, and the columns that are used. */
export interface Recognizer {
  readonly session: InferenceSession;
  readonly columns: number;
  /** Column and symbol of the columns that are not OTHER: about 100 of 6,625. */
  readonly plateColumns: readonly (readonly [column: number, symbol: number])[];
}

/** @param symbolByColumn the symbol of each output column (alphabet.ts) */
export function createRecognizer(session: InferenceSession, symbolByColumn: Uint8Array): Recognizer {
  const plateColumns = [...symbolByColumn.entries()].filter(([, symbol]) => symbol !== OTHER);
  return { session, columns: symbolByColumn.length, plateColumns };
}

/** Reads one line of text. @param shear see cropLevel */
export async function readLine(recognizer: Recognizer, picture: Picture, box: Box, shear = 0): Promise<LineReading> {
  const natural = (box.width * HEIGHT) / box.height;
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(natural / WIDTH_STEP) * WIDTH_STEP));
  const crop = cropLevel(picture, box, width, HEIGHT, shear);
  const { data } = await runOnPicture(recognizer.session, toBgrPlanes(crop.data, SCALE, OFFSET), HEIGHT, width);
  return foldColumns(data, recognizer);
}

function foldColumns(data: Float32Array, { columns, plateColumns }: Recognizer): LineReading {
  const steps = data.length / columns;
  const probabilities = new Float32Array(steps * SYMBOLS);
  for (let step = 0; step < steps; step++) {
    let rest = 1;
    for (const [column, symbol] of plateColumns) {
      const probability = data[step * columns + column] ?? 0;
      const at = step * SYMBOLS + symbol;
      probabilities[at] = (probabilities[at] ?? 0) + probability;
      rest -= probability;
    }
    probabilities[step * SYMBOLS + OTHER] = Math.max(0, rest);
  }
  return { steps, probabilities };
}
