import { type Failure } from './history-events.js';
import { type EntityMessage } from './entity-messages.js';
import { type ExecutionId, type InstanceKey, type TaskId } from '../ids.js';

/**
 * What can be sent to an instance: a closed union. A new kind does not compile until every switch knows it.
 * `at` is when the message came to be, in ms since the epoch.
 */
export type Message = TaskMessage | EntityResponse | ClientMessage;

/** An answer to something that the instance scheduled; it counts only for that execution (host contract, 11.16). */
export type TaskMessage = { at: number; execution: ExecutionId; taskId: TaskId } & (
  | { kind: 'taskCompleted'; result: string | null }
  | { kind: 'taskFailed'; failure: Failure }
  | { kind: 'childCompleted'; result: string | null }
  | { kind: 'childFailed'; failure: Failure }
  | { kind: 'timerFired'; fireAt: number }
);

/** An entity's answer to a call or a lock request; it too counts only for the execution that asked. */
export interface EntityResponse {
  kind: 'entityResponse';
  at: number;
  execution: ExecutionId;
  /** Of the request: the name of the event that the library waits for (host contract, 8.4). */
  id: string;
  input: string;
}

export type ClientMessage = { at: number } & (
  | { kind: 'eventRaised'; name: string; input: string | null }
  | { kind: 'suspend'; reason: string | null }
  | { kind: 'resume'; reason: string | null }
  | { kind: 'terminate'; reason: string | null }
  | { kind: 'rewind'; reason: string | null }
);

export function encodeMessage(message: Message | EntityMessage): string {
  return JSON.stringify(message);
}

export function decodeMessage(text: string): Message {
  return JSON.parse(text) as Message;
}

/**
 * A turn here is one of an instance or a batch of an entity.
 *
 * E1 A message is consumed by exactly one committed turn.
 * E2 A row in the inbox exists only for a message that no committed turn has consumed.
 * E3 The acknowledgement is given once, when the message or the turn that consumed it is durable.
 */
export interface Envelope<M = Message> {
  readonly message: M;
  /** Its row in the inbox, when it has one. */
  row: number | null;
  state: 'waiting' | 'inTurn' | 'committing' | 'consumed';
  ack: Acknowledge | null;
}

export interface Acknowledge {
  durable(): void;
  failed(error: Error): void;
}

export function envelope<M>(message: M, ack: Acknowledge | null = null, row: number | null = null): Envelope<M> {
  return { message, row, state: 'waiting', ack };
}

/** Whoever has an inbox: an instance or an entity. */
export interface Receiver<M> {
  readonly record: { readonly key: InstanceKey };
  inbox: Envelope<M>[];
  readonly disposed: boolean;
}
