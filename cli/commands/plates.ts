import fs from 'node:fs';
import { type RecognizeBatchResult } from '@longhaul/client';
import { type Command } from 'commander';
import { UsageError } from '../../dev/exit.js';
import { formatTable } from '../../dev/table.js';
import { csvLine } from '../../src/platform/csv.js';
import { appCommand, onApp, type App, type Flags } from '../app.js';

interface PlatesFlags extends Flags {
  file?: string;
  csv: boolean;
}

/** `longhaul plates`: a batch of images. */
export const platesCommand = (): Command =>
  appCommand('plates', 'Reads the plates on images, of up to 1,000 image ids.', [
    'plates 10022 9965',
    'plates --file ids.txt --csv > plates.csv',
  ])
    .argument('[ids...]', 'image ids')
    .option('--file <file>', 'file with more image ids, separated by spaces, commas or lines; - is stdin')
    .option('--csv', 'print CSV instead of a table', false)
    .action((ids: string[], flags: PlatesFlags) => onApp(flags, (app) => recognize(app, ids, flags)));

async function recognize(app: App, given: readonly string[], { file, csv, json }: PlatesFlags): Promise<void> {
  if (csv && json) throw new UsageError('Give --csv or --json, not both.');
  const imageIds = [...given, ...(file === undefined ? [] : idsIn(file))].map(numberOf);
  if (imageIds.length === 0) throw new UsageError('Give image ids, such as npx longhaul plates 10022 9965, or --file.');
  const { signal } = app;
  const operation = await app.longhaul.plates.recognizeBatch({ imageIds }, { signal });
  const monitor = await app.follow<RecognizeBatchResult>(operation.id);
  if (json)
    app.printJson(monitor.status === 'Succeeded' ? { ...monitor, result: await app.resultOf(monitor) } : monitor);
  const { results } = await app.resultOf(monitor);
  const failed = results.filter(({ error }) => error !== undefined).length;
  const rows = results.map(({ imageId, plateNumber, confidence, error }) => ({
    imageId,
    plateNumber,
    confidence,
    error,
  }));
  if (csv) {
    const lines = rows.map(({ error, ...row }) => csvLine([...Object.values(row), error?.code, error?.message]));
    process.stdout.write(
      csvLine(['imageId', 'plateNumber', 'confidence', 'errorCode', 'errorMessage']) + lines.join(''),
    );
  } else if (!json) {
    const cells = rows.map(({ imageId, plateNumber, confidence, error }) => [
      imageId,
      plateNumber,
      confidence?.toFixed(2),
      error && `${error.code}: ${error.message}`,
    ]);
    app.print(formatTable(['image', 'plate', 'confidence', 'error'], cells));
  }
  if (failed > 0) {
    app.screen.print(
      `${failed} of ${results.length} images failed. To read these again: ${app.command('retry', operation.id)}`,
    );
  }
}

function idsIn(file: string): string[] {
  try {
    return fs
      .readFileSync(file === '-' ? 0 : file, 'utf8')
      .split(/[\s,]+/)
      .filter((id) => id !== '');
  } catch (cause) {
    throw new UsageError(`--file ${file} cannot be read; give a file with image ids.`, { cause });
  }
}

function numberOf(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new UsageError(`"${id}" is no image id; image ids are whole numbers.`);
}
