import { defineActivity, type Activity, type ActivityCall } from '../operations/activities.js';
import { type Limit } from '../platform/limit.js';
import { type BlobStore } from '../platform/storage.js';
import { plateErrors } from './errors.js';
import { type ImageProvider } from './image-provider.js';
import { type PlateReader } from './plate-reader.js';
import { imageSource, RECOGNIZE_IMAGE, type ImageSource, type PlateReading } from './schemas.js';

export interface PlateServices {
  blobs: Pick<BlobStore, 'get'>;
  imageProvider: ImageProvider;
  plateReader: PlateReader;
  /** Limits the images in progress in this process: the services' own queues are short. */
  limit: Limit;
}

/** Fetching and reading are one activity, so that the image's bytes never leave it and no photograph is stored. */
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
  return {
    [RECOGNIZE_IMAGE]: defineActivity(imageSource, (source, call): Promise<PlateReading> => {
      return limit(async () => plateReader.read(await imageOf(source, call), call), call.signal);
    }),
  };
}
