import { type EngineContext } from '../context.js';
import { type EntityId } from '../ids.js';
import { type EntityMessage, type Sender } from '../store/entity-messages.js';
import { type EntityRecord, REORDER_WINDOW_MS } from '../store/entity-store.js';
import { type CommitUnit } from '../store/group-commit.js';
import { acknowledge } from '../store/message-commit.js';
import { type EntityResponse, type Envelope } from '../store/messages.js';
import { type OutgoingMessage } from './entity-batch.js';
import { clockOf } from './entity-instance.js';
import { type Entity } from './entity.js';

const COLLECTION_INTERVAL_MS = 10_000;

/** The parts of the entity engine that a commit uses. */
export interface BatchCommitTarget {
  readonly context: EngineContext;
  readonly orchestrations: Orchestrations;
  post(id: EntityId, message: EntityMessage): () => void;
  writeLater(entity: Entity, unwritten: Envelope<EntityMessage>): void;
  schedule(entity: Entity): void;
  scheduleLater(entity: Entity): void;
}

/** The parts of the orchestration engine that entities use. */
export interface Orchestrations {
  /** Whether the execution can still release a lock: neither it nor its function has ended. */
  mayHoldLocks(sender: Sender): boolean;
  /** Writes a response inside a transaction. @returns delivers it once it is durable */
  post(receiver: Sender, response: EntityResponse): () => void;
}

/**
 * The commit of one batch. State, lock, consumed and sent messages are written together (host contract, 8.3 rule 5),
 * with the rule O1 of engine/turn-commit-unit.ts.
 */
export class EntityBatchCommit implements CommitUnit {
  readonly #target: BatchCommitTarget;
  readonly #entity: Entity;
  readonly #consumed: readonly Envelope<EntityMessage>[];
  readonly #next: EntityRecord;
  readonly #outgoing: readonly OutgoingMessage[];
  #deliveries: (() => void)[] = [];

  constructor(
    target: BatchCommitTarget,
    entity: Entity,
    consumed: readonly Envelope<EntityMessage>[],
    next: EntityRecord,
    outgoing: readonly OutgoingMessage[],
  ) {
    this.#target = target;
    this.#entity = entity;
    this.#consumed = consumed;
    this.#next = next;
    this.#outgoing = outgoing;
  }

  write(): void {
    const { store, entityStore } = this.#target.context;
    for (const { row } of this.#consumed) if (row !== null) store.deleteMessage(row);
    if (!this.#entity.disposed) {
      entityStore.save(this.#next);
      this.#writeClocks();
    }
    this.#deliveries = this.#outgoing.map((outgoing) => postOutgoing(this.#target, outgoing));
  }

  /** Azure keeps for half an hour from whom and to whom an entity has messages (MessageSorter.cs). */
  #writeClocks(): void {
    const { entityStore } = this.#target.context;
    const { key, updated: now } = this.#next;
    for (const clock of this.#consumed.flatMap(({ message }) => clockOf(message))) entityStore.setClock(key, clock);
    for (const outgoing of this.#outgoing)
      if (outgoing.kind === 'toEntity' && outgoing.message.kind === 'operation')
        entityStore.setClock(key, { sent: true, last: outgoing.message.at, id: outgoing.to, execution: null });
    const before = now - REORDER_WINDOW_MS;
    if (this.#entity.clocksSince >= before - COLLECTION_INTERVAL_MS) return;
    this.#entity.clocksSince = before;
    entityStore.deleteClocks(key, before);
  }

  done(): void {
    const entity = this.#entity;
    for (const consumed of this.#consumed) consumed.state = 'consumed';
    for (const consumed of this.#consumed) acknowledge(consumed);
    entity.inbox = entity.inbox.filter(({ state }) => state !== 'consumed');
    entity.phase = 'idle';
    Object.assign(entity.record, this.#next);
    for (const deliver of this.#deliveries) deliver();
    this.#target.schedule(entity);
  }

  failed(error: Error): void {
    const entity = this.#entity;
    const problem = `${entity.record.id}: The state file cannot be written; the operations will be tried again.`;
    this.#target.context.log.error(problem, error);
    entity.rollBack();
    for (const consumed of this.#consumed) if (consumed.row === null) this.#target.writeLater(entity, consumed);
    this.#target.scheduleLater(entity);
  }
}

/** Writes a message of a batch inside a transaction. @returns delivers it once it is durable */
export function postOutgoing(target: BatchCommitTarget, outgoing: OutgoingMessage): () => void {
  if (outgoing.kind === 'toEntity') return target.post(outgoing.to, outgoing.message);
  return target.orchestrations.post(outgoing.to, outgoing.response);
}
