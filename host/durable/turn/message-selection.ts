import { isStartedByClient } from '../ids.js';
import {
  EventType,
  type ControlEvent,
  type EventRaised,
  type ExecutionStarted,
  type GenericEvent,
  eventTime,
} from '../store/history-events.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { type EntityResponse, type Envelope, type Message, type TaskMessage } from '../store/messages.js';
import { type Instance } from './instance.js';

type OtherEvent = EventRaised | ControlEvent;

/** The messages that a turn takes from the inbox. */
export interface MessageSelection {
  /** Removed from the inbox when the turn commits; the other messages stay. */
  consumed: Envelope[];
  terminate: { reason: string | null } | null;
  /** With one, the orchestrator function runs even if it sees no new event. */
  rewindings: GenericEvent[];
  taskMessages: TaskMessage[];
  /** External events, responses of entities and events of management operations, in the order of their arrival. */
  otherEvents: OtherEvent[];
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
  const control = new Map<Envelope, ControlEvent | null>();
  let hidden: Envelope[] = [];
  const visible = new Set<Envelope>();
  for (const envelope of instance.inbox) {
    const { message } = envelope;
    const event = controlEvent(message, selection.suspended);
    if (event === undefined) {
      if (selection.suspended) hidden.push(envelope);
      else visible.add(envelope);
      continue;
    }
    control.set(envelope, event);
    if (message.kind === 'suspend') selection.suspended = true;
    if (message.kind !== 'resume') continue;
    selection.suspended = false;
    for (const held of hidden) visible.add(held);
    hidden = [];
  }
  selection.starts = !instance.state.started && !selection.suspended;
  if (!instance.state.started && selection.suspended) visible.clear(); // before its start an orchestrator sees nothing
  for (const envelope of instance.inbox) {
    const event = control.get(envelope);
    if (event === undefined && !visible.has(envelope)) continue;
    selection.consumed.push(envelope);
    if (event === undefined) addVisible(instance, envelope.message, selection);
    else if (event?.EventType === EventType.GenericEvent) selection.rewindings.push(event);
    else if (event !== null) selection.otherEvents.push(event);
  }
  return selection;
}

/** The event of a management operation: null when the operation changes nothing, undefined for another message. */
function controlEvent(message: Message, suspended: boolean): ControlEvent | null | undefined {
  const Timestamp = eventTime(message.at);
  switch (message.kind) {
    case 'suspend':
      return suspended ? null : { EventType: EventType.ExecutionSuspended, Timestamp, Reason: message.reason };
    case 'resume':
      return suspended ? { EventType: EventType.ExecutionResumed, Timestamp, Reason: message.reason } : null;
    case 'rewind':
      return { EventType: EventType.GenericEvent, Timestamp, Data: message.reason };
    default:
      return undefined;
  }
}

function addVisible(instance: Instance, message: Message, selection: MessageSelection): void {
  if (message.kind === 'eventRaised') selection.otherEvents.push(eventRaised(message));
  else if (!('execution' in message) || message.execution !== instance.record.execution) return;
  else if (message.kind === 'entityResponse') selection.otherEvents.push(entityResponded(message));
  else selection.taskMessages.push(message);
}

function emptySelection(instance: Instance): MessageSelection {
  return {
    consumed: [],
    terminate: null,
    rewindings: [],
    taskMessages: [],
    otherEvents: [],
    starts: false,
    suspended: instance.suspended,
  };
}

/** What arrived before the order is in the history too, as in Azure. */
function terminating(instance: Instance, reason: string | null): MessageSelection {
  const selection = { ...emptySelection(instance), consumed: [...instance.inbox], terminate: { reason } };
  selection.starts = !instance.state.started;
  let { suspended } = selection;
  for (const { message } of instance.inbox) {
    if (message.kind === 'terminate') break;
    const event = controlEvent(message, suspended);
    if (event !== undefined && event !== null) selection.otherEvents.push(event);
    if (message.kind === 'suspend') suspended = true;
    if (message.kind === 'resume') suspended = false;
    if (message.kind === 'eventRaised') selection.otherEvents.push(eventRaised(message));
  }
  return selection;
}

/** External events that a suspended instance has received and its orchestrator has not seen: Azure's history has them. */
export function heldEvents({ inbox, suspended }: Instance): EventRaised[] {
  if (!suspended) return [];
  return inbox.flatMap(({ message }) => (message.kind === 'eventRaised' ? [eventRaised(message)] : []));
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
