import { EventType, type ScheduledEvent } from '../store/history-events.js';

const NOT_SCHEDULED =
  "the current replay execution hasn't (yet?) scheduled this task. Was a change made to the orchestrator code after this instance had already started running?";

/**
 * Why a replay that schedules nothing does not fit to its history (TaskOrchestrationContext.cs).
 *
 * @param event the first that the history has
 * @returns undefined when it has none
 */
export function replayProblem(event: FirstScheduled | null): string | undefined {
  if (event === null) return undefined;
  return `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${what(event)} ${NOT_SCHEDULED}`;
}

/** The fields of a scheduled event that `replayProblem` needs, so that not the whole event stays in memory. */
export type FirstScheduled = Pick<ScheduledEvent, 'EventType' | 'EventId'> & {
  Name?: string;
  Version?: string;
  InstanceId?: string;
};

export function firstScheduled(event: ScheduledEvent): FirstScheduled {
  const { EventType: type, EventId } = event;
  return {
    EventType: type,
    EventId,
    ...('Name' in event && { Name: event.Name }),
    ...('Version' in event && { Version: event.Version }),
    ...('InstanceId' in event && { InstanceId: event.InstanceId }),
  };
}

function what({
  EventType: type,
  EventId: id,
  Name: name,
  Version: version = '',
  InstanceId: instance,
}: FirstScheduled): string {
  switch (type) {
    case EventType.TaskScheduled:
      return `an activity task with sequence ID ${id} and name '${name}' (version ''), but`;
    case EventType.SubOrchestrationInstanceCreated:
      return `a sub-orchestration task with sequence ID ${id} and name '${name}' (version '${version}', instance ID '${instance}'), but`;
    case EventType.TimerCreated:
      return `a timer task with sequence number ${id} but`;
    case EventType.EventSent:
      return `a send event task with sequence ID ${id}, type 'EventSent' name '${name}', instance ID '${instance}', but`;
    default:
      return type satisfies never;
  }
}
