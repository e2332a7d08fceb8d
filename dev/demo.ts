/**
 * `npm run demo`: recognizes the sample images, maps a bank statement, analyzes a script, pushes a book and prints the
 * results, on the running stack or on one of its own. Exit code 1 when a result is not as expected.
 */
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import {
  createClient,
  type LonghaulClient,
  type Monitor,
  type Operation,
  type RecognizeBatchResult,
} from '@longhaul/client';
import { mapSample } from './demo-bank-map.js';
import { pushSamples } from './demo-books.js';
import { analyzeScript } from './demo-files.js';
import { SAMPLES } from './plan.js';
import { findApp, runningStack, withAppOptions, type AppFlags } from './running-stack.js';
import { checkSettings } from './settings.js';
import { startStack } from './stack.js';
import { formatTable } from './table.js';
import { stopSignal } from './stop-signal.js';

const SINGLE_ID = 10022;
const UNKNOWN_ID = 404404;
const DEADLINE_MS = 120_000;
const BAR_WIDTH = 24;

type Item = RecognizeBatchResult['results'][number];

/** `longhaul demo`. */
export const demoCommand = () =>
  withAppOptions(new Command('demo'))
    .description(
      'Recognizes plates, maps a bank statement, analyzes a script and pushes a book, and checks the results: on the running ' +
        'stack, or on one that it starts in a temporary folder and stops. A running stack must have the sample images.',
    )
    .option('--own', 'start a stack also when one is running', false)
    .addHelpText(
      'after',
      `
Examples:
  npx longhaul demo
  npx longhaul demo --url http://127.0.0.1:8080`,
    )
    .action(async (flags: Flags) => {
      process.exitCode = (await main(flags)) ? 0 : 1;
    });

interface Flags extends AppFlags {
  own: boolean;
}

async function main(flags: Flags): Promise<boolean> {
  const stop = stopSignal();
  const isRunning = !flags.own && (flags.url !== undefined || runningStack(flags.dir) !== undefined);
  if (!isRunning) return onOwnStack(stop);
  const url = findApp(flags);
  print(`on the app at ${url}`);
  await createClient({ baseUrl: url, key: flags.key, retryMs: 0 }).request('GET', '/health');
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-demo-'));
  try {
    return await show(url, dir, stop, flags.key);
  } finally {
    await fs.rm(dir, { recursive: true, force: true });
  }
}

async function onOwnStack(stop: AbortSignal): Promise<boolean> {
  for (const warning of checkSettings({})) console.error(`warning: ${warning}`);
  const began = performance.now();
  print('starting storage, image provider, plate reader, bank mapping, analyzer and app…');
  const stack = await startStack({ signal: stop, imagesDir: SAMPLES });
  try {
    print(`ready at ${stack.url} after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    return await show(stack.url, stack.dir, stop);
  } finally {
    await stack.stop();
  }
}

/** Runs all parts of the demo. @param dir a temporary folder */
async function show(url: string, dir: string, stop: AbortSignal, key?: string): Promise<boolean> {
  const truth = await readTruth();
  const signal = AbortSignal.any([stop, AbortSignal.timeout(DEADLINE_MS)]);
  const longhaul = createClient({ baseUrl: url, key });
  const results = await recognize(longhaul, [...truth.keys(), UNKNOWN_ID], signal);
  const platesAreRight = report(results, truth);
  const mappingsAreRight = await mapSample(longhaul, dir, print, signal);
  const ratingIsRight = await analyzeScript(longhaul, print, signal);
  const bookIsRight = await pushSamples({ url, key }, dir, print, signal);
  return platesAreRight && mappingsAreRight && ratingIsRight && bookIsRight;
}

/** Recognizes one image, then many. */
async function recognize(longhaul: LonghaulClient, imageIds: number[], signal: AbortSignal): Promise<Item[]> {
  print(`\nplates.recognize of image ${SINGLE_ID}`);
  const single = await shown(await longhaul.plates.recognize({ imageId: SINGLE_ID }, { signal }), signal);
  print(`  ${single.plateNumber}\n\nplates.recognizeBatch of ${imageIds.length} images`);
  const { results } = await shown(await longhaul.plates.recognizeBatch({ imageIds }, { signal }), signal);
  const rows = results.map(({ imageId, plateNumber, confidence, error }) => [
    imageId,
    plateNumber,
    confidence?.toFixed(2),
    error && `${error.code}: ${error.message}`,
  ]);
  print(`\n${formatTable(['image', 'plate', 'confidence', 'error'], rows)}\n`);
  return [{ ...single, imageId: SINGLE_ID }, ...results];
}

/** The result of an operation whose updates are printed. */
async function shown<R>(operation: Operation<R>, signal: AbortSignal): Promise<R> {
  for await (const monitor of operation.updates({ signal })) print(`  ${describe(monitor)}`);
  return operation.result({ signal });
}

function describe({ status, progress }: Monitor): string {
  if (!progress) return status;
  const { total, completed, failed } = progress;
  const done = Math.round((BAR_WIDTH * (completed + failed)) / Math.max(1, total));
  const bar = '█'.repeat(done) + '░'.repeat(BAR_WIDTH - done);
  return `${status.padEnd('Succeeded'.length)} ${bar} ${completed} read, ${failed} failed, of ${total}`;
}

/** Whether all results match the truth file. Prints a line for each one that does not. */
function report(results: readonly Item[], truth: ReadonlyMap<number, string>): boolean {
  const wrong = results.filter(({ imageId, plateNumber, error }) => {
    return imageId === UNKNOWN_ID ? error?.code !== 'ImageNotFound' : plateNumber !== truth.get(imageId);
  });
  for (const { imageId } of wrong) print(`image ${imageId} should be ${truth.get(imageId) ?? 'ImageNotFound'}`);
  const missing = truth.size + 2 - results.length; // plus the single one and the unknown one
  if (missing !== 0) print(`${missing} results are missing`);
  if (wrong.length === 0 && missing === 0) print('All plates as expected.');
  return wrong.length === 0 && missing === 0;
}

/** The plates on the sample images by image id. */
async function readTruth(): Promise<Map<number, string>> {
  const text = await fs.readFile(path.join(SAMPLES, 'truth.tsv'), 'utf8');
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([id = '', plate = '']) => [Number(id), plate]),
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
