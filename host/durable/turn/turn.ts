import { type DurableSettings, type HostFunction, type Invoke } from '../../contracts.js';
import { type Action, ActionType, encodedInput, jsonOrNull } from './actions.js';
import { countWaits, type Identity, newLeaves } from './new-actions.js';
import { orchestratorFailure, orchestratorFailureText, plainFailure, unknownFunctionText } from '../failures.js';
import {
  EventType,
  type Failure,
  type FailureDetails,
  type HistoryEvent,
  isReplayEvent,
} from '../store/history-events.js';
import { type TaskId } from '../ids.js';
import { type ExecutionState, type Instance } from './instance.js';
import { type Envelope } from '../store/messages.js';
import { type OpenTask } from './open-tasks.js';
import { parseRejection, parseResult, type Reply } from './orchestrator-reply.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type Selection, selectMessages, startEvent } from './message-selection.js';
import { type DraftLimits, type Sent, TurnDraft } from './turn-draft.js';

/**
 * One turn of an orchestration (host contract, 6.11), up to its commit.
 *
 * R1 A turn changes nothing but the end of `state.replay`, which `replayMark` takes back.
 * R2 The instance ends, fails or continues as new only when none of its scheduled work is open: activities, children
 *    and timers that were not cancelled hold it in Running although its function returned (host contract, 6.9; users
 *    of the product cancel timers because of it). Errors of the host or of the library end it at once.
 * R3 Its locks are free as soon as its function has returned or thrown, as in the product, which releases them there
 *    (TaskOrchestrationShim.Execute): a child that it left open may want one.
 */
export interface TurnEnvironment {
  readonly settings: DurableSettings;
  readonly invoke: Invoke;
  orchestrator(name: string): HostFunction | undefined;
  now(): number;
  /** The host is going down: what fails now is tried again later. */
  stopping(): boolean;
}

export interface TurnCommit {
  readonly consumed: readonly Envelope[];
  /** The whole turn; empty when its messages all were of no concern. */
  readonly events: readonly HistoryEvent[];
  /** Messages to entities. */
  readonly sent: readonly Sent[];
  readonly opened: ReadonlyMap<TaskId, OpenTask>;
  readonly closed: ReadonlySet<TaskId>;
  readonly walked: number;
  readonly nextTaskId: number;
  readonly locked: ExecutionState['locked'];
  readonly functionEnded: boolean;
  /** ms since the epoch. */
  readonly at: number;
  readonly started: boolean;
  /** Length that `state.replay` had before. */
  readonly replayMark: number;
  readonly custom: string | null;
  readonly end: TurnEnd;
}

export type TurnEnd =
  | { kind: 'open'; status: RuntimeStatus }
  | { kind: 'finished'; status: RuntimeStatus; output: string | null; failure: Failure | null }
  | { kind: 'renewed'; status: RuntimeStatus; input: string | null; carried: CarriedEvent[] };

export interface CarriedEvent {
  name: string;
  input: string | null;
  /** When it was raised, ms since the epoch. */
  at: number;
}

/** Makes the state what it is after the turn. The events which the orchestrator saw are at its end already (R1). */
export function applyCommit(state: ExecutionState, commit: TurnCommit): void {
  const { opened, closed, walked, nextTaskId, locked, functionEnded, started, at, events } = commit;
  if (events.length === 0) return; // nothing happened
  for (const id of closed) state.open.delete(id);
  for (const [id, task] of opened) state.open.set(id, task);
  // What was sent comes after all that the turn saw, and before the answers (host contract, 8.5).
  for (const event of events) if (event.EventType === EventType.EventSent) state.replay.push(event);
  Object.assign(state, { walked, nextTaskId, locked, functionEnded, started, lastTurnAt: at, turn: state.turn + 1 });
}

/** Custom status may take 16 KiB as UTF-16 in the product (host contract, 9.1). */
const LONGEST_CUSTOM_STATUS = 8 * 1_024;

/** Longer than any Date can be away, so that each createTimer is one timer (host contract, 6.1 and 6.8.3). */
const LONGEST_TIMER = '100000000.00:00:00';
const SCHEMA_V4 = 3;

/** Runs a turn on what the inbox holds now. `aborted`: to be tried again, once the caller has rolled it back. */
export async function runTurn(instance: Instance, env: TurnEnvironment): Promise<TurnCommit | 'aborted'> {
  const selection = selectMessages(instance);
  for (const envelope of selection.consumed) envelope.state = 'inTurn';
  const draft = new TurnDraft(instance, env.now(), limitsOf(env.settings));
  const turn = new Turn(instance, selection, draft);
  if (selection.terminate) return turn.terminated(selection.terminate.reason);
  if (!turn.fill()) return turn.unseen();
  const fn = env.orchestrator(instance.record.name);
  if (fn === undefined) return turn.broken(unknownFunctionText('orchestrator', instance.record.name));
  const reply = await runFunction(instance, fn, env);
  if (reply === 'aborted') return 'aborted';
  return reply.kind === 'broken' ? turn.broken(reply.message) : turn.decide(reply);
}

function limitsOf(settings: DurableSettings): DraftLimits {
  return {
    maxActions: settings.maxOrchestrationActions,
    defaultVersion: settings.defaultVersion ?? '',
    defaultPollMs: settings.defaultAsyncRequestSleepTimeMilliseconds,
  };
}

async function runFunction(instance: Instance, fn: HostFunction, env: TurnEnvironment): Promise<Reply | 'aborted'> {
  try {
    return parseResult(await env.invoke(fn, { triggerValue: triggerValue(instance, env.settings) }));
  } catch (thrown) {
    const reply = parseRejection(thrown);
    // A marked rejection is the orchestrator's own. Of the others a shutdown and a function that took too long are no
    // failures: the turn is tried again (host contract, 6.5).
    return reply.kind === 'broken' && (env.stopping() || tookTooLong(thrown)) ? 'aborted' : reply;
  }
}

function tookTooLong(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'FunctionTimeoutError';
}

/** The trigger's document (host contract, 6.1), with the live history in it instead of a copy. */
function triggerValue({ record, state }: Instance, settings: DurableSettings): object {
  const trigger = {
    input: record.input === null ? null : (JSON.parse(record.input) as unknown),
    instanceId: record.id,
    isReplaying: false,
    parentInstanceId: record.parent?.instanceId ?? null,
    upperSchemaVersion: 1,
    upperSchemaVersionNew: SCHEMA_V4,
    longRunningTimerIntervalDuration: '3.00:00:00',
    maximumShortTimerDuration: LONGEST_TIMER,
    defaultHttpAsyncRequestSleepTimeMillseconds: settings.defaultAsyncRequestSleepTimeMilliseconds,
  };
  // Not enumerable: the library walks every enumerable value in here to revive timestamps, at each turn. Those of the
  // history are Dates already, so the walk would cost its length and change nothing.
  return Object.defineProperty(trigger, 'history', { value: state.replay, enumerable: false });
}

class Turn {
  readonly #instance: Instance;
  readonly #selection: Selection;
  readonly #draft: TurnDraft;
  readonly #replayMark: number;
  #walked: number;
  #functionEnded: boolean;
  #custom: string | null;

  constructor(instance: Instance, selection: Selection, draft: TurnDraft) {
    this.#instance = instance;
    this.#selection = selection;
    this.#draft = draft;
    this.#replayMark = instance.state.replay.length;
    this.#walked = instance.state.walked;
    this.#functionEnded = instance.state.functionEnded;
    this.#custom = instance.record.custom;
  }

  /**
   * Puts this turn's events into the history in the order of the host contract, 6.3, and of turn-draft.ts, D2.
   * False: there is nothing that the orchestrator would see.
   */
  fill(): boolean {
    const { starts, lifecycle, tasks, events } = this.#selection;
    const draft = this.#draft;
    if (starts) draft.incoming.push(startEvent(this.#instance.record, draft.at));
    draft.incoming.push(...lifecycle);
    const later = [];
    for (const message of tasks) {
      if (draft.takesNumber(message)) draft.deliver(message);
      else later.push(message);
    }
    for (const message of later) draft.deliver(message);
    draft.incoming.push(...events);
    const { replay } = this.#instance.state;
    for (const event of draft.incoming) if (isReplayEvent(event)) replay.push(event);
    return this.#selection.forced || draft.incoming.length > 1 + lifecycle.length;
  }

  terminated(reason: string | null): TurnCommit {
    const { at, incoming } = this.#draft;
    const failure = plainFailure(reason ?? 'The sub-orchestration was terminated.');
    const events = [...incoming, { EventType: EventType.ExecutionTerminated, Timestamp: at, Input: reason }];
    return this.#commit(events, { kind: 'finished', status: RuntimeStatus.Terminated, output: reason, failure });
  }

  /** Only the instance's keeper spoke, or nobody worth hearing: the orchestrator is not asked. */
  unseen(): TurnCommit {
    if (this.#draft.incoming.length > 1) return this.#finish(this.#stillOpen());
    this.#instance.state.replay.length = this.#replayMark; // OrchestratorStarted alone: every message was dropped
    return this.#commit([], this.#stillOpen());
  }

  broken(message: string): TurnCommit {
    return this.#finish(this.#failed(message, undefined));
  }

  decide({ actions, identity, customStatus, end }: Reply & { kind: 'state' }): TurnCommit {
    const draft = this.#draft;
    for (const leaf of newLeaves(actions, this.#walked, identity)) draft.schedule(leaf);
    draft.findCancelled(actions);
    this.#walked = actions.length;
    this.#setCustom(customStatus);
    if (draft.fatal !== null) return this.broken(draft.fatal);
    if (end.kind === 'none' || draft.openCount > 0) {
      this.#functionEnded = end.kind !== 'none'; // R3
      return this.#finish(this.#stillOpen()); // R2
    }
    if (end.kind === 'threw') return this.#finish(this.#failed(end.message, end.failureDetails));
    const last = actions.at(-1);
    if (last?.actionType === ActionType.ContinueAsNew)
      return this.#finish(this.#renewed(last.input, actions, identity));
    return this.#finish(this.#returned(end.output));
  }

  #setCustom(value: unknown): void {
    if (value === undefined) return; // the library sends truthy values only, so a status cannot be cleared
    const text = jsonOrNull(value);
    if (text !== null && text.length > LONGEST_CUSTOM_STATUS) {
      this.#draft.fatal ??= 'The custom status is longer than 16 KB of UTF-16 text.';
    } else this.#custom = text;
  }

  #stillOpen(): TurnEnd {
    return { kind: 'open', status: this.#openStatus() };
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
      return this.#failed(`its output cannot be written as JSON: ${String(error)}`, undefined);
    }
  }

  #failed(message: string, details: FailureDetails | undefined): TurnEnd {
    const { name } = this.#instance.record;
    const failure = orchestratorFailure(name, message, details);
    return { kind: 'finished', status: RuntimeStatus.Failed, output: orchestratorFailureText(name, message), failure };
  }

  /** Events that nobody waited for go on to the next execution (host contract, 6.8.6: the safer choice). */
  #renewed(input: unknown, actions: readonly Action[], identity: Identity): TurnEnd {
    const waits = countWaits(actions, identity);
    const carried: CarriedEvent[] = [];
    for (const event of this.#instance.state.replay) {
      if (event.EventType !== EventType.EventRaised || event.Response === true) continue;
      const left = waits.get(event.Name) ?? 0;
      if (left > 0) waits.set(event.Name, left - 1);
      else carried.push({ name: event.Name, input: event.Input, at: event.Timestamp.getTime() });
    }
    return { kind: 'renewed', status: this.#openStatus(), input: encodedInput(input), carried };
  }

  #finish(end: TurnEnd): TurnCommit {
    const { incoming, scheduled, cancelled, at, nextTaskId } = this.#draft;
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
      Actions: this.#walked,
      ...(cancelled.length > 0 && { Cancelled: cancelled }),
      ...(this.#functionEnded && { Ended: true }),
    });
    return this.#commit(events, end);
  }

  #commit(events: readonly HistoryEvent[], end: TurnEnd): TurnCommit {
    const { sent, opened, closed, nextTaskId, locked, at } = this.#draft;
    return {
      consumed: this.#selection.consumed,
      events,
      sent,
      opened,
      closed,
      walked: this.#walked,
      nextTaskId,
      locked,
      functionEnded: this.#functionEnded,
      at: at.getTime(),
      started: this.#instance.state.started || this.#selection.starts,
      replayMark: this.#replayMark,
      custom: this.#custom,
      end,
    };
  }
}
