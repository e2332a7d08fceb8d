import type { InvocationContext } from '@azure/functions';
import type { OperationError } from './errors.js';

/**
 * Logs a failure: what services and clients do is a line, by its severity; what nobody foresaw comes with the stack of
 * its cause. Never the error object itself: an HTTP client's error holds the request, and the request holds keys.
 */
export function logFailure(
  log: Pick<InvocationContext, 'error' | 'warn' | 'info'>,
  { data, cause }: OperationError,
): void {
  const line = `${data.code}: ${data.message}`;
  if (data.code === 'InternalError') log.error(line, causeOf(cause));
  else if (data.retryable || data.status >= 500) log.warn(line);
  else log.info(line);
}

function causeOf(cause: unknown): string {
  return cause instanceof Error ? redact(cause.stack ?? cause.message) : typeof cause;
}

/** Blanks the secrets that storage and function URLs carry in their query strings, and account keys. */
export function redact(text: string): string {
  return text.replace(/\b(sig|code|AccountKey|SharedAccessSignature)=[^&\s;"']+/gi, '$1=[redacted]');
}
