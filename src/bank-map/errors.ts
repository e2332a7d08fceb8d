import { defineErrors } from '../platform/errors.js';

/** The slice's codes (docs/bank-map.md). Its own clients see the sentence and the status; the code is in the monitor. */
export const bankMapErrors = defineErrors({
  InvalidCompany: { status: 400, retryable: false },
  NotAZip: { status: 400, retryable: false },
  ZipInvalid: { status: 400, retryable: false },
  ZipEncrypted: { status: 400, retryable: false },
  ZipFileMissing: { status: 400, retryable: false },
  ZipRowInvalid: { status: 400, retryable: false },
  ZipTooLarge: { status: 413, retryable: false },
  JobNotFound: { status: 404, retryable: false },
  ResultNotReady: { status: 404, retryable: true },
  JobEndedWithoutResult: { status: 409, retryable: false },
  MlServiceUnavailable: { status: 503, retryable: true },
  MlServiceTimeout: { status: 504, retryable: true },
  MlServiceRejected: { status: 502, retryable: false },
  MlJobLost: { status: 502, retryable: false },
  MlJobFailed: { status: 502, retryable: false },
  MlJobCanceled: { status: 409, retryable: false },
  MlJobTimeout: { status: 504, retryable: false },
});
