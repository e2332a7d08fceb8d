import { defineErrors } from '../platform/errors.js';

/** The slice's codes (docs/errors.md). */
export const bookErrors = defineErrors({
  ClientOutOfDate: { status: 400, retryable: false },
  BookNotFound: { status: 404, retryable: false },
  TransactionNotFound: { status: 404, retryable: false },
  BookFileNotFound: { status: 404, retryable: false },
  BookVersionNotFound: { status: 404, retryable: false },
  UploadInProgress: { status: 409, retryable: false },
  UploadIncomplete: { status: 409, retryable: false },
});
