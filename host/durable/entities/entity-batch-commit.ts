import { type Entities } from './entity-engine.js';
import { type Outgoing } from './entity-batch.js';
import { type Entity } from './entity.js';
import { type EntityMessage } from '../store/entity-messages.js';
import { type EntityRecord } from '../store/entity-store.js';
import { type Operation } from '../store/group-commit.js';
import { acknowledge } from '../store/message-commit.js';
import { type Envelope } from '../store/messages.js';

/**
 * The commit of one batch: state, lock, consumed and caused messages in one piece (host contract, 8.3 rule 5). It
 * keeps O1 of turn-operation.ts.
 */
export class EntityOperation implements Operation {
  readonly #entities: Entities;
  readonly #entity: Entity;
  readonly #consumed: readonly Envelope<EntityMessage>[];
  readonly #next: EntityRecord;
  readonly #outgoing: readonly Outgoing[];
  #deliveries: (() => void)[] = [];

  constructor(
    entities: Entities,
    entity: Entity,
    consumed: readonly Envelope<EntityMessage>[],
    next: EntityRecord,
    outgoing: readonly Outgoing[],
  ) {
    this.#entities = entities;
    this.#entity = entity;
    this.#consumed = consumed;
    this.#next = next;
    this.#outgoing = outgoing;
  }

  write(): void {
    const { store, entityStore } = this.#entities.engine;
    for (const { row } of this.#consumed) if (row !== null) store.deleteMessage(row);
    entityStore.save(this.#next);
    this.#deliveries = this.#outgoing.map((outgoing) => this.#write(outgoing));
  }

  /** @returns how to deliver the message once it is durable */
  #write(outgoing: Outgoing): () => void {
    if (outgoing.kind === 'message') return this.#entities.post(outgoing.to, outgoing.message);
    return this.#entities.engine.post(outgoing.to, outgoing.response);
  }

  done(): void {
    const entity = this.#entity;
    for (const consumed of this.#consumed) consumed.state = 'consumed';
    for (const consumed of this.#consumed) acknowledge(consumed);
    entity.inbox = entity.inbox.filter(({ state }) => state !== 'consumed');
    entity.phase = 'idle';
    this.#entities.committed(entity, this.#next);
    for (const deliver of this.#deliveries) deliver();
    this.#entities.schedule(entity);
  }

  failed(error: Error): void {
    const entity = this.#entity;
    this.#entities.engine.logError(
      `${entity.record.id}: The state file cannot be written; the operations will be tried again.`,
      error,
    );
    entity.rollBack();
    for (const consumed of this.#consumed) if (consumed.row === null) this.#entities.keep(entity, consumed);
    this.#entities.scheduleLater(entity);
  }
}
