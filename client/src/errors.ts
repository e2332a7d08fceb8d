/** What is wrong: a code for programs, a sentence for people. */
export interface Problem {
  code: string;
  message: string;
  target?: string;
  details?: Problem[];
}

interface ApiFailure extends Problem {
  /** The HTTP status; 0 without an answer. */
  status: number;
  retryable: boolean;
  requestId?: string | undefined;
  retryAfterMs?: number;
  cause?: unknown;
}

/**
 * The app answered a call with an error, or did not answer: `status` is 0 then and `code` is `ConnectionFailed`. What is
 * `retryable` has been repeated already, for `retryMs` of the client.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** As in docs/errors.md; `Http` and the status for an answer without one. */
  readonly code: string;
  readonly target: string | undefined;
  readonly details: Problem[];
  readonly retryable: boolean;
  /** What the app's log has of the same request. */
  readonly requestId: string | undefined;
  /** What `Retry-After` of the answer asks for. */
  readonly retryAfterMs: number;
  /** How often the call was made. */
  attempts = 1;

  constructor(failure: ApiFailure) {
    super(failure.message, { cause: failure.cause });
    this.status = failure.status;
    this.code = failure.code;
    this.target = failure.target;
    this.details = failure.details ?? [];
    this.retryable = failure.retryable;
    this.requestId = failure.requestId;
    this.retryAfterMs = failure.retryAfterMs ?? 0;
  }
}

/** The operation has failed. */
export class OperationFailedError extends Error {
  override readonly name = 'OperationFailedError';
  readonly operationId: string;
  readonly code: string;
  /** All of them, also where the monitor shows the first ones only. */
  readonly details: Problem[];

  constructor(operationId: string, { code, message, details = [] }: Problem) {
    super(message);
    this.operationId = operationId;
    this.code = code;
    this.details = details;
  }
}

/** The operation was canceled. */
export class OperationCanceledError extends Error {
  override readonly name = 'OperationCanceledError';

  constructor(readonly operationId: string) {
    super(`Operation ${operationId} was canceled.`);
  }
}

/** The time that the caller gave is over. The operation goes on. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(
    readonly operationId: string,
    timeoutMs: number,
  ) {
    super(`Operation ${operationId} has not ended within ${timeoutMs} ms. It goes on.`);
  }
}
