import { type ExecutionId, type InstanceKey, type TaskId } from '../ids.js';
import { type EntityMessage } from './entity-messages.js';
import { type Failure } from './history-events.js';

/**
 * A message to an instance: a closed union. A new kind does not compile until every switch handles it.
 * `at` is the time of its creation, in ms since the epoch.
 */
export type Message = TaskMessage | EntityResponse | ClientMessage;

/** The result of a task that the instance scheduled. It is for that execution only (host contract, 11.16). */
export type TaskMessage = { at: number; execution: ExecutionId; taskId: TaskId } & (
  | { kind: 'taskCompleted'; result: string | null }
  | { kind: 'taskFailed'; failure: Failure }
  | { kind: 'childCompleted'; result: string | null }
  | { kind: 'childFailed'; failure: Failure }
  | { kind: 'timerFired'; fireAt: number }
);

/** An entity's response to a call or a lock request. It is for the execution that sent the request only. */
export interface EntityResponse {
  kind: 'entityResponse';
  at: number;
  execution: ExecutionId;
  /** Id of the request, which is the name of the event that the library waits for (host contract, 8.4). */
  id: string;
  input: string;
  /** The execution fails with this message: the library has no failure of a lock request. */
  fatal?: string;
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
 * A message in an inbox. "Turn" means a turn of an instance or a batch of an entity here.
 *
 * E1 A message is consumed by exactly one committed turn.
 * E2 The file has an inbox row only for a message that no committed turn has consumed.
 * E3 The sender gets one acknowledgement, when the message or the turn that consumed it is durable.
 */
export interface Envelope<M = Message> {
  readonly message: M;
  /** Number of its inbox row; null while it has none. */
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

/** An instance or an entity. */
export interface Receiver<M> {
  readonly record: { readonly key: InstanceKey };
  inbox: Envelope<M>[];
  readonly disposed: boolean;
}
