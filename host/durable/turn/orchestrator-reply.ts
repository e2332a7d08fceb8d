import { type InvocationResult } from '../../contracts.js';
import { type FailureDetails } from '../store/history-events.js';
import { type Action } from './actions.js';
import { byContent, byObject, type ActionIdentity } from './new-actions.js';

/** The result of one run of the orchestrator function (host contract, 6.4 and 6.5). */
export type OrchestratorReply =
  | { kind: 'state'; actions: readonly Action[]; identity: ActionIdentity; customStatus: unknown; end: ReplyEnd }
  /** The library did not run the orchestrator, or its reply cannot be read. */
  | { kind: 'invalid'; message: string };

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
  if (!isRawState(result)) {
    return {
      kind: 'invalid',
      message: 'The orchestrator function returned no orchestrator state. Is it registered with df.app.orchestration?',
    };
  }
  const end: ReplyEnd = result.isDone === true ? { kind: 'returned', output: result.output } : { kind: 'none' };
  return {
    kind: 'state',
    actions: flatten(result.actions),
    identity: byObject,
    customStatus: result.customStatus,
    end,
  };
}

export function parseRejection(thrown: unknown): OrchestratorReply {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const marker = message.indexOf(MARKER);
  if (marker === -1) return { kind: 'invalid', message };
  const state = parse(message.slice(marker + MARKER.length));
  if (!isRawState(state)) return { kind: 'invalid', message };
  return {
    kind: 'state',
    actions: flatten(state.actions),
    identity: byContent,
    customStatus: state.customStatus,
    // The library omits `error` when the message is empty or no Error was thrown: still a failure.
    end: { kind: 'threw', message: state.error ?? '', failureDetails: state.failureDetails },
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
