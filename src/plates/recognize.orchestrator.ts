import { defineOperation } from '../operations/define.js';
import type { Operation, Steps } from '../operations/operation.js';
import type { Outcome } from '../platform/errors.js';
import {
  RECOGNIZE_IMAGE,
  recognizeInput,
  recognizeResult,
  type ImageSource,
  type PlateReading,
  type RecognizeResult,
} from './schemas.js';

function* run(operation: Operation, source: ImageSource): Steps<Outcome<RecognizeResult>> {
  const reading = yield* operation.step<PlateReading>(RECOGNIZE_IMAGE, source);
  if (!reading.ok) return reading;
  return { ok: true, value: { imageId: 'imageId' in source ? source.imageId : null, ...reading.value } };
}

/** One image, by id or as it came. */
export const recognize = defineOperation({
  kind: 'plates.recognize',
  input: recognizeInput,
  result: recognizeResult,
  run,
});
