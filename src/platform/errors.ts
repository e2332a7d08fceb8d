/** What a client is told of a failure; plain data, so that it crosses durable boundaries and the wire. */
export interface ErrorData {
  /** Stable, PascalCase, for programs. */
  code: string;
  /** A sentence for people: what happened, to what, what to do. */
  message: string;
  /** The HTTP status that says the same. */
  status: number;
  /** Whether trying the same again can help. */
  retryable: boolean;
  /** The field or item that it is about, such as `imageIds[3]`. */
  target?: string;
  details?: ErrorDetail[];
}

export type ErrorDetail = Pick<ErrorData, 'code' | 'message' | 'target'>;

/** What a step came to. It crosses durable boundaries, so it is plain data. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ErrorData };

/** The app's one error: a stable code for programs, a sentence for people. */
export class OperationError extends Error {
  override readonly name = 'OperationError';

  constructor(
    readonly data: ErrorData,
    options?: ErrorOptions,
  ) {
    super(data.message, options);
  }

  /** What nobody foresaw is ours: 500, final, the detail only in `cause`, for the log. */
  static from(thrown: unknown): OperationError {
    if (thrown instanceof OperationError) return thrown;
    return commonErrors.InternalError('Something failed on our side.', { cause: thrown });
  }
}

type Rule = Pick<ErrorData, 'status' | 'retryable'>;
type Extras = ErrorOptions & Pick<ErrorData, 'target' | 'details'>;
type Factory = (message: string, extras?: Extras) => OperationError;

/** A slice's codes, each written once: types, docs and throw sites read this table. */
export function defineErrors<Code extends string>(table: Record<Code, Rule>): Record<Code, Factory> {
  const factories = Object.entries<Rule>(table).map(([code, rule]): [string, Factory] => [
    code,
    (message, { cause, ...extras } = {}) => new OperationError({ code, message, ...rule, ...extras }, { cause }),
  ]);
  return Object.fromEntries(factories) as Record<Code, Factory>;
}

/** Codes that any call can answer with (docs/errors.md). */
export const commonErrors = defineErrors({
  InvalidRequest: { status: 400, retryable: false },
  InvalidJson: { status: 400, retryable: false },
  NotFound: { status: 404, retryable: false },
  MethodNotAllowed: { status: 405, retryable: false },
  PayloadTooLarge: { status: 413, retryable: false },
  UnsupportedMediaType: { status: 415, retryable: false },
  TooManyRequests: { status: 429, retryable: true },
  InternalError: { status: 500, retryable: false },
  ServiceUnavailable: { status: 503, retryable: true },
});
