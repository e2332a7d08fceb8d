import { setTimeout as sleep } from 'node:timers/promises';
import { defineActivity, type Activity, type ActivityCall } from '../operations/activities.js';
import { isPaused } from '../operations/operation.js';
import { commonErrors, OperationError } from '../platform/errors.js';
import { type Limit } from '../platform/limit.js';
import { type BlobStore } from '../platform/storage.js';
import { plateErrors } from './errors.js';
import { type ImageProvider } from './image-provider.js';
import { type PlateReader } from './plate-reader.js';
import {
  GET_REUSED,
  RECOGNIZE_IMAGE,
  RECOGNIZE_IMAGES,
  recognizeImageInput,
  recognizeImagesInput,
  reusedInput,
  STORE_REUSED,
  storeReusedInput,
  reusedBlobName,
  type ImageOutcome,
  type ImageSource,
  type PlateReading,
  type ReusedResult,
} from './schemas.js';

export interface PlateServices {
  blobs: Pick<BlobStore, 'get' | 'put'>;
  imageProvider: Pick<ImageProvider, 'getImage'>;
  plateReader: PlateReader;
  /** Limits the images in progress in this process: the services' own queues are short. */
  limit: Limit;
}

/** How often an activity of before asks for room, ms. */
const ASK_EVERY_MS = 100;

/**
 * Fetching and reading are one activity, so that the image's bytes never leave it and no photograph is stored. An
 * activity does not wait for room, because it would hold one of the host's activity slots meanwhile.
 */
export function createPlateActivities({
  blobs,
  imageProvider,
  plateReader,
  limit,
}: PlateServices): Record<string, Activity> {
  const imageOf = async (source: ImageSource, call: ActivityCall): Promise<Buffer> => {
    if ('imageId' in source) return imageProvider.getImage(source.imageId, call);
    const bytes = await blobs.get(source.blob);
    if (!bytes) throw plateErrors.ImageInvalid('The image of the request is missing.');
    return bytes;
  };
  const read = async (source: ImageSource, call: ActivityCall) => plateReader.read(await imageOf(source, call), call);

  const recognizeAll = async (imageIds: number[], forMs: number, call: ActivityCall): Promise<ImageOutcome[]> => {
    const end = performance.now() + forMs;
    const outcomes: ImageOutcome[] = [];
    for (const imageId of imageIds) {
      if (outcomes.length > 0 && performance.now() >= end) break;
      const outcome = await call.settle(() => read({ imageId }, call));
      if (!outcome.ok && isPaused(outcome)) {
        if (outcomes.length > 0) break;
        throw new OperationError(outcome.error); // the batch waits as a whole
      }
      outcomes.push(outcome);
      call.signal.throwIfAborted();
    }
    return outcomes;
  };

  return {
    [RECOGNIZE_IMAGE]: defineActivity(recognizeImageInput, async (input, call): Promise<PlateReading | null> => {
      const leave = input.noWait ? limit.enter() : await roomFor(limit, call.signal);
      if (!leave) return null;
      return read(input, call).finally(leave);
    }),
    [RECOGNIZE_IMAGES]: defineActivity(recognizeImagesInput, async ({ imageIds, forMs }, call) => {
      const leave = limit.enter(call.operationId);
      if (!leave) return [];
      return recognizeAll(imageIds, forMs, call).finally(leave);
    }),
    [GET_REUSED]: defineActivity(reusedInput, async ({ blob }): Promise<ReusedResult[]> => {
      const bytes = await blobs.get(blob);
      if (!bytes) throw commonErrors.InternalError('The results of the first batch are missing.');
      return JSON.parse(bytes.toString('utf8')) as ReusedResult[];
    }),
    [STORE_REUSED]: defineActivity(
      storeReusedInput,
      ({ results }, { operationId }) =>
        blobs.put(reusedBlobName(operationId), Buffer.from(JSON.stringify(results)), 'application/json'),
      { always: true },
    ),
  };
}

async function roomFor(limit: Limit, signal: AbortSignal): Promise<() => void> {
  for (;;) {
    const leave = limit.enter();
    if (leave) return leave;
    await sleep(ASK_EVERY_MS, undefined, { signal });
  }
}
