import { z } from 'zod';
import { type ErrorData } from '../platform/errors.js';
import { blobPrefix } from '../operations/names.js';
import { errorDetail } from '../platform/http/schemas.js';

const MAX_BATCH = 1_000;
export const MAX_UPLOAD_BYTES = 10 * 1024 * 1024;
/** Largest image, bytes, from a provider or a request. */
export const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

const notAnId = `expected a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`;

/** A bad id has the slice's own code; the JSON Schema has the plain rule. */
export const imageId = z
  .unknown()
  .superRefine((value, context) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return;
    context.addIssue({
      code: 'custom',
      params: { code: 'InvalidImageId' },
      message: `${notAnId}, got ${shown(value)}`,
    });
  })
  .transform((value) => value as number)
  .meta({
    description: 'The image provider’s number for the image.',
    examples: [10022],
    override: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  });

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

const idCount = (got: unknown) => `expected 1 to ${MAX_BATCH} ids, got ${Array.isArray(got) ? got.length : 0}`;

export const recognizeRequest = z.strictObject({ imageId }).meta({ id: 'RecognizeRequest' });
export const recognizeBatchRequest = z
  .strictObject({
    imageIds: z
      .array(imageId, { error: ({ input }) => `expected an array of ids, got ${shown(input)}` })
      .min(1, { error: ({ input }) => idCount(input) })
      .max(MAX_BATCH, { error: ({ input }) => idCount(input) }),
  })
  .meta({ id: 'RecognizeBatchRequest' });

const plateNumber = z.string().meta({ description: 'Lower case, no spaces or punctuation.', examples: ['с181мв190'] });
const confidence = z.number().min(0).max(1).optional();

export const plateBox = z
  .object({ x: z.int().min(0), y: z.int().min(0), width: z.int().min(1), height: z.int().min(1) })
  .meta({ id: 'PlateBox', description: 'Pixels of the image after its EXIF orientation is applied, as browsers do.' });

const plateCandidate = z.object({ plateNumber, confidence }).meta({ id: 'PlateCandidate' });

/** Most candidates of a result. */
export const MAX_CANDIDATES = 10;

const plate = {
  plateNumber,
  confidence,
  box: plateBox.optional().describe('Where the plate is, if the plate reader says it.'),
  candidates: z
    .array(plateCandidate)
    .max(MAX_CANDIDATES)
    .optional()
    .describe('What the plate may be, most probable first, if the plate reader says it.'),
};

export const recognizeResult = z
  .object({ imageId: z.int().min(0).nullable().describe('Null for an image in the request.'), ...plate })
  .meta({ id: 'RecognizeResult' });
export type RecognizeResult = z.infer<typeof recognizeResult>;

const itemResult = z
  .object({
    imageId: z.int().min(0),
    ...plate,
    plateNumber: plateNumber.optional(),
    error: errorDetail.optional(),
  })
  .meta({ id: 'RecognizedImage' });
export type ItemResult = z.infer<typeof itemResult>;

export const recognizeBatchResult = z
  .object({
    succeeded: z.int().min(0),
    failed: z.int().min(0),
    results: z.array(itemResult).describe('One entry per id, in the order asked.'),
  })
  .meta({ id: 'RecognizeBatchResult' });
export type RecognizeBatchResult = z.infer<typeof recognizeBatchResult>;

/** The source of an image: the provider, or a blob that the starter stored. */
export const imageSource = z.union([z.object({ imageId: z.int().min(0) }), z.object({ blob: z.string() })]);
export type ImageSource = z.infer<typeof imageSource>;

export const recognizeBatchInput = z.object({
  imageIds: z.array(z.int().min(0)),
  /** Name of the blob with the results that a retry reuses, those of the images that were read. */
  reused: z.string().optional(),
});

/**
 * Activity: fetches one image and reads its plate. With `noWait` it returns null if its process has no room; without,
 * for histories of before, it waits for room.
 */
export const RECOGNIZE_IMAGE = 'plates_recognizeImage';
export const recognizeImageInput = imageSource.and(z.object({ noWait: z.boolean().optional() }));
/**
 * Activity: one attempt at images, one after the other; it begins no further image after `forMs`. Returns the outcomes
 * of the first images; none if its process has no room.
 */
export const RECOGNIZE_IMAGES = 'plates_recognizeImages';
export const recognizeImagesInput = z.object({ imageIds: z.array(z.int().min(0)).min(1), forMs: z.number() });

/** Activity: returns the results that a retry reuses. */
export const GET_REUSED = 'plates_getReused';
export const reusedInput = z.object({ blob: z.string() });
export const reusedBlobName = (operationId: string) => `${blobPrefix(operationId)}reused.json`;
/** Activity: stores the results of a batch that was canceled where a retry finds them. */
export const STORE_REUSED = 'plates_storeReused';
/** The result of an image that was read. */
export type ReusedResult = PlateReading & Pick<ItemResult, 'imageId'>;
export const storeReusedInput = z.object({
  results: z.array(z.object({ imageId: z.int().min(0), ...plate })),
});

/** Sub-orchestration of batches of version 1: one attempt at each of a bounded number of images. */
export const RECOGNIZE_CHUNK = 'plates_recognizeChunk';
export const chunkInput = z.object({ imageIds: z.array(z.int().min(0)), operationId: z.string() });

export type PlateReading = Omit<RecognizeResult, 'imageId'>;

/** The outcome of one attempt at an image. */
export type ImageOutcome = { ok: true; value: PlateReading } | { ok: false; error: ErrorData };
