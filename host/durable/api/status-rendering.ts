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
  return {
    name: record.name,
    ...(record.version !== '' && { version: record.version }),
    instanceId: record.id,
    runtimeStatus: statusName(record.status),
    input: options.showInput ? jsonValue(record.input) : null,
    customStatus: jsonValue(record.custom),
    output: jsonValue(record.output),
    createdTime: toSecond(record.created),
    lastUpdatedTime: toSecond(record.updated),
    // The library's type has `history`, which Azure does not send: `status.history` is undefined.
    ...(options.history && { historyEvents: renderHistory(options.history, options) }),
  };
}

/** The text parsed as JSON; a text that does not parse is returned as a string, without white space around it. */
export function jsonValue(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.trim();
  }
}

function toSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

type Rendered = Record<string, unknown>;

const NAMES = new Map<number, string>([
  ...Object.entries(EventType).map(([name, number]): [number, string] => [number, name]),
  [EventType.ExecutionRewound, 'GenericEvent'], // of an earlier version
]);

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

/** The fields of an event; undefined for an event that is not shown (DurableClient.cs). */
function renderEvent(
  event: HistoryEvent,
  scheduled: ReadonlyMap<TaskId, ScheduledEvent>,
  completed: ReadonlySet<TaskId>,
  options: StatusOptions,
): Rendered | undefined {
  const { Timestamp } = event;
  const result = (text: string | null) => (options.showHistoryOutput === true ? { Result: jsonValue(text) } : {});
  const input = (text: string | null) => (options.showInput ? { Input: text } : {});
  switch (event.EventType) {
    case EventType.OrchestratorStarted:
    case EventType.OrchestratorCompleted:
      return undefined;
    case EventType.ExecutionStarted:
      return {
        ...input(event.Input),
        Correlation: null,
        ParentTraceContext: null,
        ScheduledStartTime: null,
        Generation: event.Generation ?? null,
        GenerateNewTrace: false,
        Timestamp,
        FunctionName: event.Name,
      };
    case EventType.ExecutionCompleted: {
      const { OrchestrationStatus, Result, FailureDetails = null } = event;
      return { OrchestrationStatus: statusName(OrchestrationStatus), ...result(Result), FailureDetails, Timestamp };
    }
    case EventType.ExecutionTerminated:
      return { ...input(event.Input), Timestamp };
    case EventType.TaskScheduled:
      if (completed.has(event.EventId)) return undefined;
      return { Name: event.Name, ...taskInput(event, options), ParentTraceContext: null, Tags: null, Timestamp };
    case EventType.SubOrchestrationInstanceCreated: {
      if (completed.has(event.EventId)) return undefined;
      const { Name, InstanceId } = event;
      return { Name, InstanceId, ...taskInput(event, options), ClientSpanId: null, Tags: null, Timestamp };
    }
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      return { ...result(event.Result), Timestamp, ...scheduledBy(scheduled.get(event.TaskScheduledId), options) };
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed: {
      const { Reason, Details, FailureDetails = null } = event;
      return {
        Reason,
        Details,
        FailureDetails,
        Timestamp,
        ...scheduledBy(scheduled.get(event.TaskScheduledId), options),
      };
    }
    case EventType.TimerCreated:
    case EventType.TimerFired:
      return { FireAt: event.FireAt, Timestamp };
    case EventType.EventSent:
      return { InstanceId: event.InstanceId, Name: event.Name, ...input(event.Input), Timestamp };
    case EventType.EventRaised:
      return { Name: event.Name, ...input(event.Input), ParentTraceContext: null, Timestamp };
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
      return { Reason: event.Reason, Timestamp };
    case EventType.ExecutionRewound:
      return { Data: event.Reason, Timestamp };
    case EventType.GenericEvent:
      return { Data: event.Data, Timestamp };
    default:
      return event satisfies never;
  }
}

function scheduledBy(event: ScheduledEvent | undefined, options: StatusOptions): Rendered {
  if (event === undefined || !('Name' in event)) return {};
  return {
    ScheduledTime: event.Timestamp.toISOString().replace('Z', '+00:00'),
    FunctionName: event.Name,
    ...('InstanceId' in event && { InstanceId: event.InstanceId }),
    ...taskInput(event, options),
  };
}

/** Azure keeps the input of an activity as an array of one element, in which the library's text is a text again. */
function taskInput(event: ScheduledEvent, { showInput, showTaskInput }: StatusOptions): Rendered {
  if (!showInput || !('Input' in event)) return {};
  if (showTaskInput !== true) return { Input: null };
  if (event.EventType !== EventType.TaskScheduled) return { Input: event.Input };
  const text = event.Input ?? 'null';
  return { Input: `[${text.startsWith('"') ? JSON.stringify(text) : text}]` };
}
