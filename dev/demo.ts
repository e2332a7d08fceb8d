/**
 * `npm run demo`: starts the stack in a temporary folder, recognizes the sample images, maps a bank statement, analyzes a
 * script, pushes a book and prints the results. Exit code 1 when a result is not as expected.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { followOperation, startOperation, type Monitor } from './client.js';
import { mapSample } from './demo-bank-map.js';
import { pushSamples } from './demo-books.js';
import { analyzeScript } from './demo-files.js';
import { SAMPLES } from './plan.js';
import { startStack } from './stack.js';
import { formatTable } from './table.js';
import { StoppedError, stopSignal } from './stop-signal.js';

const SINGLE_ID = 10022;
const UNKNOWN_ID = 404404;
const DEADLINE_MS = 120_000;
const BAR_WIDTH = 24;

const item = z.object({
  imageId: z.number(),
  plateNumber: z.string().optional(),
  confidence: z.number().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});
type Item = z.infer<typeof item>;
const batch = z.object({ results: z.array(item) });

async function main(): Promise<boolean> {
  const stop = stopSignal();
  const truth = await readTruth();
  const began = performance.now();
  print('starting storage, image provider, plate reader, bank mapping, analyzer and app…');
  const stack = await startStack({ signal: stop, imagesDir: SAMPLES });
  try {
    print(`ready at ${stack.url} after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    const signal = AbortSignal.any([stop, AbortSignal.timeout(DEADLINE_MS)]);
    const single = await recognizeOne(stack.url, signal);
    const results = await recognizeAll(stack.url, [...truth.keys(), UNKNOWN_ID], signal);
    const platesAreRight = report([single, ...results], truth);
    const mappingsAreRight = await mapSample(stack.url, stack.dir, print, signal);
    const ratingIsRight = await analyzeScript(stack.url, print, signal);
    const bookIsRight = await pushSamples(stack.url, stack.dir, print, signal);
    return platesAreRight && mappingsAreRight && ratingIsRight && bookIsRight;
  } finally {
    await stack.stop();
  }
}

async function recognizeOne(url: string, signal: AbortSignal): Promise<Item> {
  print(`\nPOST /plates/recognize {"imageId":${SINGLE_ID}}`);
  const monitor = await run(`${url}/plates/recognize`, { imageId: SINGLE_ID }, signal);
  const found = item.parse(monitor.result);
  print(`  ${found.plateNumber ?? ''}`);
  return found;
}

async function recognizeAll(url: string, imageIds: number[], signal: AbortSignal): Promise<Item[]> {
  print(`\nPOST /plates/recognize-batch with ${imageIds.length} ids`);
  const monitor = await run(`${url}/plates/recognize-batch`, { imageIds }, signal);
  const { results } = batch.parse(monitor.result);
  const rows = results.map(({ imageId, plateNumber, confidence, error }) => [
    imageId,
    plateNumber,
    confidence?.toFixed(2),
    error && `${error.code}: ${error.message}`,
  ]);
  print(`\n${formatTable(['image', 'plate', 'confidence', 'error'], rows)}\n`);
  return results;
}

async function run(url: string, body: unknown, signal: AbortSignal): Promise<Monitor> {
  const location = await startOperation(url, body, signal);
  print(`  202, Operation-Location ${location}`);
  let shown = '';
  const monitor = await followOperation(location, {
    signal,
    onMonitor(current) {
      const line = describe(current);
      if (line !== shown) print(`  ${line}`);
      shown = line;
    },
  });
  if (monitor.status !== 'Succeeded') throw new Error(`The operation ended ${describe(monitor)}.`);
  return monitor;
}

function describe({ status, progress, error }: Monitor): string {
  if (error) return `${status}: ${error.code}: ${error.message}`;
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

main()
  .then((good) => {
    process.exitCode = good ? 0 : 1;
  })
  .catch((thrown: unknown) => {
    const isStopped =
      thrown instanceof StoppedError || (thrown instanceof Error && thrown.cause instanceof StoppedError);
    console.error(isStopped ? 'stopped' : thrown instanceof Error ? thrown.message : thrown);
    process.exitCode = 1;
  });
