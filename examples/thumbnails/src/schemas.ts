import { z } from 'zod';
import { blobPrefix } from '../../../src/operations/names.js';

/** The body of `POST /thumbnails/create`, and the input of the operation. */
export const thumbnailRequest = z
  .strictObject({
    imageId: z.int().min(0).describe('The image provider’s number for the image.'),
    width: z.int().min(16).max(1_024).default(200).describe('Width of the thumbnail, pixels.'),
  })
  .meta({ id: 'ThumbnailRequest' });

export const thumbnailResult = z
  .object({ path: z.string().describe('Path of the thumbnail.'), width: z.int(), height: z.int() })
  .meta({ id: 'ThumbnailResult' });
export type ThumbnailResult = z.output<typeof thumbnailResult>;

/** Activity: gets an image, makes its thumbnail and stores it. */
export const MAKE_THUMBNAIL = 'thumbnails_make';

/** The thumbnail's blob. Blobs with this prefix are deleted with the operation. */
export const thumbnailBlob = (operationId: string) => `${blobPrefix(operationId)}thumbnail.jpg`;
