import { z } from 'zod';
import { defineErrors, OperationError } from '../platform/errors.js';
import { type ErrorForm } from '../platform/http/route.js';

/** The slice's error codes (docs/errors.md). Clients see the status and the contract's exact message. */
export const serverlessErrors = defineErrors({
  EndpointUnauthorized: { status: 401, retryable: false },
  RequestTooLarge: { status: 400, retryable: false },
  RequestUnreadable: { status: 400, retryable: false },
  RequestDataInvalid: { status: 400, retryable: false },
  WebhookEmpty: { status: 400, retryable: false },
  ArgumentsInvalid: { status: 400, retryable: false },
  RequestNotFound: { status: 404, retryable: false },
  RequestNotFinished: { status: 409, retryable: false },
  RequestHasNoWebhook: { status: 409, retryable: false },
  RequestTimeout: { status: 408, retryable: false },
  RequestCanceled: { status: 409, retryable: false },
  ResultTooLarge: { status: 413, retryable: false },
  TooManyQueued: { status: 429, retryable: true },
  PublishFailed: { status: 500, retryable: true },
  StatusFailed: { status: 500, retryable: true },
  CancelFailed: { status: 500, retryable: true },
  HandlingFailed: { status: 500, retryable: false },
  WorkersBusy: { status: 503, retryable: true },
});

/** Each error with its message, exactly as in docs/contracts/serverless.md. */
export const contractErrors = {
  unauthorized: () => serverlessErrors.EndpointUnauthorized('unauthorized'),
  tooLarge: () => serverlessErrors.RequestTooLarge('request body too large'),
  unreadable: (cause?: unknown) => serverlessErrors.RequestUnreadable('failed to get request data', { cause }),
  badData: (cause?: unknown) =>
    serverlessErrors.RequestDataInvalid(
      "invalid request data, must be a json object with 'input' and 'webhook' (optional)",
      { cause },
    ),
  noWebhook: () => serverlessErrors.WebhookEmpty('webhook is empty for async request', { target: 'webhook' }),
  badArguments: () => serverlessErrors.ArgumentsInvalid('invalid request arguments'),
  timeout: () => serverlessErrors.RequestTimeout('request timeout'),
  canceled: () => serverlessErrors.RequestCanceled('request canceled'),
  tooManyQueued: () => serverlessErrors.TooManyQueued('too many queued requests'),
  publish: (cause: unknown) => serverlessErrors.PublishFailed('failed to publish message', { cause }),
  status: (cause: unknown) => serverlessErrors.StatusFailed('failed to get status', { cause }),
  cancel: (cause: unknown) => serverlessErrors.CancelFailed('failed to cancel message(s)', { cause }),
  handling: (requestID: string, reason: string) => serverlessErrors.HandlingFailed(handlingMessage(requestID, reason)),
  busy: () => serverlessErrors.WorkersBusy('not enough gpu now, please try again later'),
};

export function handlingMessage(requestID: string, reason: string): string {
  return `failed to handle message ${requestID}: ${reason}`;
}

/** An error for the client passes; a failure of storage or the task hub becomes the call's own 500. */
export function asContractError(thrown: unknown, failed: (cause: unknown) => OperationError): OperationError {
  const error = OperationError.from(thrown);
  return error.data.code in serverlessErrors || error.data.status < 500 ? error : failed(thrown);
}

const errorBody = z.object({ error: z.string() }).meta({ id: 'ServerlessError' });

export const errorForm: ErrorForm = { schema: errorBody, body: ({ message }) => ({ error: message }) };
