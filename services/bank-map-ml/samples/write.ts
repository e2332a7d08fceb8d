import fs from 'node:fs';
import { FILE_KEYS, type FileKey } from '../input/columns.js';
import { generate } from './generate.js';
import { jsonLine } from './jsonl.js';
import { resolveOptions, type SampleOptions } from './options.js';
import { ZipWriter } from './zip-writer.js';

const REPORT_EVERY = 100_000;

/**
 * Writes a sample as a zip, and its answers to `<out>.truth.jsonl`, without holding it in memory.
 *
 * @param onProgress called every 100,000 rows with the number of rows
 * @returns the number of rows
 * @throws RangeError for invalid options, before a file is created
 */
export function writeSample(options: Partial<SampleOptions>, out: string, onProgress: (rows: number) => void): number {
  resolveOptions(options);
  const zipFile = fs.openSync(out, 'w');
  const truthFile = fs.openSync(`${out}.truth.jsonl`, 'w');
  let rows = 0;
  try {
    const zip = new ZipWriter(FILE_KEYS.map(nameOf), (bytes) => fs.writeFileSync(zipFile, bytes));
    generate(options, {
      row: (file, row) => {
        zip.write(nameOf(file), jsonLine(file, row));
        if (++rows % REPORT_EVERY === 0) onProgress(rows);
      },
      truth: (answer) => fs.writeFileSync(truthFile, `${JSON.stringify(answer)}\n`),
    });
    zip.end();
  } finally {
    fs.closeSync(zipFile);
    fs.closeSync(truthFile);
  }
  return rows;
}

const nameOf = (file: FileKey) => `${file}.jsonl`;
