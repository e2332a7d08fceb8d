import { type EntityMessage } from '../store/entity-messages.js';
import { type CommitUnit } from '../store/group-commit.js';
import { type Envelope } from '../store/messages.js';
import { type BatchCommitTarget, postOutgoing } from './entity-batch-commit.js';
import { type OutgoingMessage } from './entity-batch.js';
import { type Entity } from './entity.js';

/**
 * What remains of a batch whose process "crashes" after its messages have left and before its state is stored
 * (`--weather`). The batch runs again after a second, with its messages in another order; those of one execution keep
 * theirs. So the replies of the second run can differ from those that have left.
 */
export class LostBatch implements CommitUnit {
  readonly #target: BatchCommitTarget;
  readonly #entity: Entity;
  readonly #consumed: readonly Envelope<EntityMessage>[];
  readonly #outgoing: readonly OutgoingMessage[];
  #deliveries: (() => void)[] = [];

  constructor(
    target: BatchCommitTarget,
    entity: Entity,
    consumed: readonly Envelope<EntityMessage>[],
    outgoing: readonly OutgoingMessage[],
  ) {
    this.#target = target;
    this.#entity = entity;
    this.#consumed = consumed;
    this.#outgoing = outgoing;
  }

  write(): void {
    this.#deliveries = this.#outgoing.map((outgoing) => postOutgoing(this.#target, outgoing));
  }

  done(): void {
    for (const deliver of this.#deliveries) deliver();
    this.#runAgain();
  }

  failed(): void {
    this.#runAgain();
  }

  #runAgain(): void {
    const entity = this.#entity;
    const { weather } = this.#target.context;
    entity.rollBack();
    for (const consumed of this.#consumed) if (consumed.row === null) this.#target.writeLater(entity, consumed);
    const sender = ({ message }: Envelope<EntityMessage>) => message.parent?.executionId;
    entity.inbox = weather?.reordered(entity.record.id, entity.inbox, sender) ?? entity.inbox;
    this.#target.scheduleLater(entity);
  }
}
