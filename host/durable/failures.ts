import { type FunctionTable } from './function-table.js';
import { type Failure, type FailureDetails } from './store/history-events.js';

/** Texts of failures (host contract, 6.5 and 7). Azure has stacks of its own code in them: here they are fixed. */

/** The stack of an orchestrator's error in Azure, as far as it says something about the orchestrator. */
const REPLAY_STACK = [
  '   at System.Threading.Tasks.Task.ThrowIfExceptional(Boolean includeTaskCanceledExceptions)',
  '   at System.Threading.Tasks.Task`1.GetResultCore(Boolean waitCompletionNotification)',
  '   at Microsoft.Azure.WebJobs.Extensions.DurableTask.TaskOrchestrationShim.InvokeUserCodeAndHandleResults(RegisteredFunctionInfo orchestratorInfo, OrchestrationContext innerContext)',
].join('\n');

/** The failure of an orchestrator that threw an error. */
export function orchestratorFailure(name: string, message: string, details: FailureDetails | undefined): Failure {
  return {
    Reason: orchestratorFailureText(name, message),
    Details: `Message: ${message}, StackTrace: ${REPLAY_STACK}`,
    ...(details && { FailureDetails: allFields(details) }),
  };
}

/** The library leaves out what is empty. */
function allFields(details: FailureDetails): FailureDetails {
  const { ErrorType, ErrorMessage, StackTrace = null, InnerFailure, IsNonRetriable, Properties = null } = details;
  const inner = InnerFailure ? allFields(InnerFailure) : null;
  return { ErrorType, ErrorMessage, StackTrace, InnerFailure: inner, IsNonRetriable, Properties };
}

function orchestratorFailureText(name: string, message: string): string {
  return `Orchestrator function '${name}' failed: ${message}`;
}

/** An error of Azure's host instead of a reply of the orchestrator. */
export interface HostError {
  message: string;
  /** JSON of the exception. */
  details: string;
}

/** The failure of an orchestrator whose reply cannot be read. */
export function unreadReplyFailure(name: string, { message, details }: HostError): Failure {
  return { Reason: orchestratorFailureText(name, message), Details: details };
}

/** The error of Azure's host for an invocation that failed (TaskOrchestrationShim.cs). */
export function invocationError(thrown: unknown): HostError {
  const remote = remoteError(thrown);
  const inner = rpcException(remote);
  return {
    message: `One or more errors occurred. (${inner.Message})`,
    details: exceptionJson('System.AggregateException', 'One or more errors occurred.', inner, {
      InnerExceptions: [inner],
    }),
  };
}

/** The same for an input that is no JSON: the orchestrator does not run. */
export function inputError(name: string): HostError {
  const inner = `Exception while executing function: Functions.${name}`;
  return argumentError(`One or more errors occurred. (${inner})`);
}

export function argumentError(message: string): HostError {
  return {
    message,
    details: exceptionJson('System.ArgumentException', message, null, { ParamName: null, HResult: ARGUMENT_HRESULT }),
  };
}

/** The failure of an execution that cannot continue because of its history. */
export function replayFailure(message: string): Failure {
  const type = 'DurableTask.Core.Exceptions.NonDeterministicOrchestrationException';
  return { Reason: message, Details: `${UNHANDLED}: ${type}: ${message}` };
}

/** The failure of an orchestrator that threw an error and set a custom status that is too large. */
export function statusFailure(message: string): Failure {
  return { Reason: message, Details: `${UNHANDLED}: System.ArgumentException: ${message}` };
}

const UNHANDLED = 'Unhandled exception while executing orchestration';

/** What clients see as the output of a failed instance. */
export function failedOutput({ Reason, FailureDetails: details }: Failure): string {
  return details === undefined ? (Reason ?? '') : `${details.ErrorType}: ${details.ErrorMessage}`;
}

/** The failure of an activity whose handler threw (TaskActivityShim.cs, OutOfProcMiddleware.cs). */
export function activityFailure(name: string, thrown: unknown): Failure {
  const { message, stack } = remoteError(thrown);
  const details = structuredFailure(message);
  if (details !== undefined) {
    const reason = `Activity function '${name}' failed with an unhandled exception.`;
    return { Reason: reason, Details: null, FailureDetails: details };
  }
  return {
    Reason: `Activity function '${name}' failed: ${message}`,
    Details: exceptionJson('System.Exception', message, rpcException({ message, stack })),
  };
}

/** An error that the worker reported to Azure's host (RpcException.cs), as Newtonsoft.Json writes it. */
function rpcException({ message, stack }: RemoteError) {
  return {
    $type: 'Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script',
    IsUserException: false,
    RemoteStackTrace: stack,
    RemoteMessage: message,
    RemoteTypeName: null,
    Message: `Result: Failure\nException: ${message}\nStack: ${stack}`,
    Data: { $type: 'System.Collections.ListDictionaryInternal, System.Private.CoreLib' },
    InnerException: null,
    HelpLink: null,
    Source: 'System.Private.CoreLib',
    HResult: HRESULT,
    StackTrace: null,
  };
}

/** `HResult` of an exception of .NET that sets no other one. */
const HRESULT = -2_146_233_088;
/** That of an ArgumentException. */
const ARGUMENT_HRESULT = -2_147_024_809;

/** An exception of .NET as Newtonsoft.Json writes it, which escapes more line separators than JavaScript. */
function exceptionJson(className: string, message: string, inner: object | null, more: object = {}): string {
  const json = JSON.stringify({
    $type: `${className}, System.Private.CoreLib`,
    ClassName: className,
    Message: message,
    Data: null,
    InnerException: inner,
    HelpURL: null,
    StackTraceString: null,
    RemoteStackTraceString: null,
    RemoteStackIndex: 0,
    ExceptionMethod: null,
    HResult: HRESULT,
    Source: null,
    WatsonBuckets: null,
    ...more,
  });
  return json.replace(/[\u0085\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

interface RemoteError {
  message: string;
  stack: string;
}

/** What a function threw, as the worker reports it to Azure's host (errors.ts of azure-functions-nodejs-worker). */
function remoteError(thrown: unknown): RemoteError {
  const error = thrown instanceof Error ? thrown : new Error(remoteMessage(thrown));
  return { message: error.message, stack: error.stack ?? '' };
}

function remoteMessage(thrown: unknown): string {
  if (typeof thrown !== 'object')
    return thrown === undefined ? 'Unknown error' : (thrown as number | string).toString();
  return thrown === null ? 'Unknown error' : JSON.stringify(thrown);
}

/** The failure of an activity whose function was removed after its call: an unknown one is a trap before. */
export function removedActivityFailure(name: string): Failure {
  return plainFailure(missingText('activity', name));
}

export function missingText(kind: 'activity' | 'orchestrator' | 'entity', name: string): string {
  return `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function.`;
}

/**
 * Why Azure refuses an unknown function (DurableTaskExtension.ThrowIfFunctionDoesNotExist, which looks for orchestrators
 * in both cases).
 */
export function unknownFunctionText(
  kind: 'orchestrator' | 'entity',
  name: string,
  functions: Pick<FunctionTable, 'orchestrators' | 'entities'>,
): string {
  const known = kind === 'entity' ? functions.entities() : functions.orchestrators();
  const list =
    functions.orchestrators().length > 0
      ? `The following are the known ${kind} functions: '${known.map((other) => other.name).join("', '")}'.`
      : `No ${kind} functions are currently registered!`;
  return `${missingText(kind, name)} Additional info: ${list}`;
}

/** A failure of the host itself. */
export function plainFailure(reason: string): Failure {
  return { Reason: reason, Details: exceptionJson('System.Exception', reason, null) };
}

/** The fields of Azure's `TaskFailureDetails`, a message of Protocol Buffers, in JSON. */
const DETAIL_FIELDS: Record<string, (value: unknown) => boolean> = {
  errorType: isText,
  errorMessage: isText,
  stackTrace: isText,
  innerFailure: (value) => value === null || isDetails(value),
  isNonRetriable: (value) => value === null || typeof value === 'boolean',
  properties: (value) => value === null || isObject(value),
};

interface DetailsMessage {
  errorType?: string | null;
  errorMessage?: string | null;
  stackTrace?: string | null;
  innerFailure?: DetailsMessage | null;
  isNonRetriable?: boolean | null;
  properties?: Record<string, unknown> | null;
}

/**
 * The failure in an error's message: the library writes it there for an error with properties of the app's provider.
 * Azure takes every message whose first line is such a document.
 */
function structuredFailure(message: string): FailureDetails | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(message.split('\n', 1)[0] ?? '') as unknown;
    return isDetails(value) ? failureDetails(value) : undefined;
  } catch {
    return undefined; // an ordinary message with the same start
  }
}

function failureDetails(message: DetailsMessage): FailureDetails {
  const { errorType, errorMessage, stackTrace = null, innerFailure, isNonRetriable, properties } = message;
  return {
    ErrorType: errorType ?? '',
    ErrorMessage: errorMessage ?? '',
    StackTrace: stackTrace,
    InnerFailure: innerFailure ? failureDetails(innerFailure) : null,
    IsNonRetriable: isNonRetriable === true,
    Properties: properties && Object.keys(properties).length > 0 ? mapped(properties, typed) : null,
  };
}

const mapped = (value: object, change: (value: unknown) => unknown) =>
  Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member)]));

/** Azure adds the type of .NET to objects inside of properties. */
function typed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(typed);
  return isObject(value) ? { $type: DICTIONARY, ...mapped(value, typed) } : value;
}

const DICTIONARY =
  'System.Collections.Generic.Dictionary`2[[System.String, System.Private.CoreLib],[System.Object, System.Private.CoreLib]]';

function isDetails(value: unknown): value is DetailsMessage {
  return isObject(value) && Object.entries(value).every(([name, field]) => DETAIL_FIELDS[name]?.(field) === true);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
