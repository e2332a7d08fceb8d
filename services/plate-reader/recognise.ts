import type { InferenceSession } from 'onnxruntime-node';
import { OTHER, SYMBOLS } from './alphabet.js';
import { cropLevel } from './crop.js';
import type { Box } from './geometry.js';
import type { Picture } from './image.js';
import { runOnPicture, toBgrPlanes } from './network.js';

/** Rows of the recogniser's input (PaddleOCR `rec_image_shape` 3,48,320). */
const HEIGHT = 48;

/** Columns: the recogniser is fully convolutional along the line; it was trained at 320 and needs some context. */
const MIN_WIDTH = 96;
const MAX_WIDTH = 640;
const WIDTH_STEP = 16;

/** PaddleOCR's `resize_norm_img`: (x / 255 - 0.5) / 0.5. */
const SCALE = [1 / 127.5, 1 / 127.5, 1 / 127.5];
const OFFSET = [1, 1, 1];

/** Probabilities of the SYMBOLS at each of `steps` positions along a line, row by row. */
export interface LineReading {
  readonly steps: number;
  readonly probabilities: Float32Array;
}

/** What the recogniser needs besides pixels: its network, how many columns that answers, and which of them matter. */
export interface Recogniser {
  readonly session: InferenceSession;
  readonly columns: number;
  /** Column and symbol, for the hundred of 6,625 columns that are not OTHER. */
  readonly plateColumns: readonly (readonly [column: number, symbol: number])[];
}

/** A recogniser whose columns count towards these symbols. */
export function createRecogniser(session: InferenceSession, symbolByColumn: Uint8Array): Recogniser {
  const plateColumns = [...symbolByColumn.entries()].filter(([, symbol]) => symbol !== OTHER);
  return { session, columns: symbolByColumn.length, plateColumns };
}

/** Reads one line of text, cut with `shear` (see cropLevel). */
export async function readLine(recogniser: Recogniser, picture: Picture, box: Box, shear = 0): Promise<LineReading> {
  const natural = (box.width * HEIGHT) / box.height;
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(natural / WIDTH_STEP) * WIDTH_STEP));
  const crop = cropLevel(picture, box, width, HEIGHT, shear);
  const { data } = await runOnPicture(recogniser.session, toBgrPlanes(crop.data, SCALE, OFFSET), HEIGHT, width);
  return foldColumns(data, recogniser);
}

function foldColumns(data: Float32Array, { columns, plateColumns }: Recogniser): LineReading {
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
