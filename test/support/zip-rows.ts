import { strFromU8, unzipSync } from 'fflate';
import { type Rows } from './bank-map-reference/load.js';

/** The rows of each file of a zip, by its name without `.jsonl`. A broken file of rules has none. */
export function rowsOf(zip: Uint8Array): Rows {
  const files = Object.entries(unzipSync(zip)).filter(([name]) => name.endsWith('.jsonl'));
  return Object.fromEntries(files.map(([name, bytes]) => [name.replace('.jsonl', ''), rows(name, bytes)])) as Rows;
}

function rows(name: string, bytes: Uint8Array): unknown[] {
  try {
    const lines = strFromU8(bytes)
      .replace(/^\uFEFF/, '')
      .split('\n');
    return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as unknown);
  } catch (error) {
    if (name === 'textToAccountMappings.jsonl') return [];
    throw error;
  }
}
