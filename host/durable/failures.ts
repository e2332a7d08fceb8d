import { type FunctionTable } from './function-table.js';
import { type Failure, type FailureDetails } from './store/history-events.js';

/** Texts of failures (host contract, 6.5 and 7). */

/** The output of a failed instance, and the reason that its parent receives. */
export function orchestratorFailureText(name: string, message: string): string {
  return `Orchestrator function '${name}' failed: ${message}`;
}

export function orchestratorFailure(name: string, message: string, details: FailureDetails | undefined): Failure {
  return {
    Reason: orchestratorFailureText(name, message),
    Details: detailsOf('OrchestrationFailureException', message),
    ...(details && { FailureDetails: details }),
  };
}

/**
 * The failure of an activity whose handler threw. If the app has an exception-properties provider, the error's message
 * is a document (host contract, 7).
 */
export function activityFailure(name: string, thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const structured = structuredFailure(error.message);
  const message = structured?.ErrorMessage ?? error.message;
  return {
    // Two spaces, as in Azure, which cuts the message out of a longer text.
    Reason: `Activity function '${name}' failed:  ${message}`,
    Details: detailsOf(structured?.ErrorType ?? error.name, message),
    ...(structured && { FailureDetails: structured }),
  };
}

export function unknownFunctionFailure(kind: 'activity' | 'orchestrator', name: string): Failure {
  const text = unknownFunctionText(kind, name);
  return { Reason: text, Details: detailsOf('ArgumentException', text) };
}

export function unknownFunctionText(kind: 'activity' | 'orchestrator' | 'entity', name: string): string {
  return `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function.`;
}

/** Why an unknown orchestrator cannot run (DurableTaskExtension.ThrowIfFunctionDoesNotExist). */
export function unknownOrchestratorText(name: string, functions: Pick<FunctionTable, 'orchestrators'>): string {
  const known = functions.orchestrators().map((other) => `'${other.name}'`);
  const list =
    known.length > 0
      ? `The following are the known orchestrator functions: ${known.join(', ')}.`
      : 'No orchestrator functions are currently registered!';
  return `${unknownFunctionText('orchestrator', name)} Additional info: ${list}`;
}

export function plainFailure(reason: string): Failure {
  return { Reason: reason, Details: detailsOf('OrchestrationException', reason) };
}

/** A fixed format, never null: the library can parse only a string (host contract, 6.2). */
function detailsOf(className: string, message: string): string {
  return JSON.stringify({ ClassName: className, Message: message });
}

interface StructuredMessage {
  errorType: string;
  errorMessage: string;
  isNonRetriable?: boolean;
  properties: Record<string, unknown>;
  stackTrace?: string;
}

/**
 * The document that the library makes of an error with properties from the app's provider. How Azure distinguishes it
 * from other texts is not known (host contract, 14.1): here it must have all its required members.
 */
function structuredFailure(message: string): FailureDetails | undefined {
  if (!message.startsWith('{"errorType":')) return undefined;
  const value = parse(message);
  if (!isStructured(value)) return undefined;
  return {
    ErrorType: value.errorType,
    ErrorMessage: value.errorMessage,
    ...(typeof value.stackTrace === 'string' && { StackTrace: value.stackTrace }),
    IsNonRetriable: value.isNonRetriable === true,
    Properties: value.properties,
    InnerFailure: null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an ordinary message with the same start
  }
}

function isStructured(value: unknown): value is StructuredMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { errorType, errorMessage, properties } = value as Partial<Record<keyof StructuredMessage, unknown>>;
  const texts = typeof errorType === 'string' && typeof errorMessage === 'string';
  return texts && typeof properties === 'object' && properties !== null;
}
