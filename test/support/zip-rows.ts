import { strFromU8, unzipSync } from 'fflate';
import { type Rows } from './bank-map-reference/load.js';

/** The rows of each file of a zip, by its name without `.jsonl`. */
export function rowsOf(zip: Uint8Array): Rows {
  const files = Object.entries(unzipSync(zip)).map(([name, bytes]) => [name.replace('.jsonl', ''), rows(bytes)]);
  return Object.fromEntries(files) as Rows;
}

const rows = (bytes: Uint8Array): unknown[] =>
  strFromU8(bytes)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
