import { type Surprise } from '../../azure-differences.js';
import { type DurableSettings, type HostFunction, type Invoke } from '../../contracts.js';
import {
  argumentError,
  failedOutput,
  type HostError,
  inputError,
  invocationError,
  orchestratorFailure,
  replayFailure,
  statusFailure,
  unknownFunctionText,
  unreadReplyFailure,
} from '../failures.js';
import { type CalledFunctions } from '../function-table.js';
import { type EntityId, type TaskId } from '../ids.js';
import { RuntimeStatus } from '../runtime-status.js';
import { EventType, type Failure, type HistoryEvent, isReplayEvent } from '../store/history-events.js';
import { type Envelope, type TaskMessage } from '../store/messages.js';
import { type Action, ActionType, jsonOrNull } from './actions.js';
import { type EntityRequest } from './entity-requests.js';
import { applyTurn, type ExecutionState } from './execution-state.js';
import { type Instance } from './instance.js';
import { type MessageSelection, selectMessages, startEvent } from './message-selection.js';
import { type ActionIdentity, countEventWaits } from './new-actions.js';
import { type OpenTask } from './open-tasks.js';
import { type OrchestratorReply, parseRejection, parseResult } from './orchestrator-reply.js';
import { replayProblem } from './replay-problem.js';
import { lostCustomStatus, quotedText } from './surprises.js';
import { type DraftLimits, TurnDraft } from './turn-draft.js';
import { versionMismatch } from './version-match.js';

/**
 * One turn of an orchestration (host contract, 6.11), up to its commit.
 *
 * R1 A turn changes nothing except the end of `state.replay`, which `applyCommit` or `Instance.rollBack` removes.
 * R2 The instance completes, fails or continues as new only when it has no open tasks. Activities, sub-orchestrations
 *    and timers that were not canceled keep it in Running after its function returned (host contract, 6.9); users of
 *    Azure cancel timers because of it. Errors of the host or of the library end it immediately.
 * R3 Its locks are released when its function returns, also when it continues as new (TaskOrchestrationShim.cs,
 *    Execute). In every other case the locks are abandoned when its function throws or the execution ends.
 */
export interface TurnEnvironment {
  readonly settings: DurableSettings;
  readonly invoke: Invoke;
  functions: CalledFunctions;
  childIdProblem: DraftLimits['childIdProblem'];
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
  /** Warnings about values. */
  readonly surprises: readonly Surprise[];
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

/** Azure's limit on the custom status in UTF-16, in KiB without fraction (MessagePayloadDataConverter.cs). */
const MAX_CUSTOM_STATUS_KB = 16;

/** Longer than any Date can be in the future, so that each createTimer is one timer (host contract, 6.1 and 6.8.3). */
const MAX_TIMER_DURATION = '100000000.00:00:00';
const SCHEMA_V4 = 3;

/** Runs a turn on the messages in the inbox. `aborted`: the caller rolls the turn back and runs it again later. */
export async function runTurn(instance: Instance, env: TurnEnvironment): Promise<TurnCommit | 'aborted'> {
  const selection = selectMessages(instance);
  for (const envelope of selection.consumed) envelope.state = 'inTurn';
  const draft = new TurnDraft(instance, env.now(), limitsOf(env));
  const turn = new Turn(instance, selection, draft);
  if (selection.terminate) return turn.terminated(selection.terminate.reason);
  if (!turn.appendIncoming()) return turn.withoutOrchestrator();
  const refusal = refusalOf(selection, instance);
  if (refusal !== undefined) return turn.failed(refusal);
  const fn = env.functions.orchestrator(instance.record.name);
  if (fn === undefined) return turn.failed(unknownFunctionText('orchestrator', instance.record.name, env.functions));
  const mismatch = versionMismatch(instance.record.version, env.settings);
  if (mismatch !== undefined) return turn.failed(mismatch);
  if (instance.record.input?.trim() === '') return turn.unread(inputError(fn.name));
  const reply = await runFunction(instance, fn, env);
  if (reply === 'aborted') return 'aborted';
  return reply.kind === 'unreadable' ? turn.unread(reply.error) : turn.replied(reply);
}

/** Why an entity refused a lock request of the execution. */
function refusalOf({ consumed }: MessageSelection, { record }: Instance): string | undefined {
  for (const { message } of consumed)
    if (message.kind === 'entityResponse' && message.execution === record.execution && message.fatal !== undefined)
      return message.fatal;
  return undefined;
}

function limitsOf({ settings, functions, childIdProblem }: TurnEnvironment): DraftLimits {
  return {
    functions,
    childIdProblem,
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
    return reply.kind === 'unreadable' && (env.stopping() || isTimeout(thrown)) ? 'aborted' : reply;
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

function isFailed({ kind }: TaskMessage): boolean {
  return kind === 'taskFailed' || kind === 'childFailed';
}

class Turn {
  readonly #instance: Instance;
  readonly #selection: MessageSelection;
  readonly #draft: TurnDraft;
  readonly #replayLength: number;
  #functionEnded: boolean;
  #hasThrown = false;
  #custom: string | null;
  /** The custom status that the execution itself has set. */
  #ownCustom: string | null = null;

  constructor(instance: Instance, selection: MessageSelection, draft: TurnDraft) {
    this.#instance = instance;
    this.#selection = selection;
    this.#draft = draft;
    this.#replayLength = instance.state.replay.length;
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
    const { starts, rewindings, taskMessages, otherEvents } = this.#selection;
    const draft = this.#draft;
    if (starts) draft.incoming.push(startEvent(this.#instance.record, draft.at));
    draft.incoming.push(...rewindings);
    const others = [];
    for (const message of taskMessages) {
      if (draft.takesNumber(message)) draft.deliver(message);
      else others.push(message);
    }
    // Failures last: in Azure they take longer than results, so they come later than results of the same moment.
    for (const message of others) if (!isFailed(message)) draft.deliver(message);
    for (const message of others) if (isFailed(message)) draft.deliver(message);
    draft.incoming.push(...otherEvents);
    const { replay } = this.#instance.state;
    for (const event of draft.incoming) if (isReplayEvent(event)) replay.push(event);
    return rewindings.length > 0 || replay.length > this.#replayLength + 1;
  }

  terminated(reason: string | null): TurnCommit {
    const { at, incoming } = this.#draft;
    const { record } = this.#instance;
    const { starts, otherEvents } = this.#selection;
    // Without details, the library cannot read the failure: the parent fails too, as in Azure.
    const failure: Failure = { Reason: reason, Details: null };
    const end: TurnEnd = { kind: 'finished', status: RuntimeStatus.Terminated, output: reason, failure };
    const events: HistoryEvent[] = [
      ...incoming,
      ...(starts ? [startEvent(record, at)] : []),
      ...otherEvents,
      { EventType: EventType.ExecutionTerminated, Timestamp: at, Input: reason },
      this.#completed(end),
    ];
    return this.#commit(events, end);
  }

  #completed(end: TurnEnd & { kind: 'finished' }): HistoryEvent {
    const { at, nextTaskId } = this.#draft;
    return {
      EventType: EventType.ExecutionCompleted,
      Timestamp: at,
      EventId: nextTaskId,
      OrchestrationStatus: end.status,
      Result: end.failure?.Reason ?? end.output,
      ...(end.failure?.FailureDetails && { FailureDetails: end.failure.FailureDetails }),
    };
  }

  /** There are only control events, or none: the orchestrator function does not run. */
  withoutOrchestrator(): TurnCommit {
    if (this.#draft.incoming.length > 1) return this.#finish(this.#stillOpen());
    return this.#commit([], this.#stillOpen()); // OrchestratorStarted alone: every message was dropped
  }

  failed(message: string): TurnCommit {
    const { name } = this.#instance.record;
    return this.#finish(this.#failure(orchestratorFailure(name, message, undefined)));
  }

  /**
   * Azure's host replays without the reply: the orchestrator has scheduled nothing, also not what is in its history, and
   * has no custom status.
   */
  unread(error: HostError): TurnCommit {
    const { record, state } = this.#instance;
    this.#setCustom(undefined);
    const problem = replayProblem(state.firstScheduled);
    const failure = problem === undefined ? unreadReplyFailure(record.name, error) : replayFailure(problem);
    return this.#finish(this.#failure(failure));
  }

  replied({ actions, identity, customStatus, end }: OrchestratorReply & { kind: 'state' }): TurnCommit {
    const draft = this.#draft;
    const statusProblem = this.#setCustom(customStatus);
    if (statusProblem !== undefined) {
      if (end.kind === 'threw') return this.#finish(this.#failure(statusFailure(statusProblem)));
      return this.unread(argumentError(statusProblem));
    }
    const isScheduled = draft.scheduleNew(actions, identity);
    draft.findCanceledTimers(actions);
    if (draft.fatal !== null) {
      draft.dropScheduled();
      return this.failed(draft.fatal);
    }
    if (!isScheduled) return this.#finish(this.#stillOpen());
    if (end.kind === 'returned') draft.returned(); // R3
    if (end.kind === 'none' || draft.openCount > 0) {
      this.#functionEnded = end.kind !== 'none';
      this.#hasThrown = end.kind === 'threw';
      return this.#finish(this.#stillOpen()); // R2
    }
    if (end.kind === 'threw') {
      const { name } = this.#instance.record;
      return this.#finish(this.#failure(orchestratorFailure(name, end.message, end.failureDetails)));
    }
    const last = actions.at(-1);
    if (last?.actionType === ActionType.ContinueAsNew) {
      return this.#finish(this.#continuedAsNew(last.input, actions, identity));
    }
    return this.#returned(end.output);
  }

  /**
   * Every turn that runs the orchestrator sets the custom status, because the library sends it every time. The first turn
   * of an execution keeps that of the execution before: in Azure both are one step (TaskOrchestrationDispatcher.cs).
   *
   * @returns why the value cannot be the custom status
   */
  #setCustom(value: unknown): string | undefined {
    const text = jsonOrNull(value);
    const size = Math.floor(((text?.length ?? 0) * 2) / 1_024);
    if (size > MAX_CUSTOM_STATUS_KB)
      return `The UTF-16 size of the JSON-serialized payload must not exceed ${MAX_CUSTOM_STATUS_KB} KB. The current payload size is ${size.toLocaleString('en-US')} KB.`;
    const { name, custom: before } = this.#instance.record;
    const carriedOver = this.#selection.starts ? before : null;
    if (text === null && carriedOver !== null) this.#draft.surprises.push(lostCustomStatus(name));
    this.#custom = text ?? carriedOver;
    this.#ownCustom = text;
    return undefined;
  }

  #stillOpen(): TurnEnd {
    const reasons = this.#selection.otherEvents.map((event) => ('Reason' in event ? event.Reason : null));
    return { kind: 'open', status: this.#openStatus(), reason: reasons.findLast((reason) => reason !== null) ?? null };
  }

  #openStatus(): RuntimeStatus {
    if (this.#selection.suspended) return RuntimeStatus.Suspended;
    const started = this.#selection.starts || this.#instance.state.started;
    return started ? RuntimeStatus.Running : RuntimeStatus.Pending;
  }

  #returned(output: unknown): TurnCommit {
    let text;
    try {
      text = jsonOrNull(output);
    } catch (error) {
      return this.unread(invocationError(error)); // the worker cannot send the reply
    }
    return this.#finish({ kind: 'finished', status: RuntimeStatus.Completed, output: text, failure: null });
  }

  #failure(failure: Failure): TurnEnd {
    return { kind: 'finished', status: RuntimeStatus.Failed, output: failedOutput(failure), failure };
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
    if (typeof input === 'string') this.#draft.surprises.push(quotedText(this.#instance.record.name));
    this.#custom = this.#ownCustom;
    return { kind: 'continuedAsNew', status: this.#openStatus(), input: jsonOrNull(input), carriedOver };
  }

  #finish(end: TurnEnd): TurnCommit {
    const { incoming, scheduled, canceled, at, numberedActions, firstOfAll, ahead } = this.#draft;
    const events: HistoryEvent[] = [...incoming, ...scheduled];
    if (end.kind === 'finished') events.push(this.#completed(end));
    events.push({
      EventType: EventType.OrchestratorCompleted,
      Timestamp: at,
      Actions: numberedActions,
      ...(canceled.length > 0 && { Cancelled: canceled }),
      ...(this.#functionEnded && { Ended: true }),
      ...(firstOfAll !== undefined && { First: firstOfAll }),
      ...(ahead && { Ahead: true }),
    });
    return this.#commit(events, end);
  }

  #commit(events: readonly HistoryEvent[], end: TurnEnd): TurnCommit {
    const { entityRequests, opened, closed, at, surprises, locked } = this.#draft;
    return {
      surprises,
      consumed: this.#selection.consumed,
      events,
      entityRequests,
      abandoned: end.kind === 'open' && !this.#hasThrown ? [] : locked,
      opened,
      closed,
      at: at.getTime(),
      replayLength: this.#replayLength,
      custom: this.#custom,
      end,
    };
  }
}
