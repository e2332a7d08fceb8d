import { type EntityId, type ExecutionId, type InstanceId } from '../ids.js';

/** The execution that sent a message: who gets the answer, and who may use what it has locked. */
export interface Sender {
  instanceId: InstanceId;
  executionId: ExecutionId;
}

/** An operation to run: a call, whose sender waits for the answer, or a signal (host contract, 8.4). */
export interface OperationMessage {
  kind: 'operation';
  at: number;
  name: string;
  /** JSON text. */
  input: string | null;
  /** Name of the event that carries the answer. */
  id: string;
  /** Absent on signals of clients and entities. */
  parent?: Sender;
  signal: boolean;
  /** Not to be delivered before, ms since the epoch. */
  due?: number;
}

/** A wish to lock a set of entities; it goes from one to the next in the order of the set (host contract, 8.6). */
export interface LockMessage {
  kind: 'lock';
  at: number;
  id: string;
  parent: Sender;
  lockSet: EntityId[];
  /** Index in `lockSet` of the entity that has the message now. */
  position: number;
}

export interface ReleaseMessage {
  kind: 'release';
  at: number;
  parent: Sender;
}

/** What can be sent to an entity: a closed union. `at` is when the message came to be, in ms since the epoch. */
export type EntityMessage = OperationMessage | LockMessage | ReleaseMessage;

/** @param text a row of an entity's inbox */
export function decodeEntityMessage(text: string): EntityMessage {
  return JSON.parse(text) as EntityMessage;
}
