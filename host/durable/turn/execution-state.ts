import {
  EventType,
  type HistoryEvent,
  isReplayEvent,
  RELEASE,
  type RetryMark,
  type ScheduledEvent,
} from '../store/history-events.js';
import { type TaskId } from '../ids.js';
import { type ExecutionState, newExecution } from './instance.js';
import { type Call, type Chain, type OpenTask, type Retry } from './open-tasks.js';

/**
 * The state of an execution from its history: the same that the live instance had when it committed the last turn.
 *
 * @param turns one list of events per committed turn, oldest first
 */
export function rebuild(turns: readonly (readonly HistoryEvent[])[]): ExecutionState {
  const state = newExecution();
  const chains = new Map<TaskId, Chain>();
  for (const events of turns) {
    state.turn++;
    // First what the turn set going: attempts that it answered itself come before their own schedule (turn-draft.ts).
    for (const event of events) {
      const task = openedBy(event, chains);
      if (task) state.open.set(task.id, task);
    }
    for (const event of events) apply(event, state);
  }
  return state;
}

function apply(event: HistoryEvent, state: ExecutionState): void {
  if (isReplayEvent(event)) state.replay.push(event);
  switch (event.EventType) {
    case EventType.OrchestratorStarted:
      state.lastTurnAt = event.Timestamp.getTime();
      return;
    case EventType.ExecutionStarted:
      state.started = true;
      return;
    case EventType.TaskCompleted:
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceCompleted:
    case EventType.SubOrchestrationInstanceFailed:
      state.open.delete(event.TaskScheduledId);
      return;
    case EventType.TimerFired:
      state.open.delete(event.TimerId);
      return;
    case EventType.TaskScheduled:
    case EventType.SubOrchestrationInstanceCreated:
      takeNumber(state, event.EventId);
      return;
    case EventType.TimerCreated:
      takeNumber(state, event.Poll === undefined ? event.EventId : event.EventId + 1);
      return;
    case EventType.EventSent:
      takeNumber(state, event.EventId);
      if (event.LockSet !== undefined) state.locked = event.LockSet;
      else if (event.Name === RELEASE) state.locked = null;
      return;
    case EventType.OrchestratorCompleted:
      state.walked = event.Actions;
      state.functionEnded = event.Ended === true;
      for (const id of event.Cancelled ?? []) state.open.delete(id);
      return;
    case EventType.EventRaised:
    case EventType.ExecutionCompleted:
    case EventType.ExecutionTerminated:
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
    case EventType.ExecutionRewound:
      return;
    default:
      event satisfies never;
  }
}

function takeNumber(state: ExecutionState, id: number): void {
  state.nextTaskId = Math.max(state.nextTaskId, id + 1);
}

function openedBy(event: HistoryEvent, chains: Map<TaskId, Chain>): OpenTask | undefined {
  switch (event.EventType) {
    case EventType.TaskScheduled: {
      const call: Call = { kind: 'activity', name: event.Name, input: event.Input };
      return { kind: 'activity', id: event.EventId, call, retry: retryOf(event, call, chains) };
    }
    case EventType.SubOrchestrationInstanceCreated: {
      const { EventId: id, Name: name, Input: input, Version: version, InstanceId: instanceId } = event;
      const call: Call = { kind: 'child', name, input, version, fixedId: event.FixedId ? instanceId : null };
      return { kind: 'child', id, call, instanceId, retry: retryOf(event, call, chains) };
    }
    case EventType.TimerCreated: {
      const { EventId: id, At: at = null, Poll: poll = null } = event;
      const retry = retryOf(event, null, chains);
      return { kind: 'timer', id, fireAt: Date.parse(event.FireAt), at, retry, poll };
    }
    default:
      return undefined;
  }
}

function retryOf(
  event: ScheduledEvent & { Retry?: RetryMark },
  call: Call | null,
  chains: Map<TaskId, Chain>,
): Retry | null {
  const { Retry: mark } = event;
  if (mark === undefined) return null;
  if (mark.Policy !== undefined && call !== null) {
    const chain = { first: mark.First, policy: mark.Policy, startedAt: event.Timestamp.getTime(), call };
    chains.set(mark.First, chain);
  }
  const chain = chains.get(mark.First);
  if (chain === undefined) throw new Error(`The history holds retry ${event.EventId} without attempt ${mark.First}.`);
  return { chain, attempt: mark.Attempt };
}
