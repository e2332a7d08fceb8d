import { EventType, type HistoryEvent, isScheduled, RELEASE, type ScheduledEvent } from '../store/history-events.js';
import { isUnfinishedCall } from './http-polling.js';
import { type TaskId } from '../ids.js';

/** A history without its failures. */
export interface Rewound {
  turns: HistoryEvent[][];
  /** Numbers of the children that failed and are open again. */
  children: TaskId[];
}

type Turns = readonly (readonly HistoryEvent[])[];

/**
 * Takes a failed execution back to where its first failure reached it (host contract, 9.4).
 *
 * V1 The cut is the first turn that saw a failed attempt of a call which failed in the end, whether the orchestrator
 *    caught it or not. If a critical section was open then, it is the turn that asked for the lock, which is lost.
 * V2 What was scheduled from the cut on may be a consequence of the failure: it goes, with its results, and its numbers
 *    are free again. The product leaves it, and a replay may then disagree with it.
 * V3 What was scheduled before the cut keeps its results, also those that came later, unless they took numbers. What
 *    has none is open again under the same number: failed activities run again, failed children are to be rewound.
 * V4 Without a failed call only the end goes: the orchestrator's own error will come again.
 */
export function rewindHistory(turns: Turns): Rewound {
  const cut = beforeLock(turns, firstFailure(turns));
  const kept = turns
    .slice(0, cut)
    .map((events) => events.filter((event) => event.EventType !== EventType.ExecutionCompleted));
  const open = new Scheduled(kept);
  const later = turns.slice(cut);
  const failed = later.flat().filter((event) => event.EventType === EventType.SubOrchestrationInstanceFailed);
  return {
    turns: [
      ...kept,
      ...later.map((events) => events.filter((event) => open.keeps(event)).map((event) => open.recount(event))),
    ],
    children: failed.map(({ TaskScheduledId }) => TaskScheduledId).filter((id) => open.has(id)),
  };
}

/** What was scheduled before the cut, and so what stays of the rest (V2, V3). */
class Scheduled {
  readonly #byNumber = new Map<number, ScheduledEvent>();
  readonly #requests = new Set<string>();
  readonly #walked: number;

  constructor(turns: Turns) {
    for (const event of turns.flat()) {
      if (isScheduled(event)) this.#byNumber.set(event.EventId, event);
      if (event.EventType === EventType.EventSent) this.#requests.add((JSON.parse(event.Input) as { id: string }).id);
    }
    const last = turns.at(-1)?.find((event) => event.EventType === EventType.OrchestratorCompleted);
    this.#walked = last?.Actions ?? 0;
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

  /** The firing of a retry's or a poll's timer takes a number. */
  #isPlainTimer(id: TaskId): boolean {
    const created = this.#byNumber.get(id);
    if (created?.EventType !== EventType.TimerCreated) return false;
    return created.Retry === undefined && created.Poll === undefined;
  }

  recount(event: HistoryEvent): HistoryEvent {
    if (event.EventType !== EventType.OrchestratorCompleted) return event;
    return { EventType: event.EventType, Timestamp: event.Timestamp, Actions: this.#walked };
  }
}

/** V1; the number of turns when there is no failed call (V4). */
function firstFailure(turns: Turns): number {
  const marks = new Map<TaskId, ScheduledEvent>();
  for (const event of turns.flat()) if (isScheduled(event)) marks.set(event.EventId, event);
  const chainOf = (id: TaskId) => {
    const scheduled = marks.get(id);
    return scheduled !== undefined && 'Retry' in scheduled ? scheduled.Retry : undefined;
  };
  const most = (first: TaskId) => chainOf(first)?.Policy?.maxAttempts ?? 0;
  const failures = turns.map((events) => events.flatMap((event) => (isFailure(event) ? [event.TaskScheduledId] : [])));
  const lost = new Set<TaskId>(); // chains whose last attempt failed
  for (const id of failures.flat()) {
    const mark = chainOf(id);
    if (mark !== undefined && mark.Attempt >= most(mark.First)) lost.add(mark.First);
  }
  const isFinal = (id: TaskId) => lost.has(chainOf(id)?.First ?? id) || chainOf(id) === undefined;
  const turn = failures.findIndex((ids) => ids.some(isFinal));
  return turn === -1 ? turns.length : turn;
}

function isFailure(event: HistoryEvent) {
  return event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed;
}

/** The turn that asked for the lock which is held, or wanted, at the end of the turn before `cut`; else `cut`. */
function beforeLock(turns: Turns, cut: number): number {
  let asked = cut;
  for (const [turn, events] of turns.slice(0, cut).entries()) {
    for (const event of events) {
      if (event.EventType !== EventType.EventSent) continue;
      if (event.LockSet !== undefined) asked = turn;
      else if (event.Name === RELEASE) asked = cut;
    }
  }
  return asked;
}
