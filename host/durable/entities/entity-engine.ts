import { type Engine } from '../engine/engine.js';
import {
  type BatchOutcome,
  type BatchSelection,
  failedBatch,
  outgoingOf,
  runBatch,
  selectBatch,
} from './entity-batch.js';
import { Entity, isSender } from './entity.js';
import { decodeEntityMessage, type EntityMessage, type OperationMessage } from '../store/entity-messages.js';
import { EntityOperation } from './entity-batch-commit.js';
import { type EntityRecord } from '../store/entity-store.js';
import { unknownFunctionText } from '../failures.js';
import { type EntityId, entityName, type ExecutionId, newHexId } from '../ids.js';
import { MessageOperation } from '../store/message-commit.js';
import { type Acknowledge, encodeMessage, type Envelope, envelope } from '../store/messages.js';
import { WorkQueue } from '../work-queue.js';

/** Idle entities stay in memory up to this number, then all but the younger half go. */
const MOST_IDLE = 2_000;

/**
 * The entities in memory and what moves them (host contract, 8).
 *
 * T1 `#entities` holds the one and only object for an id. It may go only while the entity is idle, has no messages and
 *    no lock, and only from `pump`, when no commit is between its writing and its end.
 * T2 `#held` knows, of the entities in memory, who is locked by which execution. The end of its function wakes them;
 *    what is not in memory sees it when it is next spoken to (entity-batch.ts).
 */
export class Entities {
  readonly engine: Engine;
  readonly #batches: WorkQueue<Entity>;
  readonly #entities = new Map<EntityId, Entity>();
  readonly #held = new Map<ExecutionId, Set<Entity>>();

  constructor(engine: Engine) {
    this.engine = engine;
    this.#batches = new WorkQueue(engine.settings.maxConcurrentEntityFunctions, (entity) => this.#run(entity));
  }

  // Life

  open(): void {
    this.#batches.open();
  }

  /** Takes up every entity that has messages, or a lock: its holder may have ended right before the process did. */
  recover(): void {
    for (const id of this.engine.entityStore.idsWithWork()) this.schedule(this.resolve(id));
  }

  /** Begins no more batches. Resolves when none is under way. */
  close(): Promise<void> {
    return this.#batches.close();
  }

  /** Begins as many batches as may run, and lets idle entities go (T1). */
  pump(): void {
    this.#batches.pump();
    if (this.#entities.size > MOST_IDLE) this.#forgetIdle();
  }

  #forgetIdle(): void {
    let most = this.#entities.size - MOST_IDLE / 2;
    for (const [id, entity] of this.#entities) {
      if (most === 0) return;
      const { phase, inbox, delayed, record } = entity;
      if (phase !== 'idle' || inbox.length > 0 || delayed > 0 || record.holder !== null) continue;
      this.#entities.delete(id);
      most--;
      if (!record.present) this.engine.write(() => this.engine.entityStore.deleteVacant(record.key));
    }
  }

  // Messages

  resolve(id: EntityId): Entity {
    const known = this.#entities.get(id);
    if (known !== undefined) return known;
    const { entityStore, store } = this.engine;
    const found = entityStore.find(id);
    const record = found ?? this.#blank(id);
    const entity = new Entity(record, []);
    this.#entities.set(id, entity);
    this.#noteHolder(entity);
    if (found !== undefined) {
      const rows = store.inbox(record.key);
      for (const { seq, message } of rows) this.receive(entity, envelope(decodeEntityMessage(message), null, seq));
    }
    return entity;
  }

  #blank(id: EntityId): EntityRecord {
    return { key: this.engine.nextKey(), id, present: false, state: null, holder: null, updated: this.engine.now() };
  }

  /** From a client. Durable once acknowledged. */
  send(id: EntityId, message: OperationMessage, ack: Acknowledge): void {
    const entity = this.resolve(id);
    const sent = envelope<EntityMessage>(message, ack);
    this.receive(entity, sent);
    this.keep(entity, sent);
  }

  /** Writes a message inside a transaction. @returns how to deliver it once that is durable */
  post(id: EntityId, message: EntityMessage): () => void {
    const entity = this.resolve(id);
    const row = this.#insert(entity, encodeMessage(message));
    return () => this.receive(entity, envelope(message, null, row));
  }

  keep(entity: Entity, kept: Envelope<EntityMessage>): void {
    this.engine.group.enqueue(new MessageOperation(entity, kept, (text) => this.#insert(entity, text)));
  }

  #insert(entity: Entity, text: string): number {
    this.engine.entityStore.ensure(entity.record);
    return this.engine.insertMessage(entity.record.key, text);
  }

  receive(entity: Entity, received: Envelope<EntityMessage>): void {
    const { message } = received;
    const due = message.kind === 'operation' ? (message.due ?? 0) : 0;
    if (due <= this.engine.now()) this.#enter(entity, received);
    else {
      entity.delayed++;
      this.engine.at(due, () => {
        entity.delayed--;
        this.#enter(entity, received);
      });
    }
  }

  #enter(entity: Entity, received: Envelope<EntityMessage>): void {
    entity.inbox.push(received);
    const { holder } = entity.record;
    // A long queue before a lock is not gone through at every arrival.
    if (holder === null || isSender(received.message, holder) || this.#isOrphaned(entity)) this.schedule(entity);
  }

  // Batches

  schedule(entity: Entity): void {
    if (entity.phase !== 'idle' || (entity.inbox.length === 0 && !this.#isOrphaned(entity))) return;
    entity.phase = 'queued';
    this.#batches.push(entity);
    this.engine.group.arm();
  }

  scheduleLater(entity: Entity): void {
    this.engine.later(() => this.schedule(entity));
  }

  async #run(entity: Entity): Promise<void> {
    entity.phase = 'running';
    try {
      const commit = await this.#batch(entity);
      if (commit === undefined) entity.rollBack();
      else {
        entity.phase = 'committing';
        this.engine.group.enqueue(commit);
      }
    } catch (error) {
      // The file cannot be read, or the host has a bug. The entity stays as it was and is tried again in a while.
      this.engine.logError(`${entity.record.id}: a batch failed inside the host.`, error);
      entity.rollBack();
      this.scheduleLater(entity);
    }
  }

  /** @returns undefined when there is nothing to commit: all waits for the holder of the lock, or the host stops */
  async #batch(entity: Entity): Promise<EntityOperation | undefined> {
    const { maxEntityOperationBatchSize: limit } = this.engine.settings;
    const selection = selectBatch(entity, limit, (sender) => this.engine.mayLock(sender));
    if (selection.consumed.length === 0 && selection.holder === entity.record.holder) return undefined;
    for (const envelope of selection.consumed) envelope.state = 'inTurn';
    const outcome = await this.#outcome(entity.record, selection.operations);
    if (outcome === 'aborted') return undefined;
    for (const envelope of selection.consumed) envelope.state = 'committing';
    return this.#commit(entity, selection, outcome);
  }

  #commit(entity: Entity, selection: BatchSelection, { present, state, answers, signals }: BatchOutcome) {
    const now = this.engine.now();
    const holder = selection.grant?.parent ?? selection.holder;
    const next: EntityRecord = { ...entity.record, present, state, holder, updated: now };
    const outgoing = outgoingOf(selection, { present, state, answers, signals }, now, newHexId);
    return new EntityOperation(this, entity, selection.consumed, next, outgoing);
  }

  async #outcome(record: EntityRecord, operations: readonly OperationMessage[]): Promise<BatchOutcome | 'aborted'> {
    if (operations.length === 0) return failedBatch(record, 0, '');
    const { name } = entityName(record.id);
    const fn = this.engine.functions.entity(name);
    if (fn === undefined) return this.#refused(record, operations.length, unknownFunctionText('entity', name));
    try {
      const outcome = await runBatch(this.engine.invoke, fn, record, operations);
      this.#logFailures(record, operations, outcome);
      return outcome;
    } catch (thrown) {
      if (this.engine.stopping) return 'aborted';
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      return this.#refused(record, operations.length, `Entity function '${fn.name}' failed: ${reason}`, thrown);
    }
  }

  /** The operations are over nevertheless: what fails as a whole would fail again, for ever. */
  #refused(record: EntityRecord, count: number, reason: string, thrown: unknown = reason): BatchOutcome {
    this.engine.logError(`${record.id}: a batch of ${count} operations failed.`, thrown);
    return failedBatch(record, count, reason);
  }

  /** Nobody else would: the library keeps the error, and signals have no answer. */
  #logFailures({ id }: EntityRecord, operations: readonly OperationMessage[], { answers }: BatchOutcome): void {
    for (const [index, answer] of answers.entries()) {
      if (answer.failed)
        this.engine.logError(`${id}: the operation '${operations[index]?.name ?? ''}' failed.`, answer.result);
    }
  }

  // Locks

  committed(entity: Entity, next: EntityRecord): void {
    const before = entity.record.holder;
    Object.assign(entity.record, next);
    if (before?.executionId === next.holder?.executionId) return;
    if (before !== null) this.#held.get(before.executionId)?.delete(entity);
    this.#noteHolder(entity);
  }

  #noteHolder(entity: Entity): void {
    const { holder } = entity.record;
    if (holder === null) return;
    const held = this.#held.get(holder.executionId) ?? new Set();
    this.#held.set(holder.executionId, held.add(entity));
  }

  /** Locked by an execution that may hold no locks any more. */
  #isOrphaned({ record: { holder } }: Entity): boolean {
    return holder !== null && !this.engine.mayLock(holder);
  }

  /** T2 */
  freeLocks(execution: ExecutionId): void {
    const held = this.#held.get(execution);
    if (held === undefined) return;
    this.#held.delete(execution);
    for (const entity of held) this.schedule(entity);
  }

  /** As of the last commit. */
  status(id: EntityId): EntityRecord | undefined {
    return this.#entities.get(id)?.record ?? this.engine.entityStore.find(id);
  }
}
