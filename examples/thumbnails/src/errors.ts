import { defineErrors } from '../../../src/platform/errors.js';

export const thumbnailErrors = defineErrors({
  SourceImageNotFound: { status: 404, retryable: false },
  SourceImageInvalid: { status: 422, retryable: false },
  SourceUnavailable: { status: 503, retryable: true },
  ThumbnailNotFound: { status: 404, retryable: false },
});
