import { type TaskId } from '../ids.js';
import { EventType, type HistoryEvent, isScheduled, RELEASE, type ScheduledEvent } from '../store/history-events.js';
import { isUnfinishedCall } from './http-polling.js';

/** A history from before its failures. */
interface RewoundHistory {
  turns: HistoryEvent[][];
  /** Numbers of the sub-orchestrations that failed and are open again. */
  subOrchestrations: TaskId[];
}

type Turns = readonly (readonly HistoryEvent[])[];

/**
 * Takes a failed execution back to the turn that received its first failure (host contract, 9.4).
 *
 * V1 The cut is the first turn that received a failed attempt of a call whose last attempt failed too, whether the
 *    orchestrator caught the failure or not. If a critical section was open then, the cut is the turn that requested
 *    the lock, which is lost.
 * V2 Work that was scheduled from the cut on can be a consequence of the failure: it is removed with its results, and
 *    its numbers are free again. Azure keeps it, and a replay can then differ from the history.
 * V3 Work that was scheduled before the cut keeps its results, also later ones, except those that took numbers. Work
 *    without a result is open again under the same number: failed activities run again, failed sub-orchestrations are
 *    rewound.
 * V4 Without a failed call only the end of the execution is removed: the orchestrator throws its error again.
 */
export function rewindHistory(turns: Turns): RewoundHistory {
  const cut = beforeLock(turns, firstFailure(turns));
  const before = turns
    .slice(0, cut)
    .map((events) => events.filter((event) => event.EventType !== EventType.ExecutionCompleted));
  const scheduled = new ScheduledWork(before);
  const later = turns.slice(cut);
  const failed = later.flat().filter((event) => event.EventType === EventType.SubOrchestrationInstanceFailed);
  return {
    turns: [
      ...before,
      ...later.map((events) =>
        events.filter((event) => scheduled.keeps(event)).map((event) => scheduled.withActionCount(event)),
      ),
    ],
    subOrchestrations: failed.map(({ TaskScheduledId }) => TaskScheduledId).filter((id) => scheduled.has(id)),
  };
}

/** The work that was scheduled before the cut. It decides which later events stay (V2, V3). */
class ScheduledWork {
  readonly #byNumber = new Map<number, ScheduledEvent>();
  readonly #requests = new Set<string>();
  readonly #actionCount: number;

  constructor(turns: Turns) {
    for (const event of turns.flat()) {
      if (isScheduled(event)) this.#byNumber.set(event.EventId, event);
      if (event.EventType === EventType.EventSent) this.#requests.add((JSON.parse(event.Input) as { id: string }).id);
    }
    const last = turns.at(-1)?.find((event) => event.EventType === EventType.OrchestratorCompleted);
    this.#actionCount = last?.Actions ?? 0;
  }

  has(id: TaskId): boolean {
    return this.#byNumber.has(id);
  }

  keeps(event: HistoryEvent): boolean {
    switch (event.EventType) {
      case EventType.TaskCompleted:
        return (
          this.has(event.TaskScheduledId) && !isUnfinishedCall(event.Result, this.#byNumber.get(event.TaskScheduledId))
        );
      case EventType.SubOrchestrationInstanceCompleted:
        return this.has(event.TaskScheduledId);
      case EventType.TimerFired:
        return this.#isPlainTimer(event.TimerId);
      case EventType.EventRaised:
        return event.Response !== true || this.#requests.has(event.Name);
      case EventType.TaskFailed:
      case EventType.SubOrchestrationInstanceFailed:
      case EventType.ExecutionCompleted:
      case EventType.ExecutionTerminated:
        return false;
      default:
        return !isScheduled(event);
    }
  }

  /** The firing of the timer of a retry or a poll takes a number. */
  #isPlainTimer(id: TaskId): boolean {
    const created = this.#byNumber.get(id);
    if (created?.EventType !== EventType.TimerCreated) return false;
    return created.Retry === undefined && created.Poll === undefined;
  }

  withActionCount(event: HistoryEvent): HistoryEvent {
    if (event.EventType !== EventType.OrchestratorCompleted) return event;
    return { EventType: event.EventType, Timestamp: event.Timestamp, Actions: this.#actionCount };
  }
}

/** The turn of the cut (V1); the number of turns when there is no failed call (V4). */
function firstFailure(turns: Turns): number {
  const scheduled = new Map<TaskId, ScheduledEvent>();
  for (const event of turns.flat()) if (isScheduled(event)) scheduled.set(event.EventId, event);
  const retryOf = (id: TaskId) => {
    const event = scheduled.get(id);
    return event !== undefined && 'Retry' in event ? event.Retry : undefined;
  };
  const maxAttempts = (first: TaskId) => retryOf(first)?.Policy?.maxAttempts ?? 0;
  const failures = turns.map((events) => events.flatMap((event) => (isFailure(event) ? [event.TaskScheduledId] : [])));
  const failedChains = new Set<TaskId>(); // retry chains whose last attempt failed
  for (const id of failures.flat()) {
    const retry = retryOf(id);
    if (retry !== undefined && retry.Attempt >= maxAttempts(retry.First)) failedChains.add(retry.First);
  }
  const isFinal = (id: TaskId) => failedChains.has(retryOf(id)?.First ?? id) || retryOf(id) === undefined;
  const turn = failures.findIndex((ids) => ids.some(isFinal));
  return turn === -1 ? turns.length : turn;
}

function isFailure(event: HistoryEvent) {
  return event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed;
}

/** The turn that requested the lock which is held or requested at the end of the turn before `cut`; else `cut`. */
function beforeLock(turns: Turns, cut: number): number {
  let requested = cut;
  for (const [turn, events] of turns.slice(0, cut).entries()) {
    for (const event of events) {
      if (event.EventType !== EventType.EventSent) continue;
      if (event.LockSet !== undefined) requested = turn;
      else if (event.Name === RELEASE) requested = cut;
    }
  }
  return requested;
}
