import { trapText } from '../../azure-differences.js';
import { type EngineContext } from '../context.js';
import { type EntityId, entityName, newHexId } from '../ids.js';
import {
  decodeEntityMessage,
  type EntityMessage,
  type OperationMessage,
  type Sender,
} from '../store/entity-messages.js';
import { type EntityRecord, type Lock } from '../store/entity-store.js';
import { type CommitUnit } from '../store/group-commit.js';
import { type InstanceFilter, type InstanceRecord } from '../store/instance-store.js';
import { MessageCommit } from '../store/message-commit.js';
import { type Acknowledge, encodeMessage, type Envelope, envelope } from '../store/messages.js';
import { WorkQueue } from '../work-queue.js';
import { type BatchCommitTarget, EntityBatchCommit, type Orchestrations, postOutgoing } from './entity-batch-commit.js';
import {
  abandonedText,
  type BatchOutcome,
  type BatchSelection,
  failedBatch,
  outgoingMessages,
  refusals,
  runBatch,
  selectBatch,
} from './entity-batch.js';
import { entityInstance } from './entity-instance.js';
import { Entity, isFrom } from './entity.js';
import { LostBatch } from './lost-batch.js';

/** Above this number of entities in memory, idle ones are removed until half of it is left. */
const MAX_IDLE = 2_000;

/**
 * The entities in memory: delivers their messages and runs their batches (host contract, 8).
 *
 * T1 `#entities` has at most one object for an id. An object is removed only while its entity is idle and has no
 *    messages, and only in `pump`, when no commit is between its `write` and its `done`, or when the entity is purged.
 */
export class EntityEngine implements BatchCommitTarget {
  readonly context: EngineContext;
  readonly orchestrations: Orchestrations;
  readonly #batches: WorkQueue<Entity>;
  readonly #entities = new Map<EntityId, Entity>();
  /** Operations for which `--weather` has decided whether their batch is lost. */
  readonly #askedForCrash = new WeakSet<OperationMessage>();

  constructor(context: EngineContext, orchestrations: Orchestrations) {
    this.context = context;
    this.orchestrations = orchestrations;
    this.#batches = new WorkQueue(context.settings.maxConcurrentEntityFunctions, (entity) => this.#run(entity));
  }

  // Start and stop

  get isIdle(): boolean {
    return this.#batches.isIdle;
  }

  open(): void {
    this.#batches.open();
  }

  /** Schedules every entity that has messages. */
  recover(): void {
    for (const id of this.context.entityStore.idsWithWork()) this.schedule(this.#resolve(id));
  }

  /** Starts no more batches. Resolves when none is running. */
  close(): Promise<void> {
    return this.#batches.close();
  }

  /** Starts as many scheduled batches as the limit allows, and removes idle entities from memory (T1). */
  pump(): void {
    this.#batches.pump();
    if (this.#entities.size > MAX_IDLE) this.#removeIdle();
  }

  #removeIdle(): void {
    let excess = this.#entities.size - MAX_IDLE / 2;
    for (const [id, entity] of this.#entities) {
      if (excess === 0) return;
      const { phase, inbox, delayed } = entity;
      if (phase !== 'idle' || inbox.length > 0 || delayed > 0) continue;
      this.#entities.delete(id);
      excess--;
    }
  }

  // Messages

  #resolve(id: EntityId): Entity {
    const inMemory = this.#entities.get(id);
    if (inMemory !== undefined) return inMemory;
    const { entityStore, store } = this.context;
    const found = entityStore.find(id);
    const record = found ?? this.#newRecord(id);
    const entity = new Entity(record, []);
    this.#entities.set(id, entity);
    if (found !== undefined) {
      const rows = store.inbox(record.key);
      for (const { seq, message } of rows) this.#receive(entity, envelope(decodeEntityMessage(message), null, seq));
    }
    return entity;
  }

  #newRecord(id: EntityId): EntityRecord {
    const { context } = this;
    return { key: context.nextKey(), id, exists: false, state: null, lockedBy: null, updated: context.now() };
  }

  /** Delivers a message of a client. `ack` is called once it is durable. */
  send(id: EntityId, message: OperationMessage, ack: Acknowledge): void {
    const entity = this.#resolve(id);
    const sent = envelope<EntityMessage>(message, ack);
    this.#receive(entity, sent);
    this.writeLater(entity, sent);
  }

  /** Writes a message inside a transaction. @returns delivers it once it is durable */
  post(id: EntityId, message: EntityMessage): () => void {
    const entity = this.#resolve(id);
    const row = this.#insert(entity, encodeMessage(message));
    return () => this.#receive(entity, envelope(message, null, row));
  }

  /** Tells an entity, inside a transaction, that an instance has ended without releasing it. */
  abandon(id: EntityId, { id: instanceId, execution: executionId }: InstanceRecord): () => void {
    return this.post(id, { kind: 'abandon', at: this.context.now(), parent: { instanceId, executionId } });
  }

  /** Writes a message with the next commit, unless a batch consumes it first. */
  writeLater(entity: Entity, unwritten: Envelope<EntityMessage>): void {
    this.context.commits.enqueue(new MessageCommit(entity, unwritten, (text) => this.#insert(entity, text)));
  }

  #insert(entity: Entity, text: string): number {
    this.context.entityStore.ensure(entity.record);
    return this.context.store.insertMessage(entity.record.key, text);
  }

  #receive(entity: Entity, received: Envelope<EntityMessage>): void {
    const { message } = received;
    const due = Math.max(message.kind === 'operation' ? (message.due ?? 0) : 0, this.#arrivesAt(entity, message));
    if (due <= this.context.now()) this.#addToInbox(entity, received);
    else {
      entity.delayed++;
      this.context.timers.add(due, () => {
        entity.delayed--;
        this.#addToInbox(entity, received);
      });
    }
  }

  /** When a late message arrives (`--weather`). Messages of one execution keep their order (host contract, 8.3). */
  #arrivesAt(entity: Entity, message: EntityMessage): number {
    const { weather } = this.context;
    if (weather === undefined) return 0;
    const now = this.context.now();
    const at = now + weather.lateMs(describe(entity.record, message));
    const sender = message.parent?.executionId;
    if (sender === undefined) return at;
    const before = entity.arrivals.get(sender) ?? 0;
    const next = before > now ? Math.max(at, before + 1) : at;
    entity.arrivals.set(sender, next);
    return next;
  }

  #addToInbox(entity: Entity, received: Envelope<EntityMessage>): void {
    entity.inbox.push(received);
    const { lockedBy } = entity.record;
    // While another instance has the lock, a batch would read the whole inbox at every arrival for nothing.
    if (lockedBy === null || lockedBy.abandoned || isFrom(received.message, lockedBy)) this.schedule(entity);
  }

  // Batches

  schedule(entity: Entity): void {
    if (entity.phase !== 'idle' || entity.inbox.length === 0 || entity.disposed) return;
    entity.phase = 'queued';
    this.#batches.push(entity);
    this.context.commits.schedule();
  }

  scheduleLater(entity: Entity): void {
    this.context.retryLater(() => this.schedule(entity));
  }

  async #run(entity: Entity): Promise<void> {
    entity.phase = 'running';
    try {
      const commit = await this.#batch(entity);
      if (commit === undefined) entity.rollBack();
      else {
        entity.phase = 'committing';
        this.context.commits.enqueue(commit);
      }
    } catch (error) {
      // The file cannot be read, or the host has a defect. The entity is unchanged, and the batch runs again later.
      this.context.log.error(`${entity.record.id}: a batch failed inside the host.`, error);
      entity.rollBack();
      this.scheduleLater(entity);
    }
  }

  /** @returns undefined when there is nothing to commit: all messages wait for the lock, or the host stops */
  async #batch(entity: Entity): Promise<CommitUnit | undefined> {
    const { maxEntityOperationBatchSize: limit } = this.context.settings;
    const selection = selectBatch(entity, limit);
    if (selection.consumed.length === 0) return undefined;
    for (const envelope of selection.consumed) envelope.state = 'inTurn';
    const outcome = await this.#outcome(entity.record, selection.operations);
    if (outcome === 'aborted') return undefined;
    for (const envelope of selection.consumed) envelope.state = 'committing';
    return this.#commit(entity, selection, outcome);
  }

  #commit(entity: Entity, selection: BatchSelection, outcome: BatchOutcome): CommitUnit {
    const now = this.context.now();
    const { exists, state } = outcome;
    const lockedBy = selection.grant === null ? selection.lockedBy : this.#lockOf(selection.grant.parent);
    const next: EntityRecord = { ...entity.record, exists, state, lockedBy, updated: now };
    const outgoing = outgoingMessages(entity.record.id, selection, outcome, now, newHexId);
    if (lockedBy !== null)
      outgoing.push(...this.#refuse(entity, selection.refused, abandonedText(entity.record.id, lockedBy)));
    if (this.#isLost(entity, selection)) return new LostBatch(this, entity, selection.consumed, outgoing);
    return new EntityBatchCommit(this, entity, selection.consumed, next, outgoing);
  }

  /** A lock that is granted after its execution has ended is never released. */
  #lockOf(sender: Sender): Lock {
    return this.orchestrations.mayHoldLocks(sender) ? sender : { ...sender, abandoned: true };
  }

  #refuse({ record: { id } }: Entity, messages: readonly EntityMessage[], text: string) {
    for (const message of messages) {
      const what = message.kind === 'operation' ? `the operation '${message.name}'` : 'a lock request';
      this.context.log.error(`${id}: ${what} from ${message.parent?.instanceId ?? 'a client'} failed. ${text}`);
    }
    return refusals(messages, text, this.context.now());
  }

  /**
   * Whether the replies of a batch leave and its state is lost (`--weather`). A batch that grants a lock is never lost:
   * what Azure does then is not established.
   */
  #isLost({ record }: Entity, { operations, grant }: BatchSelection): boolean {
    const { weather } = this.context;
    if (weather === undefined || grant !== null) return false;
    // Each operation is asked for once, so that the batch does not crash for it again.
    const unasked = operations.filter((operation) => !this.#askedForCrash.has(operation));
    for (const operation of unasked) this.#askedForCrash.add(operation);
    return unasked.filter((operation) => weather.crashes(describe(record, operation))).length > 0;
  }

  async #outcome(record: EntityRecord, operations: readonly OperationMessage[]): Promise<BatchOutcome | 'aborted'> {
    if (operations.length === 0) return failedBatch(record, 0, '');
    const { name } = entityName(record.id);
    const fn = this.context.functions.entity(name);
    if (fn === undefined) return this.#failAll(record, operations.length, unknownEntityText(name));
    try {
      const outcome = await runBatch(this.context.invoke, fn, record, operations);
      const unknown = this.#unknownTarget(outcome);
      if (unknown !== undefined) return this.#failAll(record, operations.length, unknownTargetText(unknown));
      this.#logFailures(record, operations, outcome);
      return outcome;
    } catch (thrown) {
      if (this.context.stopping) return 'aborted';
      return this.#failAll(record, operations.length, batchFailureText(fn.name, thrown), thrown);
    }
  }

  /** The operations are consumed: another run of the whole batch would fail again, without end. */
  #failAll(record: EntityRecord, count: number, reason: string, thrown: unknown = reason): BatchOutcome {
    this.context.log.error(`${record.id}: a batch of ${count} operations failed.`, thrown);
    return failedBatch(record, count, reason);
  }

  #unknownTarget({ signals }: BatchOutcome): string | undefined {
    const names = signals.map(({ to }) => entityName(to).name);
    return names.find((name) => this.context.functions.entity(name) === undefined);
  }

  /** Without these lines errors of signals would be lost: the library does not log them, and signals have no response. */
  #logFailures({ id }: EntityRecord, operations: readonly OperationMessage[], { responses }: BatchOutcome): void {
    for (const [index, { failed, result }] of responses.entries()) {
      if (!failed) continue;
      const name = operations[index]?.name ?? '';
      this.context.log.error(`${id}: the operation '${name}' failed.`, result);
      if (result?.startsWith('{')) this.#surprise(`${entityName(id).name} ${name}`, name, result);
    }
  }

  #surprise(name: string, operation: string, result: string): void {
    const message = `Callers of the operation '${operation}' see the message "[object Object]", as in Azure, because the library writes the error as ${result}. To give them a message, return it, or throw a string.`;
    this.context.log.surprise({ kind: 'entity error', name, message });
  }

  // Clients

  /** The record after the last commit. */
  status(id: EntityId): EntityRecord | undefined {
    return this.#entities.get(id)?.record ?? this.context.entityStore.find(id);
  }

  /** Why messages of clients wait forever in Azure; undefined when they do not. */
  problem(id: EntityId): string | undefined {
    const lockedBy = this.status(id)?.lockedBy;
    return lockedBy?.abandoned ? abandonedText(id, lockedBy) : undefined;
  }

  /** The entity as the instance that it is in Azure. */
  instance(id: EntityId): InstanceRecord | undefined {
    const record = this.status(id);
    return record && this.#instanceOf(record);
  }

  /** The entities of an instance filter, as instances, in the order of their ids. @param from the first id */
  instances(filter: InstanceFilter, from: string, limit: number): InstanceRecord[] {
    const records = this.context.entityStore.query(filter, from, limit);
    return records.map((record) => this.#instanceOf(this.#entities.get(record.id)?.record ?? record));
  }

  #instanceOf(record: EntityRecord): InstanceRecord {
    const { lockedBy } = record;
    const inbox = this.#entities.get(record.id)?.inbox ?? [];
    const waiting = lockedBy === null ? [] : inbox.filter(({ message }) => !isFrom(message, lockedBy));
    return entityInstance(
      record,
      waiting.map(({ message }) => message),
      this.context.entityStore.clocks(record.key),
    );
  }

  /** Deletes the entity. Calls and lock requests that wait for it fail. @returns false when it does not exist */
  purge(id: EntityId): Promise<boolean> {
    if (this.status(id) === undefined) return Promise.resolve(false);
    const entity = this.#resolve(id);
    const lost = entity.inbox.filter(({ state }) => state === 'waiting').map(({ message }) => message);
    const text = trapText(
      `waits forever, because the entity '${id}' was purged while the message waited for it`,
      'Purge entities that nobody uses.',
    );
    return new Promise((resolve, reject) => {
      let deliveries: (() => void)[] = [];
      this.context.commits.enqueue({
        write: () => {
          this.context.entityStore.delete(entity.record.key);
          deliveries = this.#refuse(entity, lost, text).map((outgoing) => postOutgoing(this, outgoing));
          entity.disposed = true;
          this.#entities.delete(id);
        },
        done: () => {
          for (const deliver of deliveries) deliver();
          resolve(true);
        },
        failed: (error) => {
          entity.disposed = false;
          this.#entities.set(id, entity);
          reject(error);
        },
      });
    });
  }
}

function unknownEntityText(name: string): string {
  return trapText(
    `waits forever, because the entity function '${name}' doesn't exist or is disabled`,
    'Compare the name with the registration of the function.',
  );
}

function unknownTargetText(name: string): string {
  return trapText(
    `loses a signal from an entity and stops other instances for minutes, because the entity function '${name}' doesn't exist or is disabled`,
    'Compare the name with the registration of the function.',
  );
}

/** Azure runs a batch again that fails as a whole, except after a timeout (TaskEntityShim.cs, ExecuteOutOfProcBatch). */
function batchFailureText(name: string, thrown: unknown): string {
  const { message, name: errorName } = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (errorName === 'FunctionTimeoutError' || message.startsWith('On Azure this ')) return message;
  return trapText(
    `waits forever, because the entity function '${name}' fails for all operations of a batch (${message})`,
    'Catch errors in hooks, and return a result for each operation.',
  );
}

/** A message as `--weather` knows it: what is the same when the same work is done again. */
function describe({ id }: EntityRecord, message: EntityMessage): string {
  const sender = message.parent?.instanceId ?? 'client';
  return message.kind === 'operation'
    ? `${id} ${message.name} ${message.input ?? ''} from ${sender}`
    : `${id} ${message.kind} from ${sender}`;
}
