import { entityId, type EntityId, entityName, type ExecutionId, type TaskId } from '../ids.js';
import { type EntityMessage, type Sender } from '../store/entity-messages.js';
import { EventType, type EventSent, OPERATION, RELEASE } from '../store/history-events.js';
import { type EntityCall, jsonOrNull, type LockEntities } from './actions.js';

/** A message from a turn to an entity, and its event in the history (host contract, 8.4 and 8.6). */
export interface EntityRequest {
  to: EntityId;
  message: EntityMessage;
  event: EventSent;
}

/** The sender and the number of the action give the request its id, which is the same when the turn runs again. */
export interface RequestOrigin {
  sender: Sender;
  taskId: TaskId;
  at: Date;
}

export function operationRequest(
  origin: RequestOrigin,
  { instanceId: to, operation, input, fireAt }: EntityCall,
  signal: boolean,
): EntityRequest {
  const id = idOf(origin);
  const text = input === null ? null : jsonOrNull(input); // Azure sends no null (DurableOrchestrationContext.cs)
  const due = fireAt === undefined ? undefined : new Date(fireAt).getTime();
  const document = { op: operation, ...(signal && { signal }), ...(text !== null && { input: text }), id };
  const message: EntityMessage = {
    kind: 'operation',
    at: origin.at.getTime(),
    name: operation,
    input: text,
    id,
    parent: origin.sender,
    signal,
    ...(due !== undefined && !Number.isNaN(due) && { due }),
  };
  return { to, message, event: eventSent(origin, to, OPERATION, document) };
}

/** Goes to the first entity of the set. The set is sorted and has no duplicates, which prevents deadlocks. */
export function lockRequest(origin: RequestOrigin, { lockSet: given }: LockEntities): EntityRequest | undefined {
  const lockSet = [...new Set(given.map(entityId))].sort();
  const [to] = lockSet;
  if (to === undefined) return undefined; // the library refuses an empty set
  const id = idOf(origin);
  const { sender: parent } = origin;
  const document = { op: null, id, lockset: lockSet.map(entityName) };
  const message: EntityMessage = { kind: 'lock', at: origin.at.getTime(), id, parent, lockSet, position: 0 };
  return { to, message, event: { ...eventSent(origin, to, OPERATION, document), LockSet: lockSet } };
}

/** @param request number of the lock request */
export function releaseRequest(origin: RequestOrigin, to: EntityId, request: TaskId): EntityRequest {
  const { sender: parent } = origin;
  const message: EntityMessage = { kind: 'release', at: origin.at.getTime(), parent };
  return { to, message, event: eventSent(origin, to, RELEASE, { id: requestId(parent.executionId, request) }) };
}

function idOf({ sender, taskId }: RequestOrigin): string {
  return requestId(sender.executionId, taskId);
}

/** The id of a request, which is the name of the event with its response. */
export function requestId(execution: ExecutionId, taskId: TaskId): string {
  return `${execution}:${taskId}`;
}

function eventSent({ sender, taskId, at }: RequestOrigin, to: EntityId, name: string, document: object): EventSent {
  const parent = { parent: sender.instanceId, parentExecution: sender.executionId };
  const Input = JSON.stringify({ ...document, ...parent });
  return { EventType: EventType.EventSent, EventId: taskId, Timestamp: at, InstanceId: to, Name: name, Input };
}
