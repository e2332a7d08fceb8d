import { type Task } from 'durable-functions';
import { type z } from 'zod';
import { defineOperation, type EndedOperation, type Retry, type Start } from '../operations/define.js';
import { FailedCalls, type Steps } from '../operations/durable-retry.js';
import { CanceledSignal, isPaused, type Ended, type Operation } from '../operations/operation.js';
import { type Outcome } from '../platform/errors.js';
import { chunksOf } from './chunks.js';
import { recognizeChunk, roundOfVersion1 } from './recognize-batch-version-1.js';
import {
  GET_REUSED,
  RECOGNIZE_CHUNK,
  RECOGNIZE_IMAGES,
  recognizeBatchInput,
  recognizeBatchRequest,
  recognizeBatchResult,
  reusedBlobName,
  STORE_REUSED,
  type ImageOutcome,
  type ItemResult,
  type RecognizeBatchResult,
  type ReusedResult,
} from './schemas.js';

/** Version 1 scheduled all images of a round together. Version 3 stores the results of a batch that is canceled. */
const VERSION = 3;
const ROUNDS_IN_WINDOW = 2;
const STORES_RESULTS = 3;
/** Most activities of a batch at the same time, in all processes together. */
const LARGEST_WINDOW = 20;
/** Most ends without a refusal before the window doubles. */
const MAX_ENDS_BEFORE_GROWTH = 4;
/** Up to this size, each image has an activity of its own, so that progress counts images. */
const SMALL_BATCH = 25;
/** Most images of one activity. */
const LARGEST_GROUP = 50;
/**
 * How long an activity begins images: two seconds, or a quarter of the time that the batch has taken, if that is more.
 * An activity that runs in parts shows progress; growing parts keep the history of a long batch short.
 */
const SHORTEST_WORK_MS = 2_000;
const WORK_SHARE = 0.25;
/** After a crash, an activity begins again. */
const LONGEST_WORK_MS = 60_000;

type BatchInput = z.infer<typeof recognizeBatchInput>;
type Record = (imageId: number, outcome: ImageOutcome) => void;

function* run(operation: Operation, input: BatchInput): Steps<Outcome<RecognizeBatchResult>> {
  const outcomes = new Map<number, ImageOutcome>();
  try {
    return yield* recognizeAll(operation, input, outcomes);
  } catch (thrown) {
    if (thrown instanceof CanceledSignal && operation.version >= STORES_RESULTS) yield* storeRead(operation, outcomes);
    throw thrown;
  }
}

/**
 * Stores what a canceled batch has read; with that, what it has reused itself. A step that is interrupted is repeated,
 * and stores the same. When storage fails for all attempts, a retry reads these images again.
 */
function* storeRead(operation: Operation, outcomes: ReadonlyMap<number, ImageOutcome>): Steps<void> {
  const results = [...outcomes].flatMap(([imageId, outcome]) => (outcome.ok ? [{ imageId, ...outcome.value }] : []));
  if (results.length > 0) yield* operation.cleanUp(STORE_REUSED, { results });
}

/**
 * Works in rounds: one attempt at every image, then one at each image with a retryable error, and so on. A slow image
 * delays second attempts and the images of its own activity, but no other image's first.
 */
function* recognizeAll(
  operation: Operation,
  { imageIds, reused }: BatchInput,
  outcomes: Map<number, ImageOutcome>,
): Steps<Outcome<RecognizeBatchResult>> {
  const attempts = new ImageAttempts(operation.attempts);
  const begun = operation.now();
  if (reused !== undefined) {
    const results = yield* operation.step<ReusedResult[]>(GET_REUSED, { blob: reused });
    if (!results.ok) return results;
    for (const { imageId, ...value } of results.value) outcomes.set(imageId, { ok: true, value });
  }
  const all = [...new Set(imageIds)];
  let open = all.filter((id) => !outcomes.has(id));
  const total = all.length;
  const onProgress = () => operation.report(progressOf(total, outcomes, attempts));
  onProgress();
  for (let waits = 0; open.length > 0;) {
    const ofRound = new Map<number, ImageOutcome>();
    const record: Record = (id, outcome) => {
      ofRound.set(id, outcome);
      outcomes.set(id, outcome);
    };
    yield* operation.version < ROUNDS_IN_WINDOW
      ? roundOfVersion1(operation, open, record, onProgress)
      : new Round(operation, { imageIds: open, begun, record, onProgress }).toEnd();
    // The images that a pause kept from being tried have no outcome of this round.
    open = open.filter((id) => attempts.hasNext(id, ofRound.get(id)));
    for (const [id, outcome] of ofRound) attempts.add(id, outcome);
    const isPausedRound = open.some((id) => isUntried(ofRound.get(id)));
    if (isPausedRound) yield* operation.waitForResume();
    else if (open.length > 0)
      yield* operation.waitForUpstream(
        ++waits,
        open.some((id) => isNotCalled(ofRound.get(id))),
      );
  }
  return { ok: true, value: resultOf(imageIds, outcomes) };
}

/** The failed calls for each image, which limit how often it is tried. */
class ImageAttempts {
  readonly #calls = new Map<number, FailedCalls>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether the image is tried again after the outcome, which is not counted yet. */
  hasNext(imageId: number, outcome: ImageOutcome | undefined): boolean {
    if (!outcome || isPaused(outcome)) return true;
    return !outcome.ok && outcome.error.retryable && this.#of(imageId).countWith(outcome.error) < this.#most;
  }

  add(imageId: number, outcome: ImageOutcome): void {
    if (!outcome.ok && !isPaused(outcome)) this.#of(imageId).add(outcome.error);
  }

  #of(imageId: number): FailedCalls {
    const calls = this.#calls.get(imageId) ?? new FailedCalls();
    this.#calls.set(imageId, calls);
    return calls;
  }
}

/** Whether a round left the image, because a service is paused. */
function isUntried(outcome: ImageOutcome | undefined): boolean {
  return !outcome || isPaused(outcome);
}

function isNotCalled(outcome: ImageOutcome | undefined): boolean {
  return outcome?.ok === false && outcome.error.notCalled === true;
}

interface RoundOptions {
  imageIds: number[];
  /** When the batch began, ms since the epoch. */
  begun: number;
  record: Record;
  onProgress: () => void;
}

/**
 * One attempt at each image, unless a service is paused, in activities that read several images one after the other.
 *
 * W1. At most as many activities run as the window says. It shrinks to the activities that found room in their
 *     process, and doubles when all did, later after each time that it shrank: a refused activity is followed by checks.
 * W2. An activity without room ends immediately, and its images wait. When none found room, the round waits durably.
 */
class Round {
  readonly #operation: Operation;
  readonly #options: RoundOptions;
  readonly #groups = new Map<Task, number[]>();
  readonly #largestGroup: number;
  #waiting: number[];
  #window = LARGEST_WINDOW;
  /** Ends without a refusal that are left before the window doubles; how many there are after the next refusal. */
  #endsBeforeGrowth = 0;
  #nextEndsBeforeGrowth = 1;
  /** How often in succession no activity found room. */
  #refusals = 0;
  /** Whether an activity found a service paused; then no further one begins. */
  #isPaused = false;

  constructor(operation: Operation, options: RoundOptions) {
    this.#operation = operation;
    this.#options = options;
    this.#waiting = options.imageIds;
    this.#largestGroup = options.imageIds.length <= SMALL_BATCH ? 1 : LARGEST_GROUP;
  }

  *toEnd(): Steps<void> {
    while (this.#waiting.length > 0 && !this.#isPaused) {
      if (this.#refusals > 0) yield* this.#operation.waitForRoom(this.#refusals);
      let mayBegin = true;
      yield* this.#operation.inWindow<ImageOutcome[]>({
        begin: (running) => (mayBegin ? this.#begin(running) : []),
        onEnded: (ended, running) => {
          this.#onEnded(ended, running);
          mayBegin = running > 0 || this.#refusals === 0;
        },
      });
    }
  }

  #begin(running: number): Task[] {
    const room = this.#window - running;
    if (room <= 0 || this.#waiting.length === 0 || this.#isPaused) return [];
    const size = Math.min(Math.ceil(this.#waiting.length / this.#window), this.#largestGroup);
    const groups = chunksOf(this.#waiting, size).slice(0, room);
    this.#waiting = this.#waiting.slice(groups.length * size);
    const share = (this.#operation.now() - this.#options.begun) * WORK_SHARE;
    const forMs = Math.min(Math.max(SHORTEST_WORK_MS, share), LONGEST_WORK_MS);
    return groups.map((imageIds) => {
      const task = this.#operation.activity(RECOGNIZE_IMAGES, { imageIds, forMs });
      this.#groups.set(task, imageIds);
      return task;
    });
  }

  #onEnded(ended: Ended<ImageOutcome[]>[], running: number): void {
    let worked = 0;
    for (const { task, outcome } of ended) {
      const imageIds = this.#groups.get(task) ?? [];
      this.#groups.delete(task);
      if (isPaused(outcome)) {
        this.#isPaused = true;
        continue;
      }
      // An activity that failed as a whole failed for each of its images.
      const outcomes = outcome.ok ? outcome.value : imageIds.map(() => outcome);
      if (outcomes.length > 0) worked++;
      for (const [index, imageId] of imageIds.entries()) {
        const ofImage = outcomes[index];
        if (ofImage) this.#options.record(imageId, ofImage);
      }
      this.#waiting = [...imageIds.slice(outcomes.length), ...this.#waiting];
    }
    const refused = ended.length - worked;
    if (refused > 0) this.#shrink(running + worked);
    else if (worked > 0) this.#grow();
    this.#refusals = refused > 0 && running + worked === 0 ? this.#refusals + 1 : 0;
    this.#options.onProgress();
  }

  #grow(): void {
    if (this.#endsBeforeGrowth > 0) this.#endsBeforeGrowth--;
    else this.#window = Math.min(this.#window * 2, LARGEST_WINDOW);
  }

  #shrink(window: number): void {
    this.#window = Math.max(1, window);
    this.#endsBeforeGrowth = this.#nextEndsBeforeGrowth;
    this.#nextEndsBeforeGrowth = Math.min(this.#nextEndsBeforeGrowth * 2, MAX_ENDS_BEFORE_GROWTH);
  }
}

/** An image with a retryable error counts as neither completed nor failed before its last attempt. */
function progressOf(total: number, outcomes: Map<number, ImageOutcome>, attempts: ImageAttempts) {
  const all = [...outcomes];
  const completed = all.filter(([, { ok }]) => ok).length;
  const failed = all.filter(([id, outcome]) => !outcome.ok && !attempts.hasNext(id, outcome)).length;
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

/** What a request with many image ids starts. */
export function startBatch(request: BatchInput): Start<BatchInput> {
  return { input: () => request };
}

/**
 * A retry of a batch that was canceled or failed reuses the results that are stored of it: its own, or reused ones. It runs
 * for a request, and is never replayed.
 */
function retry(
  { id, input: { imageIds } }: EndedOperation<BatchInput>,
  _id: string,
  hasBlob: (name: string) => Promise<boolean>,
): Promise<Retry<BatchInput>> {
  const reused = reusedBlobName(id);
  return hasBlob(reused).then((isStored) => ({ input: { imageIds, ...(isStored && { reused }) } }));
}

/** A retry reads the images that failed, and reuses the results of the others. */
function retryFailedItems(
  { input: { imageIds }, result: { results } }: EndedOperation<BatchInput> & { result: RecognizeBatchResult },
  id: string,
): Retry<BatchInput> {
  const reused = reusedBlobName(id);
  return { input: { imageIds, reused }, values: { [reused]: results.filter(({ error }) => !error) } };
}

/** Recognizes many images; an image that fails is an entry of the result and does not end the batch. */
export const recognizeBatch = defineOperation({
  kind: 'plates.recognizeBatch',
  input: recognizeBatchInput,
  result: recognizeBatchResult,
  run,
  subOrchestrators: { [RECOGNIZE_CHUNK]: recognizeChunk },
  onEndpoints: recognizeBatchRequest.transform(startBatch),
  version: VERSION,
  table: {
    columns: ['imageId', 'plateNumber', 'confidence', 'errorCode', 'errorMessage'],
    rows: 'results',
    cells: (item) => {
      const { imageId, plateNumber, confidence, error } = item as ItemResult;
      return [imageId, plateNumber, confidence, error?.code, error?.message];
    },
  },
  retry,
  retryFailedItems,
});
