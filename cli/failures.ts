import { ApiError, OperationCanceledError, OperationFailedError, type Problem } from '@longhaul/client';
import { CommanderError } from 'commander';
import { CommandError, EXIT } from '../dev/exit.js';
import { UNREACHABLE_HINT } from '../dev/running-stack.js';
import { StoppedError } from '../dev/stop-signal.js';
import { redact } from '../src/platform/logging.js';

interface Failure {
  exitCode: number;
  /** What is wrong, and what to do next. Empty when it has been printed. */
  message: string;
}

const MAX_DETAILS = 10;

/** How a command ends that has thrown. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CommanderError) return { exitCode: thrown.exitCode === 0 ? 0 : EXIT.usage, message: '' };
  if (thrown instanceof CommandError) return { exitCode: thrown.exitCode, message: redact(thrown.message) };
  if (thrown instanceof StoppedError) return { exitCode: EXIT.interrupted, message: 'Interrupted.' };
  if (thrown instanceof Error && thrown.cause instanceof StoppedError) return failureOf(thrown.cause);
  if (thrown instanceof ApiError && thrown.status === 0)
    return { exitCode: EXIT.unreachable, message: `${thrown.message} ${UNREACHABLE_HINT}` };
  return { exitCode: EXIT.failed, message: redact(messageOf(thrown)) };
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof ApiError) {
    // One problem is both the error and its only detail.
    const details = thrown.details.filter(({ message }) => message !== thrown.message);
    return `${thrown.message}${detailsOf(details) || ' '}${remedyOf(thrown)}`;
  }
  if (thrown instanceof OperationFailedError) {
    const { operationId: id, code, message, details } = thrown;
    const next = `What happened: npx longhaul history ${id}\nTo start it again: npx longhaul retry ${id}`;
    return `Operation ${id} has failed: ${code}: ${message}${detailsOf(details)}\n${next}`;
  }
  if (thrown instanceof OperationCanceledError)
    return `${thrown.message} To start it again: npx longhaul retry ${thrown.operationId}`;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function detailsOf(details: readonly Problem[]): string {
  const lines = details
    .slice(0, MAX_DETAILS)
    .map(({ target, message }) => `\n  ${target === undefined ? '' : `${target}: `}${message}`);
  const more = details.length > MAX_DETAILS ? `\n  and ${details.length - MAX_DETAILS} more` : '';
  return lines.length === 0 ? '' : `${lines.join('')}${more}\n`;
}

function remedyOf({ status, code, retryable, requestId }: ApiError): string {
  if (status === 401) return 'Give a function key with --key, or set LONGHAUL_KEY.';
  if (status === 404 && code === 'OperationNotFound') return 'npx longhaul list shows the operations that are known.';
  if (status === 409 && code === 'OperationNotFinished') return 'Wait for its end with npx longhaul status ID --watch.';
  if (retryable) return 'Try again later.';
  if (code === 'AnswerNotReadable' || code.startsWith('Http')) return 'Check the URL of the app (--url).';
  return status >= 500
    ? `The log of the app says more about the request ${requestId ?? ''}.`
    : `(${code}, docs/errors.md)`;
}
