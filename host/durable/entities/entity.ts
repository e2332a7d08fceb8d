import { type ExecutionId } from '../ids.js';
import { type EntityMessage, type Sender } from '../store/entity-messages.js';
import { type EntityRecord } from '../store/entity-store.js';
import { type Envelope } from '../store/messages.js';

/**
 * An entity in memory (host contract, 8.3).
 *
 * Y1 `record` is that of the last committed batch; only the commit of a batch changes it.
 * Y2 One batch at a time: only the entity engine moves `phase` away from `idle`.
 * Y3 `inbox` keeps the order of arrival, which is the order of delivery for each sender.
 */
export class Entity {
  readonly record: EntityRecord;
  inbox: Envelope<EntityMessage>[];
  phase: 'idle' | 'queued' | 'running' | 'committing' = 'idle';
  /** Number of scheduled signals that are not due yet; their rows are in the file. */
  delayed = 0;
  /** All older clocks are deleted (entity-batch-commit.ts), ms since the epoch. */
  clocksSince = 0;
  /** When the latest late message of each execution arrives, ms since the epoch; empty without `--weather`. */
  readonly arrivals = new Map<ExecutionId, number>();
  /** It was purged: its messages are gone, and the next message makes a new entity. */
  disposed = false;

  constructor(record: EntityRecord, inbox: Envelope<EntityMessage>[]) {
    this.record = record;
    this.inbox = inbox;
  }

  /** Undoes what a batch did before its commit (Y1). */
  rollBack(): void {
    for (const envelope of this.inbox) if (envelope.state !== 'consumed') envelope.state = 'waiting';
    this.phase = 'idle';
  }
}

/** As in Azure, any execution of the instance counts (DurableTaskExtension.cs, EntityMiddleware). */
export function isFrom(message: EntityMessage, { instanceId }: Sender): boolean {
  return message.parent?.instanceId === instanceId;
}
