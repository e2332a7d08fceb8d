import { type Invoke } from '../contracts.js';
import { type EngineContext } from '../durable/context.js';
import { EventType, type HistoryEvent, isScheduled, type ScheduledEvent } from '../durable/store/history-events.js';
import { type InstanceRecord } from '../durable/store/instance-store.js';
import { envelope, type Message } from '../durable/store/messages.js';
import { applyTurn, newExecution } from '../durable/turn/execution-state.js';
import { Instance } from '../durable/turn/instance.js';
import { runTurn } from '../durable/turn/turn.js';
import { ReplayError } from './errors.js';

/** The history of one execution of an instance: JSON, for files beside the tests. */
export interface RecordedHistory {
  /** Of this form. */
  format: 1;
  instance: Pick<
    InstanceRecord,
    'id' | 'execution' | 'name' | 'version' | 'created' | 'parent' | 'input' | 'generation'
  >;
  /** One list of events for each turn, oldest first. */
  turns: HistoryEvent[][];
}

/**
 * Runs the orchestrator of today on each turn of a history, and compares what it schedules with what the history has:
 * kind, number and name, which is what Azure compares.
 *
 * @throws ReplayError for the first difference
 */
export async function replayHistory(recorded: RecordedHistory, context: EngineContext, invoke: Invoke): Promise<void> {
  const { instance: given, turns } = JSON.parse(JSON.stringify(recorded)) as RecordedHistory;
  const { settings, functions } = context;
  const record: InstanceRecord = {
    ...given,
    key: context.nextKey(),
    status: 0,
    updated: given.created,
    custom: null,
    output: null,
  };
  const state = newExecution();
  for (const [index, events] of turns.entries()) {
    for (const event of events) event.Timestamp = new Date(event.Timestamp);
    if (runsOrchestrator(events)) {
      const messages = events.map((event) => messageOf(event, given)).filter((message) => message !== undefined);
      const instance = new Instance(
        record,
        state,
        messages.map((message) => envelope(message)),
        true,
      );
      const started = events[0]?.Timestamp.getTime() ?? 0;
      const environment = {
        settings,
        functions,
        childIdProblem: () => undefined,
        now: () => started,
        stopping: () => false,
      };
      const commit = await runTurn(instance, { ...environment, invoke });
      if (commit === 'aborted') throw new ReplayError(`${record.name}: turn ${index + 1} was not answered in time.`);
      state.replay.length = commit.replayLength;
      compare(`${record.name} (${record.id}), turn ${index + 1}`, events, commit.events);
    }
    applyTurn(state, events);
  }
}

function runsOrchestrator(events: readonly HistoryEvent[]): boolean {
  return !events.some(({ EventType: type }) => type === EventType.ExecutionTerminated);
}

function compare(where: string, recorded: readonly HistoryEvent[], replayed: readonly HistoryEvent[]): void {
  const [before, now] = [recorded.filter(isScheduled), replayed.filter(isScheduled)];
  for (let index = 0; index < Math.max(before.length, now.length); index++) {
    const [old, other] = [shown(before[index]), shown(now[index])];
    if (old !== other)
      throw new ReplayError(`${where}: the history has ${old}, and the code now schedules ${other}. ${REMEDY}`);
  }
  const [ended, endsNow] = [recorded, replayed].map((events) => events.some(isEnd));
  if (ended === endsNow) return;
  throw new ReplayError(
    `${where}: ${ended === true ? 'the execution had ended here, and now goes on' : 'the execution went on here, and now ends'}. ${REMEDY}`,
  );
}

const REMEDY =
  'Instances that run during a deployment would fail: keep the old steps for them, or give the changed orchestrator a new name.';

const isEnd = ({ EventType: type }: HistoryEvent) => type === EventType.ExecutionCompleted;

function shown(event: ScheduledEvent | undefined): string {
  if (event === undefined) return 'nothing more';
  switch (event.EventType) {
    case EventType.TaskScheduled:
      return `activity ${event.Name} (${event.EventId})`;
    case EventType.SubOrchestrationInstanceCreated:
      return `sub-orchestration ${event.Name} (${event.EventId})`;
    case EventType.TimerCreated:
      return `a timer (${event.EventId})`;
    case EventType.EventSent:
      return `a message to ${event.InstanceId} (${event.EventId})`;
    default:
      return event satisfies never;
  }
}

/** The message that became the event; undefined for an event of the turn itself. */
function messageOf(event: HistoryEvent, { execution }: Pick<InstanceRecord, 'execution'>): Message | undefined {
  const at = event.Timestamp.getTime();
  switch (event.EventType) {
    case EventType.TaskCompleted:
      return { kind: 'taskCompleted', at, execution, taskId: event.TaskScheduledId, result: event.Result };
    case EventType.TaskFailed:
      return { kind: 'taskFailed', at, execution, taskId: event.TaskScheduledId, failure: event };
    case EventType.SubOrchestrationInstanceCompleted:
      return { kind: 'childCompleted', at, execution, taskId: event.TaskScheduledId, result: event.Result };
    case EventType.SubOrchestrationInstanceFailed:
      return { kind: 'childFailed', at, execution, taskId: event.TaskScheduledId, failure: event };
    case EventType.TimerFired:
      return { kind: 'timerFired', at, execution, taskId: event.TimerId, fireAt: Date.parse(event.FireAt) };
    case EventType.EventRaised:
      return event.Response === true
        ? { kind: 'entityResponse', at, execution, id: event.Name, input: event.Input ?? '' }
        : { kind: 'eventRaised', at, name: event.Name, input: event.Input };
    case EventType.ExecutionSuspended:
      return { kind: 'suspend', at, reason: event.Reason };
    case EventType.ExecutionResumed:
      return { kind: 'resume', at, reason: event.Reason };
    default:
      return undefined;
  }
}
