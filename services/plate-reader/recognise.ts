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

/** What the recogniser needs besides pixels: its network, and which symbol each output column counts towards. */
export interface Recogniser {
  readonly session: InferenceSession;
  readonly symbolByColumn: Uint8Array;
}

/** Reads one line of text, cut with `shear` (see cropLevel). */
export async function readLine(recogniser: Recogniser, picture: Picture, box: Box, shear = 0): Promise<LineReading> {
  const natural = (box.width * HEIGHT) / box.height;
  const width = Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(natural / WIDTH_STEP) * WIDTH_STEP));
  const { session, symbolByColumn } = recogniser;
  const crop = cropLevel(picture, box, width, HEIGHT, shear);
  const { data } = await runOnPicture(session, toBgrPlanes(crop.data, SCALE, OFFSET), HEIGHT, width);
  return foldColumns(data, symbolByColumn);
}

function foldColumns(data: Float32Array, symbolByColumn: Uint8Array): LineReading {
  const columns = symbolByColumn.length;
  const steps = data.length / columns;
  const probabilities = new Float32Array(steps * SYMBOLS);
  for (let step = 0; step < steps; step++) {
    for (let column = 0; column < columns; column++) {
      const at = step * SYMBOLS + (symbolByColumn[column] ?? OTHER);
      probabilities[at] = (probabilities[at] ?? 0) + (data[step * columns + column] ?? 0);
    }
  }
  return { steps, probabilities };
}
