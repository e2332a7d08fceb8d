import { defineErrors, type OperationError } from '../platform/errors.js';
import { type Monitor } from './schemas.js';

/** The core's own codes (docs/errors.md); what any call can answer with is in the platform's table. */
export const operationErrors = defineErrors({
  InvalidOperationId: { status: 400, retryable: false },
  OperationIdReused: { status: 400, retryable: false },
  IdempotencyKeyReused: { status: 422, retryable: false },
  OperationNotFound: { status: 404, retryable: false },
  OperationExpired: { status: 410, retryable: false },
  OperationAlreadyFinished: { status: 409, retryable: false },
  OperationNotFinished: { status: 409, retryable: false },
  OperationHasNoResult: { status: 409, retryable: false },
  NothingToRetry: { status: 409, retryable: false },
  InputGone: { status: 410, retryable: false },
  OperationHasNoWebhook: { status: 409, retryable: false },
  OperationCanceled: { status: 409, retryable: false },
  UpstreamPaused: { status: 503, retryable: true },
});

export function notFinished({ id }: Pick<Monitor, 'id'>): OperationError {
  return operationErrors.OperationNotFinished(`Operation ${id} is still running; cancel it first.`);
}

export function alreadyFinished({ id, status }: Pick<Monitor, 'id' | 'status'>): OperationError {
  return operationErrors.OperationAlreadyFinished(`Operation ${id} has ended as ${status} and cannot be canceled.`);
}
