import { type InvocationResult } from '../../contracts.js';
import { argumentError, type HostError, invocationError } from '../failures.js';
import { type FailureDetails } from '../store/history-events.js';
import { type Action } from './actions.js';
import { byContent, byObject, type ActionIdentity } from './new-actions.js';

/** The result of one run of the orchestrator function (host contract, 6.4 and 6.5). */
export type OrchestratorReply =
  | { kind: 'state'; actions: readonly Action[]; identity: ActionIdentity; customStatus: unknown; end: ReplyEnd }
  /** The library did not run the orchestrator, or its reply cannot be read. */
  | { kind: 'unreadable'; error: HostError };

type ReplyEnd =
  | { kind: 'none' }
  | { kind: 'returned'; output: unknown }
  | { kind: 'threw'; message: string; failureDetails: FailureDetails | undefined };

const MARKER = '\n\n$OutOfProcData$:';

interface RawState {
  isDone?: boolean;
  actions: Action[][];
  output?: unknown;
  customStatus?: unknown;
  error?: string;
  failureDetails?: FailureDetails;
}

export function parseResult({ result }: InvocationResult): OrchestratorReply {
  if (!isRawState(result)) return parseOther(result);
  const end: ReplyEnd = result.isDone === true ? { kind: 'returned', output: result.output } : { kind: 'none' };
  return {
    kind: 'state',
    actions: flatten(result.actions),
    identity: byObject,
    customStatus: result.customStatus,
    end,
  };
}

/** The reply of a function that is not registered with `df.app.orchestration` (TaskOrchestrationShim.cs). */
function parseOther(result: unknown): OrchestratorReply {
  if (result === undefined || result === null) {
    const end: ReplyEnd = { kind: 'returned', output: undefined };
    return { kind: 'state', actions: [], identity: byObject, customStatus: undefined, end };
  }
  return { kind: 'unreadable', error: argumentError(problemOf(result)) };
}

function problemOf(result: unknown): string {
  if (typeof result === 'string') return 'Out of proc orchestrators must return a valid JSON schema';
  return typeof result === 'object' && !Array.isArray(result)
    ? "Value cannot be null. (Parameter 'Out-of-proc orchestrator schema must have a non-null actions property.')"
    : 'The data returned by the out-of-process function execution was not valid json.';
}

/** The state in the message of an error that the library threw (OutOfProcExceptionHelpers.cs). */
export function parseRejection(thrown: unknown): OrchestratorReply {
  const message = thrown instanceof Error ? thrown.message : '';
  const marker = message.lastIndexOf(MARKER);
  const state = marker === -1 ? undefined : parse(message.slice(marker + MARKER.length));
  // The library omits `error` when the message is empty or no Error was thrown: Azure does not read such a state.
  if (!isRawState(state) || !state.error) return { kind: 'unreadable', error: invocationError(thrown) };
  return {
    kind: 'state',
    actions: flatten(state.actions),
    identity: byContent,
    customStatus: state.customStatus,
    end: { kind: 'threw', message: state.error, failureDetails: state.failureDetails },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // a text of the app that contains the marker by chance
  }
}

function isRawState(value: unknown): value is RawState {
  return typeof value === 'object' && value !== null && 'actions' in value && Array.isArray(value.actions);
}

/** From schema V2 on there is exactly one inner array (host contract, 6.4). */
function flatten(actions: Action[][]): readonly Action[] {
  return actions.length === 1 ? (actions[0] ?? []) : actions.flat();
}
