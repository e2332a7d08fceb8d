import { defineOperation } from '../../../src/operations/define.js';
import { MAKE_THUMBNAIL, thumbnailRequest, thumbnailResult, type ThumbnailResult } from './schemas.js';

/** Makes one thumbnail. */
export const createThumbnail = defineOperation({
  kind: 'thumbnails.create',
  input: thumbnailRequest,
  result: thumbnailResult,
  run: (operation, request) => operation.step<ThumbnailResult>(MAKE_THUMBNAIL, request),
});
