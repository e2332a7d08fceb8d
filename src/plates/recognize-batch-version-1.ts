import { type OrchestrationContext } from 'durable-functions';
import { type Steps } from '../operations/durable-retry.js';
import { isCanceled, settled, type Operation } from '../operations/operation.js';
import { type Outcome } from '../platform/errors.js';
import { chunksOf } from './chunks.js';
import { chunkInput, RECOGNIZE_CHUNK, RECOGNIZE_IMAGE, type ImageOutcome, type PlateReading } from './schemas.js';

/*
 * Version 1 of a round, for batches that were started before version 2: their histories must still replay. It can be
 * deleted when no such batch runs any more.
 */

/** Most images of a batch without chunks; its progress counts images, at most 4 history events each per round. */
const LARGEST_DIRECT = 25;
/** Larger batches have up to 20 chunks: progress moves in twentieths, and no history has over about 1,000 events. */
const SMALLEST_CHUNK = 10;
const CHUNKS = 20;

type Record = (imageId: number, outcome: ImageOutcome) => void;

/** One attempt at each image, all of them scheduled together. */
export function roundOfVersion1(
  operation: Operation,
  imageIds: number[],
  record: Record,
  onProgress: () => void,
): Steps<void> {
  return imageIds.length <= LARGEST_DIRECT
    ? directRound(operation, imageIds, record, onProgress)
    : chunkedRound(operation, imageIds, record, onProgress);
}

function* directRound(operation: Operation, imageIds: number[], record: Record, onProgress: () => void): Steps<void> {
  const tasks = imageIds.map((imageId) => operation.activity(RECOGNIZE_IMAGE, { imageId }));
  yield* operation.all<PlateReading>(tasks, (ended) => {
    recordOutcomes(imageIds, ended, record);
    onProgress();
  });
}

function* chunkedRound(operation: Operation, imageIds: number[], record: Record, onProgress: () => void): Steps<void> {
  const chunks = chunksOf(imageIds, Math.max(SMALLEST_CHUNK, Math.ceil(imageIds.length / CHUNKS)));
  const tasks = chunks.map((ids) => operation.subOrchestration(RECOGNIZE_CHUNK, { imageIds: ids }));
  yield* operation.all<ImageOutcome[]>(tasks, (ended) => {
    for (const [index, chunk] of chunks.entries()) recordChunk(chunk, ended[index], record);
    onProgress();
  });
}

/** A chunk that failed as a whole failed for each of its images. */
function recordChunk(imageIds: number[], chunk: Outcome<ImageOutcome[]> | undefined, record: Record): void {
  if (!chunk) return;
  recordOutcomes(imageIds, chunk.ok ? chunk.value : imageIds.map(() => chunk), record);
}

function recordOutcomes(imageIds: number[], outcomes: (ImageOutcome | undefined)[], record: Record): void {
  for (const [index, imageId] of imageIds.entries()) {
    const outcome = outcomes[index];
    if (outcome) record(imageId, outcome);
  }
}

/** One attempt at each image of a chunk, side by side. */
export function* recognizeChunk(context: OrchestrationContext): Steps<Outcome<ImageOutcome[]>> {
  const { imageIds, operationId } = chunkInput.parse(context.df.getInput());
  const tasks = imageIds.map((imageId) => context.df.callActivity(RECOGNIZE_IMAGE, { imageId, operationId }));
  yield context.df.Task.any(tasks);
  const outcomes: ImageOutcome[] = [];
  for (const task of tasks) outcomes.push(yield* settled<PlateReading>(task));
  const canceled = outcomes.find(isCanceled);
  return canceled && !canceled.ok ? canceled : { ok: true, value: outcomes };
}
