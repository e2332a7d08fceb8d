import { z } from 'zod';
import { type Core } from '../../../src/operations/core.js';
import { operationId } from '../../../src/operations/schemas.js';
import { defineStartRoute } from '../../../src/operations/start-route.js';
import { defineRoute, type Route } from '../../../src/platform/http/route.js';
import { createThumbnail } from './create.orchestrator.js';
import { thumbnailErrors } from './errors.js';
import { thumbnailBlob, thumbnailRequest } from './schemas.js';

const tag = { name: 'Thumbnails', description: 'Small pictures of images, by image id.' };

export function createThumbnailRoutes({ operations, blobs }: Pick<Core, 'operations' | 'blobs'>): Route[] {
  const startRoute = defineStartRoute({
    operations,
    kind: createThumbnail,
    path: '/thumbnails/create',
    operationId: 'createThumbnail',
    tag,
    summary: 'Makes a thumbnail of an image',
    json: thumbnailRequest,
    start: ({ json }) => ({ input: () => json }),
  });
  const readRoute = defineRoute({
    method: 'get',
    path: '/thumbnails/{id}',
    auth: 'anonymous', // the id is the secret, as for the status monitor
    operationId: 'getThumbnail',
    tag,
    summary: 'The thumbnail that an operation made',
    params: z.object({ id: operationId }),
    replies: { 200: { description: 'The thumbnail.', mediaType: 'image/jpeg', schema: z.string() } },
    errors: [thumbnailErrors.ThumbnailNotFound],
    async handle({ params }) {
      const body = await blobs.get(thumbnailBlob(params.id));
      if (!body) throw thumbnailErrors.ThumbnailNotFound(`Operation ${params.id} has no thumbnail.`);
      return { status: 200, headers: { 'Content-Type': 'image/jpeg' }, body };
    },
  });
  return [startRoute, readRoute];
}
