import { trapText } from '../../azure-differences.js';
import { type TaskId } from '../ids.js';
import { EventType, type GenericEvent, type HistoryEvent, isScheduled } from '../store/history-events.js';

/** A history from before its failures. */
interface RewoundHistory {
  turns: HistoryEvent[][];
  /** Numbers of the sub-orchestrations that failed and are open again. */
  subOrchestrations: TaskId[];
}

type Turns = readonly (readonly HistoryEvent[])[];

/**
 * Takes the failures and the end out of the history of a failed execution, as Azure does
 * (AzureTableTrackingStore.RewindHistoryAsync): failed activities run again under their numbers, failed
 * sub-orchestrations are rewound, and everything else stays. A `GenericEvent` is in the place of what was taken out.
 *
 * @returns a trap when work was scheduled after a failure: Azure keeps it in the history, where the replay without the
 *   failure does not find it, and the instance fails again for good
 */
export function rewindHistory(turns: Turns): RewoundHistory | string {
  const failures = turns.flat().filter(isFailedTask);
  const first = turns.findIndex((events) => events.some(isFailedTask));
  const cut = first === -1 ? turns.length : first;
  if (turns.slice(cut).flat().some(isScheduled)) {
    return trapText(
      'fails again as non-deterministic and can never be rewound: the orchestrator went on after a failed call, or the call had retries',
      'Start the orchestration again, or let it fail at the first failed call.',
    );
  }
  const failedIds = new Set(failures.map(({ TaskScheduledId }) => TaskScheduledId));
  const actions = actionCount(turns.slice(0, cut));
  return {
    turns: turns.map((events, turn) =>
      events.flatMap((event) => rewoundEvents(turn < cut ? event : withActionCount(event, actions), failedIds)),
    ),
    subOrchestrations: failures
      .filter(({ EventType: type }) => type === EventType.SubOrchestrationInstanceFailed)
      .map(({ TaskScheduledId }) => TaskScheduledId),
  };
}

function isFailedTask(event: HistoryEvent) {
  return event.EventType === EventType.TaskFailed || event.EventType === EventType.SubOrchestrationInstanceFailed;
}

function rewoundEvents(event: HistoryEvent, failedIds: ReadonlySet<TaskId>): HistoryEvent[] {
  switch (event.EventType) {
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
    case EventType.ExecutionCompleted:
      return [mark(event)];
    case EventType.TaskScheduled: // stays, because this host starts the open tasks of a history
      return failedIds.has(event.EventId) ? [event, mark(event)] : [event];
    default:
      return [event];
  }
}

function mark({ Timestamp }: HistoryEvent): GenericEvent {
  return { EventType: EventType.GenericEvent, Timestamp, Data: null };
}

function actionCount(turns: Turns): number {
  const last = turns.at(-1)?.find((event) => event.EventType === EventType.OrchestratorCompleted);
  return last?.Actions ?? 0;
}

function withActionCount(event: HistoryEvent, Actions: number): HistoryEvent {
  if (event.EventType !== EventType.OrchestratorCompleted) return event;
  return { EventType: event.EventType, Timestamp: event.Timestamp, Actions };
}
