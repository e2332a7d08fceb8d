import { type EntityId, type ExecutionId, type InstanceId, type TaskId } from '../ids.js';
import { type RuntimeStatus } from '../runtime-status.js';

/**
 * The history of an instance (host contract, 6.2). Field names are those of the protocol: the library reads these
 * objects. Fields that have the library's default value (`EventId` -1) are omitted, to keep the file small.
 *
 * Fields marked "Host only" are additions of this host. With them the state of an execution follows from its history
 * alone (turn/execution-state.ts). Clients never see them.
 */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  GenericEvent: 17,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
  ExecutionRewound: 21,
} as const;
export type EventType = (typeof EventType)[keyof typeof EventType];

interface Event<T extends EventType> {
  EventType: T;
  Timestamp: Date;
}

/** A structured failure (host contract, 7). */
export interface FailureDetails {
  ErrorType: string;
  ErrorMessage: string;
  StackTrace?: string | null;
  IsNonRetriable: boolean;
  Properties?: Record<string, unknown> | null;
  InnerFailure?: FailureDetails | null;
}

/**
 * The failure of a task. The library reads `FailureDetails`, else both texts; without any of them it throws (host
 * contract, 6.2).
 */
export interface Failure {
  Reason: string | null;
  Details: string | null;
  FailureDetails?: FailureDetails;
}

export interface RetryPolicy {
  firstIntervalMs: number;
  maxAttempts: number;
  coefficient: number;
  maxIntervalMs: number;
  /** null: none */
  timeoutMs: number | null;
}

/** Host only: the position of an attempt, or of the timer before it, in a retry chain (host contract, 6.8.2). */
export interface RetryMark {
  /** Number of the chain's first attempt. */
  First: TaskId;
  /** Of an attempt: its ordinal, from 1. Of a timer: the ordinal of the attempt after it. */
  Attempt: number;
  /** On the first attempt only. */
  Policy?: RetryPolicy;
}

export interface ParentInstance {
  instanceId: InstanceId;
  executionId: ExecutionId;
  name: string;
  taskId: TaskId;
}

export interface ExecutionStarted extends Event<typeof EventType.ExecutionStarted> {
  Name: string;
  /** null: none */
  Version: string | null;
  Input: string | null;
  /** How many instances with this id were started before; absent on sub-orchestrations and after continue-as-new. */
  Generation?: number;
  OrchestrationInstance: { InstanceId: InstanceId; ExecutionId: ExecutionId };
  ParentInstance?: { OrchestrationInstance: { InstanceId: InstanceId; ExecutionId: ExecutionId }; Name: string };
}
interface ExecutionCompleted extends Event<typeof EventType.ExecutionCompleted> {
  EventId: number;
  OrchestrationStatus: RuntimeStatus;
  Result: string | null;
  FailureDetails?: FailureDetails;
}
interface ExecutionTerminated extends Event<typeof EventType.ExecutionTerminated> {
  Input: string | null;
}
interface TaskScheduled extends Event<typeof EventType.TaskScheduled> {
  EventId: TaskId;
  Name: string;
  Input: string | null;
  Retry?: RetryMark;
}
interface TaskCompleted extends Event<typeof EventType.TaskCompleted> {
  IsPlayed: false;
  TaskScheduledId: TaskId;
  Result: string | null;
}
interface TaskFailed extends Event<typeof EventType.TaskFailed>, Failure {
  IsPlayed: false;
  TaskScheduledId: TaskId;
}
interface SubOrchestrationCreated extends Event<typeof EventType.SubOrchestrationInstanceCreated> {
  EventId: TaskId;
  Name: string;
  Version: string;
  InstanceId: InstanceId;
  Input: string | null;
  /** Host only: the orchestrator set the id, so retries keep it. */
  FixedId?: true;
  Retry?: RetryMark;
}
interface SubOrchestrationCompleted extends Event<typeof EventType.SubOrchestrationInstanceCompleted> {
  IsPlayed: false;
  TaskScheduledId: TaskId;
  Result: string | null;
}
interface SubOrchestrationFailed extends Event<typeof EventType.SubOrchestrationInstanceFailed>, Failure {
  IsPlayed: false;
  TaskScheduledId: TaskId;
}
interface TimerCreated extends Event<typeof EventType.TimerCreated> {
  EventId: TaskId;
  FireAt: string;
  /** Host only: input of the HTTP request that follows under the next number (turn/http-polling.ts). */
  Poll?: string;
  /** Host only: path of its action in the action list, to detect its cancellation. Absent on timers of the host. */
  At?: readonly number[];
  /** Host only: a timer of before that the orchestrator raced again (turn/turn-draft.ts, D4). */
  Again?: true;
  Retry?: RetryMark;
}
interface TimerFired extends Event<typeof EventType.TimerFired> {
  IsPlayed: false;
  TimerId: TaskId;
  FireAt: string;
}
type OrchestratorStarted = Event<typeof EventType.OrchestratorStarted>;
interface OrchestratorCompleted extends Event<typeof EventType.OrchestratorCompleted> {
  /** Host only: how many entries of the action list have their numbers. */
  Actions: number;
  /** Host only: timers that the orchestrator canceled in this turn. */
  Cancelled?: TaskId[];
  /** Host only: the function has returned or thrown, and the instance waits for its open tasks. */
  Ended?: true;
  /** Host only: number of the first task of the last entry of the action list, if it contains `Task.all`. */
  First?: TaskId;
  /** Host only: the library has numbered tasks that do not start yet (turn/step-order.ts). */
  Ahead?: true;
}
/** Names of EventSent (host contract, 8.4 and 8.6). */
export const OPERATION = 'op';
export const RELEASE = 'release';

/** A message to an entity: its `Input` is the document of the host contract, 8.4. */
export interface EventSent extends Event<typeof EventType.EventSent> {
  EventId: TaskId;
  InstanceId: EntityId;
  Name: string;
  Input: string;
  /** Host only, on a lock request: the entities to lock. */
  LockSet?: EntityId[];
}
export interface EventRaised extends Event<typeof EventType.EventRaised> {
  IsPlayed: false;
  Name: string;
  Input: string | null;
  /** Host only: the response of an entity, which is for this execution only. */
  Response?: true;
}
interface ExecutionSuspended extends Event<typeof EventType.ExecutionSuspended> {
  Reason: string | null;
}
interface ExecutionResumed extends Event<typeof EventType.ExecutionResumed> {
  Reason: string | null;
}
/** Of histories that an earlier version wrote: rewinding is a `GenericEvent` now. */
interface ExecutionRewound extends Event<typeof EventType.ExecutionRewound> {
  Reason: string | null;
}
/** A rewinding with its reason, or without data what it took out of the history (AzureTableTrackingStore.cs). */
export interface GenericEvent extends Event<typeof EventType.GenericEvent> {
  Data: string | null;
}

/** Events that a turn adds before it runs the orchestrator. */
export type IncomingEvent =
  | OrchestratorStarted
  | ExecutionStarted
  | TaskCompleted
  | TaskFailed
  | SubOrchestrationCompleted
  | SubOrchestrationFailed
  | TimerFired
  | EventRaised
  | ExecutionSuspended
  | ExecutionResumed
  | GenericEvent;

/** Events of the work that a turn schedules; each takes a number. */
export type ScheduledEvent = TaskScheduled | SubOrchestrationCreated | TimerCreated | EventSent;

export type HistoryEvent =
  IncomingEvent | ScheduledEvent | ExecutionCompleted | ExecutionTerminated | ExecutionRewound | OrchestratorCompleted;

/** Events of management operations: the orchestrator does not see them. */
export type ControlEvent = ExecutionSuspended | ExecutionResumed | GenericEvent;

/** The events that the library reads. It ignores the others, so memory does not hold them (host contract, 6.2). */
export type ReplayEvent = Exclude<IncomingEvent, ControlEvent> | EventSent;

export function isReplayEvent(event: HistoryEvent): event is ReplayEvent {
  switch (event.EventType) {
    case EventType.OrchestratorStarted:
    case EventType.ExecutionStarted:
    case EventType.TaskCompleted:
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceCompleted:
    case EventType.SubOrchestrationInstanceFailed:
    case EventType.TimerFired:
    case EventType.EventRaised:
    case EventType.EventSent:
      return true;
    case EventType.ExecutionCompleted:
    case EventType.ExecutionTerminated:
    case EventType.TaskScheduled:
    case EventType.SubOrchestrationInstanceCreated:
    case EventType.TimerCreated:
    case EventType.OrchestratorCompleted:
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
    case EventType.ExecutionRewound:
    case EventType.GenericEvent:
      return false;
    default:
      throw unknownEvent(event);
  }
}

/** Whether the event takes a number. */
export function isScheduled(event: HistoryEvent): event is ScheduledEvent {
  switch (event.EventType) {
    case EventType.TaskScheduled:
    case EventType.SubOrchestrationInstanceCreated:
    case EventType.TimerCreated:
    case EventType.EventSent:
      return true;
    default:
      return false;
  }
}

let lastText = { ms: NaN, text: '' };

/** Most events of a turn have the same time. Formatting it once for all makes `encodeEvents` five times as fast. */
class EventTime extends Date {
  override toJSON(): string {
    const ms = this.getTime();
    if (lastText.ms !== ms) lastText = { ms, text: this.toISOString() };
    return lastText.text;
  }
}

/**
 * A time of an event that is fast to serialize.
 *
 * @param ms since the epoch
 */
export function eventTime(ms: number): Date {
  return new EventTime(ms);
}

export function encodeEvents(events: readonly HistoryEvent[]): string {
  return JSON.stringify(events);
}

/** @param text one turn's events, as `encodeEvents` wrote them */
export function decodeEvents(text: string): HistoryEvent[] {
  const events = JSON.parse(text) as HistoryEvent[];
  for (const event of events) event.Timestamp = new Date(event.Timestamp);
  return events;
}

function unknownEvent(event: never): Error {
  return new Error(`The state file contains an event that this host does not support: ${JSON.stringify(event)}`);
}
