import { type z } from 'zod';
import { failureOf, isTransient } from '../../platform/http-client.js';
import { type OperationError } from '../../platform/errors.js';
import { bankMapErrors } from '../errors.js';

export interface CallRules<T> {
  /** The value for a 404. */
  missing?: () => T;
  /** The message for a final status. */
  refusal?: (status: number, cause: unknown) => string;
}

/** Calls the ML service. A failure of the service throws one of the slice's codes; other errors are thrown as they are. */
export async function callMl<T>(call: () => Promise<T>, { missing, refusal = refused }: CallRules<T> = {}): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const failure = failureOf(cause);
    if (!failure) throw cause;
    if (missing && failure.kind === 'status' && failure.status === 404) return missing();
    throw toError(failure, cause, refusal);
  }
}

const refused = (status: number) => `The ML service refuses the job (${status}).`;

/** There is no default branch, so that a new kind of failure does not compile without a message. */
function toError(
  failure: NonNullable<ReturnType<typeof failureOf>>,
  cause: unknown,
  refusal: (status: number, cause: unknown) => string,
): OperationError {
  switch (failure.kind) {
    case 'timeout':
    case 'aborted':
      return bankMapErrors.MlServiceTimeout('The ML service was too slow.', { cause });
    case 'network':
      return bankMapErrors.MlServiceUnavailable('The ML service cannot be reached.', { cause });
    case 'circuitOpen':
      return bankMapErrors.MlServiceUnavailable('The ML service fails; it is not called now.', {
        cause,
        notCalled: true,
      });
    case 'tooLarge':
      return bankMapErrors.MlServiceRejected('The ML service’s answer is far too long.', { cause });
    case 'status':
      return isTransient(failure)
        ? bankMapErrors.MlServiceUnavailable(`The ML service is failing (${failure.status}).`, { cause })
        : bankMapErrors.MlServiceRejected(refusal(failure.status, cause), { cause });
  }
}

/** Passes a stream on; an interrupted one throws the slice's error. */
export async function* unbroken(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (cause) {
    throw bankMapErrors.MlServiceUnavailable('The ML service’s output broke off.', { cause });
  }
}

export function rejected(message: string): OperationError {
  return bankMapErrors.MlServiceRejected(message);
}

export function invalidAnswer(what: string): OperationError {
  return rejected(`The ML service gave ${what} that is not valid.`);
}

/** Parses a part of the service's answer. @param what its name in the error, such as `a status` */
export function parsed<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw invalidAnswer(what);
}
