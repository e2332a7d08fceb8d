/** A failure as plain data, so that it can cross durable boundaries and HTTP. */
export interface ErrorData {
  /** Stable, PascalCase, for programs. */
  code: string;
  /** A sentence for people: what happened, to what, what to do. */
  message: string;
  /** HTTP status. */
  status: number;
  /** Whether a retry can help. */
  retryable: boolean;
  /** The field or item that is wrong, such as `imageIds[3]`. */
  target?: string;
  details?: ErrorDetail[];
  /** Whether the service was not called: its circuit breaker is open, or its pause is not known (docs/upstreams.md). */
  notCalled?: boolean;
}

export type ErrorDetail = Pick<ErrorData, 'code' | 'message' | 'target'>;

/** The result of a step: a value or an error, as plain data. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorData };

/** The error class of the app: a stable code for programs, a sentence for people. */
export class OperationError extends Error {
  override readonly name = 'OperationError';

  constructor(
    readonly data: ErrorData,
    options?: ErrorOptions,
  ) {
    super(data.message, options);
  }

  /** An unexpected error becomes a final `InternalError` (500); its detail is only in `cause`, for the log. */
  static from(thrown: unknown): OperationError {
    if (thrown instanceof OperationError) return thrown;
    return commonErrors.InternalError('Something failed on our side.', { cause: thrown });
  }
}

type Rule = Pick<ErrorData, 'status' | 'retryable'>;
type Extras = ErrorOptions & Pick<ErrorData, 'target' | 'details' | 'notCalled'>;

/** One code: makes its errors, and says what they have in common. */
export type ErrorFactory = ((message: string, extras?: Extras) => OperationError) &
  Readonly<Pick<ErrorData, 'code' | 'status' | 'retryable'>>;

/** The codes of a slice by name. */
export type ErrorTable = Record<string, ErrorFactory>;

/** Declares the codes of a slice, each once: types, routes, docs and throw sites read this table. */
export function defineErrors<Code extends string>(table: Record<Code, Rule>): Record<Code, ErrorFactory> {
  const factories = Object.entries<Rule>(table).map(([code, rule]): [string, ErrorFactory] => [
    code,
    Object.assign(
      (message: string, { cause, ...extras }: Extras = {}) =>
        new OperationError({ code, message, ...rule, ...extras }, { cause }),
      { code, ...rule },
    ),
  ]);
  return Object.fromEntries(factories) as Record<Code, ErrorFactory>;
}

/** Whether something that was thrown is an error of the code. */
export function hasCode(thrown: unknown, { code }: Pick<ErrorFactory, 'code'>): boolean {
  return thrown instanceof OperationError && thrown.data.code === code;
}

/** Codes that any call can answer with (docs/errors.md). */
export const commonErrors = defineErrors({
  InvalidRequest: { status: 400, retryable: false },
  InvalidJson: { status: 400, retryable: false },
  NotFound: { status: 404, retryable: false },
  MethodNotAllowed: { status: 405, retryable: false },
  NotAcceptable: { status: 406, retryable: false },
  PayloadTooLarge: { status: 413, retryable: false },
  UnsupportedMediaType: { status: 415, retryable: false },
  TooManyRequests: { status: 429, retryable: true },
  InternalError: { status: 500, retryable: false },
  ServiceUnavailable: { status: 503, retryable: true },
});
