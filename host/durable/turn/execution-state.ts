import { type EntityId, type TaskId } from '../ids.js';
import {
  EventType,
  type HistoryEvent,
  isReplayEvent,
  isScheduled,
  RELEASE,
  type ReplayEvent,
  type RetryMark,
  type ScheduledEvent,
} from '../store/history-events.js';
import { type OpenTask, type RetryChain, type RetryState, type TaskCall, timerDue } from './open-tasks.js';
import { type FirstScheduled, firstScheduled } from './replay-problem.js';

/** What follows from the history of one execution, and from nothing else. Only `applyTurn` changes it. */
export interface ExecutionState {
  /** The history as the library reads it. */
  replay: ReplayEvent[];
  openTasks: Map<TaskId, OpenTask>;
  /** Retry chains with an open task, by the number of their first attempt. */
  retryChains: Map<TaskId, RetryChain>;
  /** Entries of the action list that have their numbers. */
  numberedActions: number;
  nextTaskId: number;
  /** Committed turns. */
  turnCount: number;
  /** Time of the last OrchestratorStarted, ms since the epoch: the orchestrator's clock never goes back. */
  lastTurnAt: number;
  /** The first work that the execution scheduled. */
  firstScheduled: FirstScheduled | null;
  /** ExecutionStarted is in the history. */
  started: boolean;
  /** The critical section that the orchestrator last entered or asked for; null outside of one. */
  lock: LockedEntities | null;
  /** The function has returned or thrown; the instance waits for its open tasks (host contract, 6.9). */
  functionEnded: boolean;
  /** The last entry of the action list, if it contains `Task.all` (step-order.ts). */
  lastAll: StartedAll | null;
  /** The library has numbered tasks that do not start yet (step-order.ts). */
  ahead: boolean;
  /** Azure counts a timer twice, and the library once (turn-draft.ts, D4). */
  timerAgain: boolean;
}

interface StartedAll {
  /** Number of its first task. */
  first: TaskId;
  /** Length of `replay` when it began. */
  since: number;
  /** A task, a sub-orchestration or an entity call has failed since. */
  failed: boolean;
}

export interface LockedEntities {
  /** Number of the lock request. */
  request: TaskId;
  /** In the order of their release: an entity that is called goes to the end (DurableOrchestrationContext.cs). */
  entities: readonly EntityId[];
}

export function afterCall(lock: LockedEntities | null, to: EntityId): LockedEntities | null {
  if (!lock?.entities.includes(to)) return lock;
  return { ...lock, entities: [...lock.entities.filter((other) => other !== to), to] };
}

export function newExecution(): ExecutionState {
  return {
    replay: [],
    openTasks: new Map(),
    retryChains: new Map(),
    numberedActions: 0,
    nextTaskId: 0,
    turnCount: 0,
    lastTurnAt: 0,
    firstScheduled: null,
    started: false,
    lock: null,
    functionEnded: false,
    lastAll: null,
    ahead: false,
    timerAgain: false,
  };
}

/**
 * The state of an execution from its history: equal to the state of the live instance after its last committed turn.
 *
 * @param turns one list of events per committed turn, oldest first
 * @throws Error when the events do not belong together
 */
export function rebuild(turns: readonly (readonly HistoryEvent[])[]): ExecutionState {
  const state = newExecution();
  for (const events of turns) applyTurn(state, events);
  return state;
}

/**
 * The state transition of one committed turn. The commit of a turn and recovery from the history both use it, so the
 * state in memory and the state from the file cannot differ.
 *
 * @param events all events of the turn, in their order in the history
 * @throws Error when a retry has no first attempt
 */
export function applyTurn(state: ExecutionState, events: readonly HistoryEvent[]): void {
  state.turnCount++;
  // Opens all tasks first: a turn may answer its own tasks, and the answer precedes the schedule (turn-draft.ts, D2).
  for (const event of events) openTask(state, event);
  for (const event of events) applyEvent(state, event);
}

function applyEvent(state: ExecutionState, event: HistoryEvent): void {
  if (isReplayEvent(event)) state.replay.push(event);
  if (state.firstScheduled === null && isScheduled(event)) state.firstScheduled = firstScheduled(event);
  switch (event.EventType) {
    case EventType.OrchestratorStarted:
      state.lastTurnAt = event.Timestamp.getTime();
      return;
    case EventType.ExecutionStarted:
      state.started = true;
      return;
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      endChain(state, state.openTasks.get(event.TaskScheduledId)?.retry);
      state.openTasks.delete(event.TaskScheduledId);
      return;
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      state.openTasks.delete(event.TaskScheduledId);
      if (state.lastAll !== null) state.lastAll.failed = true;
      return;
    case EventType.TimerFired: {
      const retry = state.openTasks.get(event.TimerId)?.retry;
      if (retry && retry.attempt > retry.chain.policy.maxAttempts) endChain(state, retry);
      state.openTasks.delete(event.TimerId);
      return;
    }
    case EventType.TaskScheduled:
    case EventType.SubOrchestrationInstanceCreated:
      takeNumber(state, event.EventId);
      return;
    case EventType.TimerCreated:
      takeNumber(state, event.Poll === undefined ? event.EventId : event.EventId + 1);
      if (event.Again === true) state.timerAgain = true;
      return;
    case EventType.EventSent:
      takeNumber(state, event.EventId);
      if (event.LockSet !== undefined) state.lock = { request: event.EventId, entities: event.LockSet };
      else if (event.Name === RELEASE) state.lock = null;
      else state.lock = afterCall(state.lock, event.InstanceId);
      return;
    case EventType.OrchestratorCompleted:
      if (event.Actions > state.numberedActions) {
        const { First: first } = event;
        state.lastAll = first === undefined ? null : { first, since: state.replay.length, failed: false };
      }
      state.numberedActions = event.Actions;
      state.functionEnded = event.Ended === true;
      state.ahead = event.Ahead === true;
      for (const id of event.Cancelled ?? []) state.openTasks.delete(id);
      return;
    case EventType.EventRaised:
      if (state.lastAll !== null && isFailure(event)) state.lastAll.failed = true;
      return;
    case EventType.ExecutionCompleted:
    case EventType.ExecutionTerminated:
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
    case EventType.ExecutionRewound:
    case EventType.GenericEvent:
      return;
    default:
      event satisfies never;
  }
}

/** Whether a call has failed: an activity, a sub-orchestration or an entity operation. */
export function isFailure(event: HistoryEvent): boolean {
  switch (event.EventType) {
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      return true;
    case EventType.EventRaised:
      return event.Response === true && event.Input?.includes('"exceptionType"') === true;
    default:
      return false;
  }
}

function takeNumber(state: ExecutionState, id: number): void {
  state.nextTaskId = Math.max(state.nextTaskId, id + 1);
}

function openTask(state: ExecutionState, event: HistoryEvent): void {
  switch (event.EventType) {
    case EventType.TaskScheduled: {
      const { EventId: id, Name: name, Input: input } = event;
      const call: TaskCall = { kind: 'activity', name, input };
      state.openTasks.set(id, { kind: 'activity', id, call, retry: retryOf(state, event, call) });
      return;
    }
    case EventType.SubOrchestrationInstanceCreated: {
      const { EventId: id, Name: name, Input: input, Version: version, InstanceId: instanceId } = event;
      const fixedId = event.FixedId ? instanceId : null;
      const call: TaskCall = { kind: 'subOrchestration', name, input, version, fixedId };
      state.openTasks.set(id, { kind: 'subOrchestration', id, call, instanceId, retry: retryOf(state, event, call) });
      return;
    }
    case EventType.TimerCreated: {
      const { EventId: id, At: actionPath = null, Poll: pollInput = null } = event;
      const fireAt = Date.parse(event.FireAt);
      const due = timerDue(event.Timestamp.getTime(), fireAt);
      const retry = retryOf(state, event, null);
      state.openTasks.set(id, { kind: 'timer', id, fireAt, due, actionPath, retry, pollInput });
      return;
    }
    default:
  }
}

function retryOf(
  { retryChains }: ExecutionState,
  event: ScheduledEvent & { Retry?: RetryMark },
  call: TaskCall | null,
): RetryState | null {
  const { Retry: mark } = event;
  if (mark === undefined) return null;
  if (mark.Policy !== undefined && call !== null) {
    const startedAt = event.Timestamp.getTime();
    retryChains.set(mark.First, { first: mark.First, policy: mark.Policy, startedAt, call });
  }
  const chain = retryChains.get(mark.First);
  if (chain === undefined) throw new Error(`The history holds retry ${event.EventId} without attempt ${mark.First}.`);
  return { chain, attempt: mark.Attempt };
}

function endChain({ retryChains }: ExecutionState, retry: RetryState | null | undefined): void {
  if (retry) retryChains.delete(retry.chain.first);
}
