import { type OrchestrationContext } from 'durable-functions';
import { type z } from 'zod';
import { defineOperation, type Start } from '../operations/define.js';
import { type Steps } from '../operations/durable-retry.js';
import { isCanceled, settled, type Operation } from '../operations/operation.js';
import { type Outcome } from '../platform/errors.js';
import {
  chunkInput,
  RECOGNIZE_CHUNK,
  RECOGNIZE_IMAGE,
  recognizeBatchInput,
  recognizeBatchRequest,
  recognizeBatchResult,
  type ImageOutcome,
  type ItemResult,
  type PlateReading,
  type RecognizeBatchResult,
} from './schemas.js';

/** Most images of a batch without chunks; its progress counts images, at most 4 history events each per round. */
const LARGEST_DIRECT = 25;
/** Larger batches have up to 20 chunks: progress moves in twentieths, and no history has over about 1,000 events. */
const SMALLEST_CHUNK = 10;
const CHUNKS = 20;

type BatchInput = z.infer<typeof recognizeBatchInput>;
type Record = (imageId: number, outcome: ImageOutcome) => void;

/**
 * Works in rounds: one attempt at every image, then one at each image with a retryable error, and so on. A slow image
 * delays second attempts, but no image's first.
 */
function* run(operation: Operation, { imageIds }: BatchInput): Steps<Outcome<RecognizeBatchResult>> {
  const outcomes = new Map<number, ImageOutcome>();
  let open = [...new Set(imageIds)];
  const total = open.length;
  operation.report(progressOf(total, outcomes, false));
  for (let attempt = 1; open.length > 0; attempt++) {
    const isLast = attempt >= operation.attempts;
    yield* round(
      operation,
      open,
      (id, outcome) => outcomes.set(id, outcome),
      () => {
        operation.report(progressOf(total, outcomes, isLast));
      },
    );
    open = isLast ? [] : open.filter((id) => isRetryable(outcomes.get(id)));
    if (open.length > 0) yield* operation.waitForUpstream(attempt);
  }
  return { ok: true, value: resultOf(imageIds, outcomes) };
}

function round(operation: Operation, imageIds: number[], record: Record, onProgress: () => void): Steps<void> {
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
function* recognizeChunk(context: OrchestrationContext): Steps<Outcome<ImageOutcome[]>> {
  const { imageIds, operationId } = chunkInput.parse(context.df.getInput());
  const tasks = imageIds.map((imageId) => context.df.callActivity(RECOGNIZE_IMAGE, { imageId, operationId }));
  yield context.df.Task.any(tasks);
  const outcomes: ImageOutcome[] = [];
  for (const task of tasks) outcomes.push(yield* settled<PlateReading>(task));
  const canceled = outcomes.find(isCanceled);
  return canceled && !canceled.ok ? canceled : { ok: true, value: outcomes };
}

function isRetryable(outcome: ImageOutcome | undefined): boolean {
  return outcome?.ok === false && outcome.error.retryable;
}

/** An image with a retryable error counts as neither completed nor failed before the last round. */
function progressOf(total: number, outcomes: Map<number, ImageOutcome>, isLast: boolean) {
  const all = [...outcomes.values()];
  const completed = all.filter(({ ok }) => ok).length;
  const failed = all.filter((outcome) => !outcome.ok && (isLast || !outcome.error.retryable)).length;
  return { total, completed, failed };
}

function resultOf(imageIds: number[], outcomes: Map<number, ImageOutcome>): RecognizeBatchResult {
  const results = imageIds.map((imageId): ItemResult => {
    const outcome = outcomes.get(imageId);
    if (!outcome) throw new Error(`Image ${imageId} has no outcome.`);
    if (outcome.ok) return { imageId, ...outcome.value };
    const { code, message } = outcome.error;
    return { imageId, error: { code, message } };
  });
  const failed = results.filter(({ error }) => error).length;
  return { succeeded: results.length - failed, failed, results };
}

function chunksOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** What a request with many image ids starts. */
export function startBatch(request: BatchInput): Start<BatchInput> {
  return { input: () => request };
}

/** Recognizes many images; an image that fails is an entry of the result and does not end the batch. */
export const recognizeBatch = defineOperation({
  kind: 'plates.recognizeBatch',
  input: recognizeBatchInput,
  result: recognizeBatchResult,
  run,
  subOrchestrators: { [RECOGNIZE_CHUNK]: recognizeChunk },
  onEndpoints: recognizeBatchRequest.transform(startBatch),
});
