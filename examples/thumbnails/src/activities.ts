import sharp from 'sharp';
import { defineActivity, type Activity } from '../../../src/operations/activities.js';
import { type BlobStore } from '../../../src/platform/storage.js';
import { thumbnailErrors } from './errors.js';
import { type ImageProvider } from './image-provider.js';
import { MAKE_THUMBNAIL, thumbnailBlob, thumbnailRequest, type ThumbnailResult } from './schemas.js';

export function createThumbnailActivities(getImage: ImageProvider, blobs: BlobStore): Record<string, Activity> {
  return {
    [MAKE_THUMBNAIL]: defineActivity(thumbnailRequest, async ({ imageId, width }, call): Promise<ThumbnailResult> => {
      const image = await getImage(imageId, call);
      const { data, info } = await resize(image, width).catch((cause: unknown) => {
        throw thumbnailErrors.SourceImageInvalid(`Image ${imageId} cannot be read.`, { cause });
      });
      await blobs.put(thumbnailBlob(call.operationId), data, 'image/jpeg');
      return { path: `/thumbnails/${call.operationId}`, width: info.width, height: info.height };
    }),
  };
}

async function resize(image: Buffer, width: number) {
  return sharp(image).resize({ width }).jpeg().toBuffer({ resolveWithObject: true });
}
