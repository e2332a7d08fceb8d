import { type TaskId } from '../ids.js';
import { statusName } from '../runtime-status.js';
import { EventType, type HistoryEvent, type ScheduledEvent } from '../store/history-events.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { EntityDocuments } from './entity-documents.js';

/** The parts of a status document that a client asked for (host contract, 5.2). */
interface StatusOptions {
  showInput: boolean;
  /** Undefined: no history. */
  history?: HistoryEvent[];
  showHistoryOutput?: boolean;
  /** Whether the history shows inputs of tasks (`storeInputsInOrchestrationHistory`). */
  showTaskInput?: boolean;
}

export function renderStatus(record: InstanceRecord, options: StatusOptions): Record<string, unknown> {
  const status: Record<string, unknown> = {
    name: record.name,
    instanceId: record.id,
    runtimeStatus: statusName(record.status),
    input: options.showInput ? jsonValue(record.input) : null,
    customStatus: jsonValue(record.custom),
    output: jsonValue(record.output),
    createdTime: toSecond(record.created),
    lastUpdatedTime: toSecond(record.updated),
  };
  if (options.history === undefined) return status;
  const history = renderHistory(options.history, options);
  // Azure's field is `historyEvents`, but the library reads `history` (host contract, 4.3).
  return { ...status, historyEvents: history, history };
}

/** The text parsed as JSON; a text that does not parse is returned as a string. */
export function jsonValue(text: string | null): unknown {
  if (text === null) return null;
  if (text === '') return '';
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function toSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

type Rendered = Record<string, unknown>;

const NAMES = new Map<number, string>(Object.entries(EventType).map(([name, number]) => [number, name]));

function renderHistory(events: readonly HistoryEvent[], options: StatusOptions): Rendered[] {
  const scheduled = new Map<TaskId, ScheduledEvent>();
  const completed = new Set<TaskId>();
  for (const event of events) {
    if ('EventId' in event && event.EventType !== EventType.ExecutionCompleted) scheduled.set(event.EventId, event);
    if ('TaskScheduledId' in event) completed.add(event.TaskScheduledId);
  }
  const documents = new EntityDocuments();
  const list: Rendered[] = [];
  for (const event of events) {
    const rendered = renderEvent(documents.shown(event), scheduled, completed, options);
    if (rendered !== undefined) list.push({ EventType: NAMES.get(event.EventType), ...rendered });
  }
  return list;
}

/** Undefined for an event that is not shown. Fields that Azure removes are not in the history of this host. */
function renderEvent(
  event: HistoryEvent,
  scheduled: ReadonlyMap<TaskId, ScheduledEvent>,
  completed: ReadonlySet<TaskId>,
  options: StatusOptions,
): Rendered | undefined {
  const { Timestamp } = event;
  const result = (text: string | null) => (options.showHistoryOutput === true ? { Result: jsonValue(text) } : {});
  switch (event.EventType) {
    case EventType.OrchestratorStarted:
    case EventType.OrchestratorCompleted:
      return undefined;
    case EventType.ExecutionStarted:
      return { ...input(event.Input, options.showInput), Timestamp, FunctionName: event.Name };
    case EventType.ExecutionCompleted:
      return { OrchestrationStatus: statusName(event.OrchestrationStatus), ...result(event.Result), Timestamp };
    case EventType.ExecutionTerminated:
      return { Input: event.Input, Timestamp };
    case EventType.TaskScheduled:
    case EventType.SubOrchestrationInstanceCreated: {
      if (completed.has(event.EventId)) return undefined;
      const id = 'InstanceId' in event ? { InstanceId: event.InstanceId } : {};
      return { Name: event.Name, ...id, ...input(event.Input, taskInput(options)), Timestamp };
    }
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      return { ...result(event.Result), Timestamp, ...scheduledBy(scheduled.get(event.TaskScheduledId), options) };
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed: {
      const { Reason, Details, FailureDetails } = event;
      const details = FailureDetails === undefined ? {} : { FailureDetails };
      return { Reason, Details, ...details, Timestamp, ...scheduledBy(scheduled.get(event.TaskScheduledId), options) };
    }
    case EventType.TimerCreated:
    case EventType.TimerFired:
      return { FireAt: event.FireAt, Timestamp };
    case EventType.EventSent:
      return { InstanceId: event.InstanceId, Name: event.Name, Input: event.Input, Timestamp };
    case EventType.EventRaised:
      return { Name: event.Name, ...input(event.Input, options.showInput), Timestamp };
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
    case EventType.ExecutionRewound:
      return { Reason: event.Reason, Timestamp };
    default:
      return event satisfies never;
  }
}

function scheduledBy(event: ScheduledEvent | undefined, options: StatusOptions): Rendered {
  if (event === undefined || !('Name' in event)) return {};
  return { ScheduledTime: event.Timestamp, FunctionName: event.Name, ...input(event.Input, taskInput(options)) };
}

function taskInput({ showInput, showTaskInput }: StatusOptions): boolean {
  return showInput && showTaskInput === true;
}

function input(text: string | null, shown: boolean): Rendered {
  return shown && text !== null ? { Input: jsonValue(text) } : {};
}
