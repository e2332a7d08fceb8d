import { type InvocationContext } from '@azure/functions';
import { type OperationError } from './errors.js';

/**
 * Logs a failure as a line of its severity; an unexpected one with the stack of its cause. It never logs the error
 * object: an HTTP client's error contains the request, and the request contains keys.
 * @param subject what failed, such as `Operation 6b1c…: `; the beginning of the line
 */
export function logFailure(
  log: Pick<InvocationContext, 'error' | 'warn' | 'info'>,
  { data, cause }: OperationError,
  subject = '',
): void {
  const line = redact(`${subject}${data.code}: ${data.message}`);
  if (data.code === 'InternalError') log.error(line, causeOf(cause));
  else if (data.retryable || data.status >= 500) log.warn(line);
  else log.info(line);
}

function causeOf(cause: unknown): string {
  return cause instanceof Error ? redact(cause.stack ?? cause.message) : typeof cause;
}

/**
 * Removes account keys, the secrets in query strings of storage and function URLs, the app's own keys, and what the error
 * texts of services usually name their keys.
 */
export function redact(text: string): string {
  return text
    .replace(
      /\b(sig|code|AccountKey|SharedAccessSignature|api[-_]?key|token|password|secret)=[^&\s;"']+/gi,
      '$1=[redacted]',
    )
    .replace(/"(authorization|api[-_]?key|token|password|secret)"\s*:\s*"[^"]*"?/gi, '"$1":"[redacted]"')
    .replace(/\bBearer\s+[\w.~+/-]+=*/gi, 'Bearer [redacted]')
    .replace(/\b(lh|whsec)_[\w+/-]+=*/g, '$1_[redacted]');
}
