import { registerActivities, registerRoutes } from '../src/operations/register.js';
import { createPlateActivities } from '../src/plates/activities.js';
import { createImageProvider } from '../src/plates/image-provider.js';
import { createPlateReader } from '../src/plates/plate-reader.js';
import { createPlateRoutes } from '../src/plates/routes.js';
import { MAX_IMAGE_BYTES } from '../src/plates/schemas.js';
import { type ServiceOptions } from '../src/platform/http-client.js';
import { createLimit } from '../src/platform/limit.js';
import { config, core } from './composition.js';

/** Longest answer of the plate reader that is read, in bytes. */
const MAX_READER_ANSWER = 64 * 1024;

const imageProvider: ServiceOptions = {
  baseUrl: config.IMAGE_PROVIDER_URL,
  totalTimeoutMs: config.IMAGE_PROVIDER_TIMEOUT_MS,
  attempts: config.IMAGE_PROVIDER_ATTEMPTS,
  maxBytes: MAX_IMAGE_BYTES,
  repeatable: ['get'],
};
const plateReader: ServiceOptions = {
  baseUrl: config.PLATE_READER_URL,
  totalTimeoutMs: config.PLATE_READER_TIMEOUT_MS,
  attempts: config.PLATE_READER_ATTEMPTS,
  maxBytes: MAX_READER_ANSWER,
  repeatable: ['post'], // reading a plate has no side effects
};

const images = createImageProvider(core.upstreams.client('imageProvider', imageProvider), imageProvider);

registerRoutes(core, createPlateRoutes({ ...core, imageProvider: images }));
registerActivities(
  core,
  createPlateActivities({
    blobs: core.blobs,
    limit: createLimit(config.PLATES_AT_ONCE),
    imageProvider: images,
    plateReader: createPlateReader(core.upstreams.client('plateReader', plateReader), plateReader),
  }),
);
