import { isStartedByClient } from '../ids.js';
import {
  EventType,
  type ControlEvent,
  type EventRaised,
  type ExecutionStarted,
  eventTime,
} from '../store/history-events.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { type EntityResponse, type Envelope, type TaskMessage } from '../store/messages.js';
import { type Instance } from './instance.js';

/** The messages that a turn takes from the inbox. */
export interface MessageSelection {
  /** Removed from the inbox when the turn commits; the other messages stay. */
  consumed: Envelope[];
  terminate: { reason: string | null } | null;
  controlEvents: ControlEvent[];
  /** The orchestrator function runs even if it sees no new event. */
  forced: boolean;
  taskMessages: TaskMessage[];
  raisedEvents: EventRaised[];
  /** The turn starts the execution. */
  starts: boolean;
  /** Whether the instance is suspended after this turn. */
  suspended: boolean;
}

/**
 * Reads the inbox in the order of arrival. Messages that arrive while the instance is suspended stay in the inbox,
 * hidden from the orchestrator, until it is resumed (host contract, 9.2). Terminate overrides everything (9.3).
 */
export function selectMessages(instance: Instance): MessageSelection {
  const terminate = instance.inbox.find(({ message }) => message.kind === 'terminate');
  if (terminate?.message.kind === 'terminate') return terminating(instance, terminate.message.reason);
  const selection = emptySelection(instance);
  let hidden: Envelope[] = [];
  const visible: Envelope[] = [];
  for (const envelope of instance.inbox) {
    const { message } = envelope;
    const Timestamp = eventTime(message.at);
    if (message.kind === 'suspend') {
      selection.consumed.push(envelope);
      if (selection.suspended) continue;
      selection.suspended = true;
      selection.controlEvents.push({ EventType: EventType.ExecutionSuspended, Timestamp, Reason: message.reason });
    } else if (message.kind === 'resume') {
      selection.consumed.push(envelope);
      if (!selection.suspended) continue;
      selection.suspended = false;
      selection.controlEvents.push({ EventType: EventType.ExecutionResumed, Timestamp, Reason: message.reason });
      visible.push(...hidden);
      hidden = [];
    } else if (message.kind === 'rewind') {
      selection.consumed.push(envelope);
      selection.forced = true;
      selection.controlEvents.push({ EventType: EventType.ExecutionRewound, Timestamp, Reason: message.reason });
    } else (selection.suspended ? hidden : visible).push(envelope);
  }
  addVisible(instance, visible, selection);
  return selection;
}

function addVisible(instance: Instance, visible: readonly Envelope[], selection: MessageSelection): void {
  selection.starts = !instance.state.started && !selection.suspended;
  if (!instance.state.started && selection.suspended) return; // before its start an orchestrator sees nothing
  for (const envelope of visible) {
    selection.consumed.push(envelope);
    const { message } = envelope;
    if (message.kind === 'eventRaised') selection.raisedEvents.push(eventRaised(message));
    else if (!('execution' in message) || message.execution !== instance.record.execution) continue;
    else if (message.kind === 'entityResponse') selection.raisedEvents.push(entityResponded(message));
    else selection.taskMessages.push(message);
  }
}

function emptySelection(instance: Instance): MessageSelection {
  return {
    consumed: [],
    terminate: null,
    controlEvents: [],
    forced: false,
    taskMessages: [],
    raisedEvents: [],
    starts: false,
    suspended: instance.suspended,
  };
}

function terminating(instance: Instance, reason: string | null): MessageSelection {
  return { ...emptySelection(instance), consumed: [...instance.inbox], terminate: { reason } };
}

function eventRaised(message: { at: number; name: string; input: string | null }): EventRaised {
  return {
    EventType: EventType.EventRaised,
    Timestamp: eventTime(message.at),
    IsPlayed: false,
    Name: message.name,
    Input: message.input,
  };
}

function entityResponded({ at, id, input }: EntityResponse): EventRaised {
  return { ...eventRaised({ at, name: id, input }), Response: true };
}

export function startEvent(
  { name, version, input, id, execution, parent, generation }: InstanceRecord,
  at: Date,
): ExecutionStarted {
  return {
    EventType: EventType.ExecutionStarted,
    Timestamp: at,
    Name: name,
    Version: version === '' ? null : version,
    Input: input,
    ...(generation !== null && isStartedByClient(execution) && { Generation: generation }),
    OrchestrationInstance: { InstanceId: id, ExecutionId: execution },
    ...(parent && {
      ParentInstance: {
        OrchestrationInstance: { InstanceId: parent.instanceId, ExecutionId: parent.executionId },
        Name: parent.name,
      },
    }),
  };
}
