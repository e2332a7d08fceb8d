import { type EntityId, type ExecutionId, type InstanceId } from '../ids.js';

/** The execution that sent a message. It gets the response, and its instance alone may use the entities that it locked. */
export interface Sender {
  instanceId: InstanceId;
  executionId: ExecutionId;
}

/** An operation to run: a call, whose sender waits for the response, or a signal (host contract, 8.4). */
export interface OperationMessage {
  kind: 'operation';
  at: number;
  name: string;
  /** JSON text. */
  input: string | null;
  /** Name of the event that contains the response. */
  id: string;
  /** Absent on signals from clients and entities. */
  parent?: Sender;
  /** Of a signal from an entity: the entity. */
  from?: EntityId;
  signal: boolean;
  /** Earliest delivery, ms since the epoch. */
  due?: number;
}

/** A request to lock a set of entities. Each entity forwards it to the next one of the set (host contract, 8.6). */
export interface LockMessage {
  kind: 'lock';
  at: number;
  id: string;
  parent: Sender;
  lockSet: EntityId[];
  /** Index in `lockSet` of the receiver. */
  position: number;
}

interface ReleaseMessage {
  kind: 'release';
  at: number;
  parent: Sender;
}

/** The sender has ended, or continues as new, without releasing its lock. */
interface AbandonMessage {
  kind: 'abandon';
  at: number;
  parent: Sender;
}

/** A message to an entity: a closed union. `at` is the time of its creation, in ms since the epoch. */
export type EntityMessage = OperationMessage | LockMessage | ReleaseMessage | AbandonMessage;

/** The instance that sent a message, and its execution unless it is an entity; undefined for a client. */
export function senderOf(message: EntityMessage): { id: string; execution: ExecutionId | null } | undefined {
  const { parent } = message;
  if (parent !== undefined) return { id: parent.instanceId, execution: parent.executionId };
  return message.kind === 'operation' && message.from ? { id: message.from, execution: null } : undefined;
}

/** @param text a row of an entity's inbox */
export function decodeEntityMessage(text: string): EntityMessage {
  return JSON.parse(text) as EntityMessage;
}
