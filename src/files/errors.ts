import { z } from 'zod';
import { defineErrors } from '../platform/errors.js';
import { type ErrorForm } from '../platform/http/route.js';
import { LEGACY_PREFIX } from './names.js';

/** The slice's codes (docs/errors.md). Its clients see the sentence and the status, and the code as `x-ms-error-code`. */
export const filesErrors = defineErrors({
  UploadInvalid: { status: 400, retryable: false },
  UserInvalid: { status: 400, retryable: false },
  SpreadsheetInvalid: { status: 400, retryable: false },
  CsrfTokenInvalid: { status: 403, retryable: false },
  FileNotFound: { status: 404, retryable: false },
  AnalysisNotFound: { status: 404, retryable: false },
  KeyNotFound: { status: 404, retryable: false },
  RowNotFound: { status: 404, retryable: false },
  AnalysisResultNotReady: { status: 404, retryable: true },
  UploadConflict: { status: 409, retryable: true },
  ResultAlreadyStored: { status: 409, retryable: false },
  AnalysisNotFinished: { status: 409, retryable: false },
  UploadExpired: { status: 410, retryable: false },
  TusVersionUnsupported: { status: 412, retryable: false },
  UploadTooLarge: { status: 413, retryable: false },
  FileTypeNotAllowed: { status: 415, retryable: false },
  UploadLocked: { status: 423, retryable: true },
  TooManyDownloads: { status: 429, retryable: true },
  RangeNotSatisfiable: { status: 416, retryable: false },
  ResultInvalid: { status: 400, retryable: false },
  AnalysisRestarted: { status: 409, retryable: false },
  AnalysisInterrupted: { status: 500, retryable: false },
  AnalyzerFailed: { status: 502, retryable: false },
  AnalyzerRefused: { status: 502, retryable: false },
  AnalyzerUnavailable: { status: 503, retryable: true },
  DownloadNotBegun: { status: 504, retryable: false },
  AnalysisTimeout: { status: 504, retryable: false },
  UploadChecksumWrong: { status: 460, retryable: true },
});

/** The form of the slice's errors (docs/contracts/files.md). */
export const filesErrorForm: ErrorForm = {
  prefix: LEGACY_PREFIX,
  schema: z
    .object({ errors: z.string().describe('What is wrong, and what to do.') })
    .meta({ id: 'FilesError', description: 'An error of the calls for files and their analysis.' }),
  body: ({ message }) => ({ errors: message }),
};
