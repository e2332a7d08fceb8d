import {
  EventType,
  type EventRaised,
  type ExecutionStarted,
  type KeeperEvent,
  stamp,
} from '../store/history-events.js';
import { type Instance } from './instance.js';
import { type EntityResponse, type Envelope, type TaskMessage } from '../store/messages.js';
import { type InstanceRecord } from '../store/instance-store.js';

/** What a turn takes from the inbox. */
export interface Selection {
  /** Gone from the inbox once the turn commits; the others stay. */
  consumed: Envelope[];
  terminate: { reason: string | null } | null;
  lifecycle: KeeperEvent[];
  /** The orchestrator is to run although nothing came that it would see. */
  forced: boolean;
  tasks: TaskMessage[];
  events: EventRaised[];
  /** The turn begins the execution. */
  starts: boolean;
  /** Whether the instance is suspended after this turn. */
  suspended: boolean;
}

/**
 * Goes through the inbox in the order of arrival. What comes while the instance is suspended stays where it is, out of
 * the orchestrator's sight, until it is resumed (host contract, 9.2). Terminate outdoes everything (9.3).
 */
export function selectMessages(instance: Instance): Selection {
  const terminate = instance.inbox.find(({ message }) => message.kind === 'terminate');
  if (terminate?.message.kind === 'terminate') return terminating(instance, terminate.message.reason);
  const selection = nothing(instance);
  let held: Envelope[] = [];
  const shown: Envelope[] = [];
  for (const envelope of instance.inbox) {
    const { message } = envelope;
    const Timestamp = stamp(message.at);
    if (message.kind === 'suspend') {
      selection.consumed.push(envelope);
      if (selection.suspended) continue;
      selection.suspended = true;
      selection.lifecycle.push({ EventType: EventType.ExecutionSuspended, Timestamp, Reason: message.reason });
    } else if (message.kind === 'resume') {
      selection.consumed.push(envelope);
      if (!selection.suspended) continue;
      selection.suspended = false;
      selection.lifecycle.push({ EventType: EventType.ExecutionResumed, Timestamp, Reason: message.reason });
      shown.push(...held);
      held = [];
    } else if (message.kind === 'rewind') {
      selection.consumed.push(envelope);
      selection.forced = true;
      selection.lifecycle.push({ EventType: EventType.ExecutionRewound, Timestamp, Reason: message.reason });
    } else (selection.suspended ? held : shown).push(envelope);
  }
  show(instance, shown, selection);
  return selection;
}

function show(instance: Instance, shown: readonly Envelope[], selection: Selection): void {
  selection.starts = !instance.state.started && !selection.suspended;
  if (!instance.state.started && selection.suspended) return; // before the start nothing is shown
  for (const envelope of shown) {
    selection.consumed.push(envelope);
    const { message } = envelope;
    if (message.kind === 'eventRaised') selection.events.push(raised(message));
    else if (!('execution' in message) || message.execution !== instance.record.execution) continue;
    else if (message.kind === 'entityResponse') selection.events.push(answered(message));
    else selection.tasks.push(message);
  }
}

function nothing(instance: Instance): Selection {
  return {
    consumed: [],
    terminate: null,
    lifecycle: [],
    forced: false,
    tasks: [],
    events: [],
    starts: false,
    suspended: instance.suspended,
  };
}

function terminating(instance: Instance, reason: string | null): Selection {
  return { ...nothing(instance), consumed: [...instance.inbox], terminate: { reason } };
}

function raised(message: { at: number; name: string; input: string | null }): EventRaised {
  return {
    EventType: EventType.EventRaised,
    Timestamp: stamp(message.at),
    IsPlayed: false,
    Name: message.name,
    Input: message.input,
  };
}

function answered({ at, id, input }: EntityResponse): EventRaised {
  return { ...raised({ at, name: id, input }), Response: true };
}

export function startEvent(
  { name, version, input, id, execution, parent }: InstanceRecord,
  at: Date,
): ExecutionStarted {
  return {
    EventType: EventType.ExecutionStarted,
    Timestamp: at,
    Name: name,
    Version: version,
    Input: input,
    OrchestrationInstance: { InstanceId: id, ExecutionId: execution },
    ...(parent && {
      ParentInstance: {
        OrchestrationInstance: { InstanceId: parent.instanceId, ExecutionId: parent.executionId },
        Name: parent.name,
      },
    }),
  };
}
