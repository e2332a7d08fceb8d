import { type EntityCall, jsonOrNull, type LockEntities } from './actions.js';
import { type EntityMessage, type Sender } from '../store/entity-messages.js';
import { EventType, type EventSent, OPERATION, RELEASE } from '../store/history-events.js';
import { entityId, type EntityId, entityName, type TaskId } from '../ids.js';

/** A message that a turn sends to an entity, and the event that says so (host contract, 8.4 and 8.6). */
export interface Request {
  to: EntityId;
  message: EntityMessage;
  event: EventSent;
}

/** Who asks: the number of the action makes the request's id, which is the same if the turn is run again. */
export interface Asking {
  sender: Sender;
  taskId: TaskId;
  at: Date;
}

export function operationRequest(
  asking: Asking,
  { instanceId: to, operation, input, fireAt }: EntityCall,
  signal: boolean,
): Request {
  const id = requestId(asking);
  const text = jsonOrNull(input);
  const due = fireAt === undefined ? undefined : new Date(fireAt).getTime();
  const document = { op: operation, ...(signal && { signal }), ...(text !== null && { input: text }), id };
  const message: EntityMessage = {
    kind: 'operation',
    at: asking.at.getTime(),
    name: operation,
    input: text,
    id,
    parent: asking.sender,
    signal,
    ...(due !== undefined && !Number.isNaN(due) && { due }),
  };
  return { to, message, event: sent(asking, to, OPERATION, document) };
}

/** Goes to the first entity of the set, which is sorted and holds each once: that keeps lockers from waiting in a ring. */
export function lockRequest(asking: Asking, { lockSet: given }: LockEntities): Request | undefined {
  const lockSet = [...new Set(given.map(entityId))].sort();
  const [to] = lockSet;
  if (to === undefined) return undefined;
  const id = requestId(asking);
  const { sender: parent } = asking;
  const document = { op: null, id, lockset: lockSet.map(entityName) };
  const message: EntityMessage = { kind: 'lock', at: asking.at.getTime(), id, parent, lockSet, position: 0 };
  return { to, message, event: { ...sent(asking, to, OPERATION, document), LockSet: lockSet } };
}

export function releaseRequest(asking: Asking, to: EntityId): Request {
  const message: EntityMessage = { kind: 'release', at: asking.at.getTime(), parent: asking.sender };
  return { to, message, event: sent(asking, to, RELEASE, { id: requestId(asking) }) };
}

function requestId({ sender, taskId }: Asking): string {
  return `${sender.executionId}:${taskId}`;
}

function sent({ sender, taskId, at }: Asking, to: EntityId, name: string, document: object): EventSent {
  const parent = { parent: sender.instanceId, parentExecution: sender.executionId };
  const Input = JSON.stringify({ ...document, ...parent });
  return { EventType: EventType.EventSent, EventId: taskId, Timestamp: at, InstanceId: to, Name: name, Input };
}
