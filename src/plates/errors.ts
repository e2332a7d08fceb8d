import { defineErrors } from '../platform/errors.js';

/** The slice's codes (docs/contracts/plates.md, the table of errors). */
export const plateErrors = defineErrors({
  InvalidImageId: { status: 400, retryable: false },
  ImageNotFound: { status: 404, retryable: false },
  ImageRejected: { status: 502, retryable: false },
  ImageProviderUnavailable: { status: 503, retryable: true },
  ImageProviderTimeout: { status: 504, retryable: true },
  ImageInvalid: { status: 422, retryable: false },
  PlateUnreadable: { status: 422, retryable: false },
  PlateReaderUnavailable: { status: 503, retryable: true },
  PlateReaderTimeout: { status: 504, retryable: true },
  PlateReaderFailed: { status: 502, retryable: false },
});
