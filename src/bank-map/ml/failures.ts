import type { z } from 'zod';
import { failureOf, isTransient } from '../../platform/http-client.js';
import type { OperationError } from '../../platform/errors.js';
import { bankMapErrors } from '../errors.js';

export interface Asked<T> {
  /** What to answer for 404. */
  missing?: () => T;
  /** What to say of a status that is final. */
  refusal?: (status: number, cause: unknown) => string;
}

/** Runs a call to the ML service. What went wrong is said in one of the slice's codes; a bug of ours stays one. */
export async function asked<T>(call: () => Promise<T>, { missing, refusal = refused }: Asked<T> = {}): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const failure = failureOf(cause);
    if (!failure) throw cause;
    if (missing && failure.kind === 'status' && failure.status === 404) return missing();
    throw sayWhy(failure, cause, refusal);
  }
}

const refused = (status: number) => `The ML service refuses the job (${status}).`;

/** No default branch: a new kind of failure does not compile until it has its words. */
function sayWhy(
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
    case 'tooLarge':
      return bankMapErrors.MlServiceRejected('The ML service’s answer is far too long.', { cause });
    case 'status':
      return isTransient(failure)
        ? bankMapErrors.MlServiceUnavailable(`The ML service is failing (${failure.status}).`, { cause })
        : bankMapErrors.MlServiceRejected(refusal(failure.status, cause), { cause });
  }
}

/** Bytes that come later can break off later. */
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

export function senseless(what: string): OperationError {
  return rejected(`The ML service gave ${what} that makes no sense.`);
}

/** @param what it was to be, such as `a status` */
export function parsed<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw senseless(what);
}
