/** The client of Longhaul (docs/contracts/client.md). */
export {
  createClient,
  type AnswerWithHeaders,
  type LonghaulClient,
  type RequestOptions,
  type StartOptions,
} from './client.js';
export { ApiError, OperationCanceledError, OperationFailedError, TimeoutError, type Problem } from './errors.js';
export { readEvents, type StreamEvent } from './event-stream.js';
export { type CallOptions, type ClientOptions } from './http.js';
export { Operation, type ResultOptions } from './operation.js';
export { type UploadedFile, type UploadOptions, type UploadSource } from './upload.js';
export type * from './types.js';
export { type components, type operations, type paths } from './api.js';
