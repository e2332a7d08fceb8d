import { type DurableSettings, type HostFunction, type Invoke } from '../../contracts.js';
import { orchestratorFailure, orchestratorFailureText, plainFailure, unknownFunctionText } from '../failures.js';
import { type EntityId, type TaskId } from '../ids.js';
import { RuntimeStatus } from '../runtime-status.js';
import {
  EventType,
  type Failure,
  type FailureDetails,
  type HistoryEvent,
  isReplayEvent,
} from '../store/history-events.js';
import { type Envelope } from '../store/messages.js';
import { type Action, ActionType, encodedInput, jsonOrNull } from './actions.js';
import { type EntityRequest } from './entity-requests.js';
import { applyTurn, type ExecutionState } from './execution-state.js';
import { type Instance } from './instance.js';
import { type MessageSelection, selectMessages, startEvent } from './message-selection.js';
import { type ActionIdentity, countEventWaits, newActions } from './new-actions.js';
import { type OpenTask } from './open-tasks.js';
import { type OrchestratorReply, parseRejection, parseResult } from './orchestrator-reply.js';
import { type DraftLimits, TurnDraft } from './turn-draft.js';

/**
 * One turn of an orchestration (host contract, 6.11), up to its commit.
 *
 * R1 A turn changes nothing except the end of `state.replay`, which `applyCommit` or `Instance.rollBack` removes.
 * R2 The instance completes, fails or continues as new only when it has no open tasks. Activities, sub-orchestrations
 *    and timers that were not canceled keep it in Running after its function returned (host contract, 6.9); users of
 *    Azure cancel timers because of it. Errors of the host or of the library end it immediately.
 * R3 Its locks are released when its function returns, also when it continues as new (TaskOrchestrationShim.cs,
 *    Execute). In every other case the locks are abandoned when the execution ends.
 */
export interface TurnEnvironment {
  readonly settings: DurableSettings;
  readonly invoke: Invoke;
  orchestrator(name: string): HostFunction | undefined;
  now(): number;
  /** The host shuts down: a turn that fails now runs again after the next start. */
  stopping(): boolean;
}

export interface TurnCommit {
  readonly consumed: readonly Envelope[];
  /** All events of the turn; empty when it dropped all its messages. */
  readonly events: readonly HistoryEvent[];
  readonly entityRequests: readonly EntityRequest[];
  /** Entities that the execution has locked, or asked to lock, and never releases (R3). */
  readonly abandoned: readonly EntityId[];
  /** Tasks to start. */
  readonly opened: ReadonlyMap<TaskId, OpenTask>;
  /** Tasks that are over: their timers are canceled. */
  readonly closed: ReadonlySet<TaskId>;
  /** ms since the epoch. */
  readonly at: number;
  /** Length of `state.replay` before the turn. */
  readonly replayLength: number;
  readonly custom: string | null;
  readonly end: TurnEnd;
}

export type TurnEnd =
  /** `reason`: of the last suspension or resumption of the turn; clients see it as the output. */
  | { kind: 'open'; status: RuntimeStatus; reason: string | null }
  | { kind: 'finished'; status: RuntimeStatus; output: string | null; failure: Failure | null }
  | { kind: 'continuedAsNew'; status: RuntimeStatus; input: string | null; carriedOver: CarriedOverEvent[] };

/** An external event that the next execution receives. */
interface CarriedOverEvent {
  name: string;
  input: string | null;
  /** When it was raised, ms since the epoch. */
  at: number;
}

/** Makes `state` the state after the committed turn. */
export function applyCommit(state: ExecutionState, { events, replayLength }: TurnCommit): void {
  state.replay.length = replayLength; // `applyTurn` appends the turn's events itself (R1)
  if (events.length > 0) applyTurn(state, events);
}

/** Azure allows 16 KiB of UTF-16 for the custom status (host contract, 9.1). */
const MAX_CUSTOM_STATUS_LENGTH = 8 * 1_024;

/** Longer than any Date can be in the future, so that each createTimer is one timer (host contract, 6.1 and 6.8.3). */
const MAX_TIMER_DURATION = '100000000.00:00:00';
const SCHEMA_V4 = 3;

/** Runs a turn on the messages in the inbox. `aborted`: the caller rolls the turn back and runs it again later. */
export async function runTurn(instance: Instance, env: TurnEnvironment): Promise<TurnCommit | 'aborted'> {
  const selection = selectMessages(instance);
  for (const envelope of selection.consumed) envelope.state = 'inTurn';
  const draft = new TurnDraft(instance, env.now(), limitsOf(env.settings));
  const turn = new Turn(instance, selection, draft);
  if (selection.terminate) return turn.terminated(selection.terminate.reason);
  if (!turn.appendIncoming()) return turn.withoutOrchestrator();
  const refusal = refusalOf(selection, instance);
  if (refusal !== undefined) return turn.failed(refusal);
  const fn = env.orchestrator(instance.record.name);
  if (fn === undefined) return turn.failed(unknownFunctionText('orchestrator', instance.record.name));
  const reply = await runFunction(instance, fn, env);
  if (reply === 'aborted') return 'aborted';
  return reply.kind === 'invalid' ? turn.failed(reply.message) : turn.replied(reply);
}

/** Why an entity refused a lock request of the execution. */
function refusalOf({ consumed }: MessageSelection, { record }: Instance): string | undefined {
  for (const { message } of consumed)
    if (message.kind === 'entityResponse' && message.execution === record.execution && message.fatal !== undefined)
      return message.fatal;
  return undefined;
}

function limitsOf(settings: DurableSettings): DraftLimits {
  return {
    maxActions: settings.maxOrchestrationActions,
    defaultVersion: settings.defaultVersion ?? '',
    defaultPollMs: settings.defaultAsyncRequestSleepTimeMilliseconds,
  };
}

async function runFunction(
  instance: Instance,
  fn: HostFunction,
  env: TurnEnvironment,
): Promise<OrchestratorReply | 'aborted'> {
  try {
    return parseResult(await env.invoke(fn, { triggerValue: triggerValue(instance, env.settings) }));
  } catch (thrown) {
    const reply = parseRejection(thrown);
    // A rejection with the library's marker is an error of the orchestrator. Of the other ones, a shutdown and a
    // timeout are no failures: the turn runs again (host contract, 6.5).
    return reply.kind === 'invalid' && (env.stopping() || isTimeout(thrown)) ? 'aborted' : reply;
  }
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'FunctionTimeoutError';
}

/** The document of the trigger (host contract, 6.1), which holds the live history instead of a copy. */
function triggerValue({ record, state }: Instance, settings: DurableSettings): object {
  const trigger = {
    input: record.input === null ? null : parsedInput(record.input, record.name),
    instanceId: record.id,
    isReplaying: false,
    parentInstanceId: record.parent?.instanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: SCHEMA_V4,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: MAX_TIMER_DURATION,
    defaultHttpAsyncRequestSleepTimeMillseconds: settings.defaultAsyncRequestSleepTimeMilliseconds,
  };
  // Not enumerable: at each turn the library visits every enumerable value to convert timestamps. Those of the history
  // are Dates already, so the visit would cost time in proportion to its length and change nothing.
  return Object.defineProperty(trigger, 'history', { value: state.replay, enumerable: false });
}

/** A start without a body has an empty text as input, which the genuine host cannot pass to the function (recorded). */
function parsedInput(input: string, name: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    throw new Error(`One or more errors occurred. (Exception while executing function: Functions.${name})`);
  }
}

class Turn {
  readonly #instance: Instance;
  readonly #selection: MessageSelection;
  readonly #draft: TurnDraft;
  readonly #replayLength: number;
  #numberedActions: number;
  #functionEnded: boolean;
  #custom: string | null;

  constructor(instance: Instance, selection: MessageSelection, draft: TurnDraft) {
    this.#instance = instance;
    this.#selection = selection;
    this.#draft = draft;
    this.#replayLength = instance.state.replay.length;
    this.#numberedActions = instance.state.numberedActions;
    this.#functionEnded = instance.state.functionEnded;
    this.#custom = instance.record.custom;
  }

  /**
   * Appends the turn's incoming events to the history, in the order of the host contract, 6.3, and of turn-draft.ts,
   * D2.
   *
   * @returns false when the orchestrator would see nothing new
   */
  appendIncoming(): boolean {
    const { starts, controlEvents, taskMessages, raisedEvents } = this.#selection;
    const draft = this.#draft;
    if (starts) draft.incoming.push(startEvent(this.#instance.record, draft.at));
    draft.incoming.push(...controlEvents);
    const others = [];
    for (const message of taskMessages) {
      if (draft.takesNumber(message)) draft.deliver(message);
      else others.push(message);
    }
    for (const message of others) draft.deliver(message);
    draft.incoming.push(...raisedEvents);
    const { replay } = this.#instance.state;
    for (const event of draft.incoming) if (isReplayEvent(event)) replay.push(event);
    return this.#selection.forced || draft.incoming.length > 1 + controlEvents.length;
  }

  terminated(reason: string | null): TurnCommit {
    const { at, incoming } = this.#draft;
    const failure = plainFailure(reason ?? 'The sub-orchestration was terminated.');
    const events = [...incoming, { EventType: EventType.ExecutionTerminated, Timestamp: at, Input: reason }];
    return this.#commit(events, { kind: 'finished', status: RuntimeStatus.Terminated, output: reason, failure });
  }

  /** There are only control events, or none: the orchestrator function does not run. */
  withoutOrchestrator(): TurnCommit {
    if (this.#draft.incoming.length > 1) return this.#finish(this.#stillOpen());
    return this.#commit([], this.#stillOpen()); // OrchestratorStarted alone: every message was dropped
  }

  failed(message: string): TurnCommit {
    return this.#finish(this.#failure(message, undefined));
  }

  replied({ actions, identity, customStatus, end }: OrchestratorReply & { kind: 'state' }): TurnCommit {
    const draft = this.#draft;
    for (const action of newActions(actions, this.#numberedActions, identity)) draft.schedule(action);
    draft.findCanceledTimers(actions);
    this.#numberedActions = actions.length;
    this.#setCustom(customStatus);
    if (draft.fatal !== null) return this.failed(draft.fatal);
    if (end.kind === 'returned') draft.returned(); // R3
    if (end.kind === 'none' || draft.openCount > 0) {
      this.#functionEnded = end.kind !== 'none';
      return this.#finish(this.#stillOpen()); // R2
    }
    if (end.kind === 'threw') return this.#finish(this.#failure(end.message, end.failureDetails));
    const last = actions.at(-1);
    if (last?.actionType === ActionType.ContinueAsNew) {
      return this.#finish(this.#continuedAsNew(last.input, actions, identity));
    }
    return this.#finish(this.#returned(end.output));
  }

  #setCustom(value: unknown): void {
    if (value === undefined) return; // the library sends truthy values only, so a status cannot be cleared
    const text = jsonOrNull(value);
    if (text !== null && text.length > MAX_CUSTOM_STATUS_LENGTH) {
      this.#draft.fatal ??= 'The custom status is longer than 16 KB of UTF-16 text.';
    } else this.#custom = text;
  }

  #stillOpen(): TurnEnd {
    const changes = this.#selection.controlEvents.filter(({ EventType: type }) => type !== EventType.ExecutionRewound);
    return {
      kind: 'open',
      status: this.#openStatus(),
      reason: changes.findLast(({ Reason }) => Reason !== null)?.Reason ?? null,
    };
  }

  #openStatus(): RuntimeStatus {
    if (this.#selection.suspended) return RuntimeStatus.Suspended;
    const started = this.#selection.starts || this.#instance.state.started;
    return started ? RuntimeStatus.Running : RuntimeStatus.Pending;
  }

  #returned(output: unknown): TurnEnd {
    try {
      return { kind: 'finished', status: RuntimeStatus.Completed, output: jsonOrNull(output), failure: null };
    } catch (error) {
      return this.#failure(`its output cannot be written as JSON: ${String(error)}`, undefined);
    }
  }

  #failure(message: string, details: FailureDetails | undefined): TurnEnd {
    const { name } = this.#instance.record;
    const failure = orchestratorFailure(name, message, details);
    return { kind: 'finished', status: RuntimeStatus.Failed, output: orchestratorFailureText(name, message), failure };
  }

  /** Events that were not waited for go to the next execution (host contract, 6.8.6: the safer choice). */
  #continuedAsNew(input: unknown, actions: readonly Action[], identity: ActionIdentity): TurnEnd {
    const waits = countEventWaits(actions, identity);
    const carriedOver: CarriedOverEvent[] = [];
    for (const event of this.#instance.state.replay) {
      if (event.EventType !== EventType.EventRaised || event.Response === true) continue;
      const left = waits.get(event.Name) ?? 0;
      if (left > 0) waits.set(event.Name, left - 1);
      else carriedOver.push({ name: event.Name, input: event.Input, at: event.Timestamp.getTime() });
    }
    return { kind: 'continuedAsNew', status: this.#openStatus(), input: encodedInput(input), carriedOver };
  }

  #finish(end: TurnEnd): TurnCommit {
    const { incoming, scheduled, canceled, at, nextTaskId } = this.#draft;
    const events: HistoryEvent[] = [...incoming, ...scheduled];
    if (end.kind === 'finished') {
      events.push({
        EventType: EventType.ExecutionCompleted,
        Timestamp: at,
        EventId: nextTaskId,
        OrchestrationStatus: end.status,
        Result: end.output,
        ...(end.failure?.FailureDetails && { FailureDetails: end.failure.FailureDetails }),
      });
    }
    events.push({
      EventType: EventType.OrchestratorCompleted,
      Timestamp: at,
      Actions: this.#numberedActions,
      ...(canceled.length > 0 && { Cancelled: canceled }),
      ...(this.#functionEnded && { Ended: true }),
    });
    return this.#commit(events, end);
  }

  #commit(events: readonly HistoryEvent[], end: TurnEnd): TurnCommit {
    const { entityRequests, opened, closed, at, locked } = this.#draft;
    return {
      consumed: this.#selection.consumed,
      events,
      entityRequests,
      abandoned: end.kind === 'open' ? [] : locked,
      opened,
      closed,
      at: at.getTime(),
      replayLength: this.#replayLength,
      custom: this.#custom,
      end,
    };
  }
}
