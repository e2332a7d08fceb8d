import { type Failure } from './history-events.js';
import { type ExecutionId, type TaskId } from './ids.js';

/**
 * What can be sent to an instance: a closed union. A new kind does not compile until every switch knows it.
 * `at` is when the message came to be, in ms since the epoch.
 */
export type Message = TaskMessage | ClientMessage;

/** An answer to something that the instance scheduled; it counts only for that execution (host contract, 11.16). */
export type TaskMessage = { at: number; execution: ExecutionId; taskId: TaskId } & (
  | { kind: 'taskCompleted'; result: string | null }
  | { kind: 'taskFailed'; failure: Failure }
  | { kind: 'childCompleted'; result: string | null }
  | { kind: 'childFailed'; failure: Failure }
  | { kind: 'timerFired'; fireAt: number }
);

export type ClientMessage = { at: number } & (
  | { kind: 'eventRaised'; name: string; input: string | null }
  | { kind: 'suspend'; reason: string | null }
  | { kind: 'resume'; reason: string | null }
  | { kind: 'terminate'; reason: string | null }
);

export function encodeMessage(message: Message): string {
  return JSON.stringify(message);
}

export function decodeMessage(text: string): Message {
  return JSON.parse(text) as Message;
}

/**
 * E1 A message is consumed by exactly one committed turn.
 * E2 A row in the inbox exists only for a message that no committed turn has consumed.
 * E3 The acknowledgement is given once, when the message or the turn that consumed it is durable.
 */
export interface Envelope {
  readonly message: Message;
  /** Its row in the inbox, when it has one. */
  row: number | null;
  state: 'waiting' | 'inTurn' | 'committing' | 'consumed';
  ack: Acknowledge | null;
}

export interface Acknowledge {
  durable(): void;
  failed(error: Error): void;
}

export function envelope(message: Message, ack: Acknowledge | null = null, row: number | null = null): Envelope {
  return { message, row, state: 'waiting', ack };
}
