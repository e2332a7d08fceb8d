import { defineOperation, type Start } from '../operations/define.js';
import { type Steps } from '../operations/durable-retry.js';
import { type Operation } from '../operations/operation.js';
import { type Outcome } from '../platform/errors.js';
import {
  RECOGNIZE_IMAGE,
  imageSource,
  recognizeRequest,
  recognizeResult,
  type ImageSource,
  type PlateReading,
  type RecognizeResult,
} from './schemas.js';

function* run(operation: Operation, source: ImageSource): Steps<Outcome<RecognizeResult>> {
  const reading = yield* operation.stepWithRoom<PlateReading>(RECOGNIZE_IMAGE, { ...source, noWait: true });
  if (!reading.ok) return reading;
  return { ok: true, value: { imageId: 'imageId' in source ? source.imageId : null, ...reading.value } };
}

/** What a request with an image id starts. */
export function startById({ imageId }: { imageId: number }): Start<ImageSource> {
  return { input: () => ({ imageId }) };
}

/** Recognizes one image, by id or from the request's body. */
export const recognize = defineOperation({
  kind: 'plates.recognize',
  input: imageSource,
  result: recognizeResult,
  run,
  onEndpoints: recognizeRequest.transform(startById),
});
