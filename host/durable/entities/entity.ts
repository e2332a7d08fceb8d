import { type EntityMessage, type Sender } from '../store/entity-messages.js';
import { type EntityRecord } from '../store/entity-store.js';
import { type Envelope } from '../store/messages.js';

/**
 * An entity in memory (host contract, 8.3).
 *
 * Y1 `record` is that of the last committed batch; only the commit of a batch changes it.
 * Y2 One batch at a time: `phase` leaves `idle` through the dispatcher alone.
 * Y3 `inbox` keeps the order of arrival, in which one sender's messages are delivered.
 */
export class Entity {
  readonly record: EntityRecord;
  inbox: Envelope<EntityMessage>[];
  phase: 'idle' | 'queued' | 'running' | 'committing' = 'idle';
  /** Messages that wait for their time; their rows are in the file. */
  delayed = 0;
  /** Entities are forgotten, never purged: a message for one always finds it. */
  readonly disposed = false;

  constructor(record: EntityRecord, inbox: Envelope<EntityMessage>[]) {
    this.record = record;
    this.inbox = inbox;
  }

  /** Undoes what a batch has done before its commit (Y1). */
  rollBack(): void {
    for (const envelope of this.inbox) if (envelope.state !== 'consumed') envelope.state = 'waiting';
    this.phase = 'idle';
  }
}

export function isSender(message: EntityMessage, holder: Sender): boolean {
  return message.parent?.executionId === holder.executionId;
}
