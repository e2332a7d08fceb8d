import { defineErrors } from '../platform/errors.js';

/** The core's own codes (docs/errors.md); what any call can answer with is in the platform's table. */
export const operationErrors = defineErrors({
  InvalidOperationId: { status: 400, retryable: false },
  OperationIdReused: { status: 400, retryable: false },
  IdempotencyKeyReused: { status: 422, retryable: false },
  OperationNotFound: { status: 404, retryable: false },
  OperationExpired: { status: 410, retryable: false },
  OperationAlreadyFinished: { status: 409, retryable: false },
  OperationNotFinished: { status: 409, retryable: false },
  OperationCanceled: { status: 409, retryable: false },
  UpstreamPaused: { status: 503, retryable: true },
});
