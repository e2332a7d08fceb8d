import type { InvocationContext } from '@azure/functions';
import type { OperationError } from './errors.js';

/**
 * Logs a failure by its code, with the stack of what caused it. Never the error object itself: an HTTP client's error
 * holds the request, and the request holds keys.
 */
export function logFailure(invocation: Pick<InvocationContext, 'error'>, { data, cause }: OperationError): void {
  const stack = cause instanceof Error ? redact(cause.stack ?? cause.message) : typeof cause;
  invocation.error(`${data.code}: ${data.message}`, cause === undefined ? '' : stack);
}

/** Blanks the secrets that storage and function URLs carry in their query strings, and account keys. */
export function redact(text: string): string {
  return text.replace(/\b(sig|code|AccountKey|SharedAccessSignature)=[^&\s;"']+/gi, '$1=[redacted]');
}
