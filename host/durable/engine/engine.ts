import { type DurableExtensionOptions, type HostFunction } from '../../contracts.js';
import { type ActivityOutcome, ActivityRunner } from './activity-runner.js';
import { planChildren } from './sub-orchestrations.js';
import { Entities } from '../entities/entity-engine.js';
import { type Sender } from '../store/entity-messages.js';
import { EntityStore } from '../store/entity-store.js';
import { FunctionTable } from '../function-table.js';
import { GroupCommit } from '../store/group-commit.js';
import { type ExecutionId, type InstanceId, type InstanceKey, type TaskId } from '../ids.js';
import { type Instance } from '../turn/instance.js';
import { loadInstance } from './load-instance.js';
import { MessageOperation } from '../store/message-commit.js';
import { type Acknowledge, encodeMessage, type Envelope, envelope, type Message } from '../store/messages.js';
import { type OpenTask } from '../turn/open-tasks.js';
import { isFinished, RuntimeStatus } from '../runtime-status.js';
import { type StateFile } from '../store/state-file.js';
import { type InstanceRecord, Store } from '../store/instance-store.js';
import { Timers } from '../timers.js';
import { runTurn, type TurnEnvironment } from '../turn/turn.js';
import { TurnOperation } from './turn-commit-unit.js';
import { WorkQueue } from '../work-queue.js';

const LOG_CATEGORY = 'Host.Triggers.DurableTask';
/** Before a turn is tried again whose commit failed, for instance because the disk is full. */
const RETRY_AFTER_MS = 1_000;
/** Recovery lets other work in after that long. */
const RECOVERY_SLICE_MS = 20;

/**
 * The instances in memory and what moves them: messages in, turns, commits, work out.
 *
 * M1 `#instances` holds every unfinished instance that was touched since the start, the one and only object for its
 *    id. Whoever needs another one calls `live`, which loads it from the file.
 * M2 Work goes out (activities, timers, children) only from the `done` of a commit, or at recovery.
 * M3 What recovery derives from a history (activities and timers without an answer) is set going once per load.
 */
export class Engine {
  readonly store: Store;
  readonly entityStore: EntityStore;
  readonly entities: Entities;
  readonly group: GroupCommit;
  readonly functions: FunctionTable;
  readonly #options: DurableExtensionOptions;
  readonly #timers: Timers;
  readonly #activities: ActivityRunner;
  readonly #turns: WorkQueue<Instance>;
  readonly #turnEnvironment: TurnEnvironment;
  readonly #instances = new Map<InstanceId, Instance>();
  readonly #watchers = new Map<InstanceKey, Set<(record: InstanceRecord | null) => void>>();
  #lastKey: number;
  #lastSeq: number;
  #stopping = false;
  #recovered = false;

  constructor(options: DurableExtensionOptions, file: StateFile) {
    const { settings, invoke, clock } = options;
    this.#options = options;
    this.store = new Store(file);
    this.entityStore = new EntityStore(file);
    this.functions = new FunctionTable(options.functions);
    this.#timers = new Timers(clock);
    const stopping = () => this.#stopping;
    this.#activities = new ActivityRunner({
      limit: settings.maxConcurrentActivityFunctions,
      invoke,
      activity: (name) => this.functions.activity(name),
      stopping,
      done: (instance, task, outcome) => this.#answered(instance, task.id, outcome),
      failed: (instance, name, thrown) => this.warn(`The activity ${name} failed.`, instance, thrown),
    });
    this.#turns = new WorkQueue(settings.maxConcurrentOrchestratorFunctions, (instance) => this.#turn(instance));
    this.#turnEnvironment = {
      settings,
      invoke,
      orchestrator: (name) => this.functions.orchestrator(name),
      now: () => clock.now(),
      stopping,
    };
    this.entities = new Entities(this);
    this.group = new GroupCommit(
      (work) => file.transaction(work),
      () => {
        this.#turns.pump();
        this.entities.pump();
      },
    );
    ({ key: this.#lastKey, seq: this.#lastSeq } = file.highest());
  }

  // Life

  /** Resolves when everything unfinished is under way again. */
  async recover(): Promise<void> {
    this.write(() => {
      this.store.deleteOrphanedMessages();
      this.entityStore.deleteAllVacant();
    });
    this.group.flush();
    this.#turns.open();
    this.#activities.queue.open();
    this.entities.open();
    let sliceEnd = performance.now() + RECOVERY_SLICE_MS;
    for (const id of this.store.unfinishedIds()) {
      if (this.#stopping) return;
      this.#tryLoad(id);
      if (performance.now() < sliceEnd) continue;
      await new Promise((resolve) => setImmediate(resolve));
      sliceEnd = performance.now() + RECOVERY_SLICE_MS;
    }
    this.#recovered = true;
    this.entities.recover();
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    this.#timers.stop();
    for (const watchers of this.#watchers.values()) for (const watcher of [...watchers]) watcher(null);
    const quiet = Promise.all([this.#turns.close(), this.#activities.queue.close(), this.entities.close()]);
    const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
    await Promise.race([quiet, grace]);
    while (!this.group.idle) this.group.flush(); // what was done is kept
    for (const instance of this.#instances.values()) instance.dispose();
    this.#instances.clear();
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  // Identities

  nextKey(): InstanceKey {
    return ++this.#lastKey as InstanceKey;
  }

  /** Writes a message's row, inside a transaction, and returns its number. */
  insertMessage(receiver: InstanceKey, text: string): number {
    const row = ++this.#lastSeq;
    this.store.insertMessage(row, receiver, text);
    return row;
  }

  now(): number {
    return this.#options.clock.now();
  }

  /** Calls back at `due` (ms since the epoch). Returns how to cancel it. */
  at(due: number, callback: () => void): () => void {
    return this.#timers.add(due, callback);
  }

  get settings() {
    return this.#options.settings;
  }

  get invoke() {
    return this.#options.invoke;
  }

  /** Calls back in a while, to try again what failed in the host. */
  later(callback: () => void): void {
    this.#timers.add(this.now() + RETRY_AFTER_MS, callback);
  }

  /** Writes by the way: a failure is logged and changes nothing. */
  write(work: () => void): void {
    const failed = (error: Error) => this.logError('The state file could not be tidied.', error);
    this.group.enqueue({ write: work, done: () => undefined, failed });
  }

  // Instances

  /** The unfinished instance of that id, or undefined (M1). */
  live(id: InstanceId): Instance | undefined {
    const instance = this.#instances.get(id);
    if (instance !== undefined) return instance.disposed ? undefined : instance;
    return this.#recovered ? undefined : this.#tryLoad(id);
  }

  /** Whether that very execution may hold locks: neither it nor its function has ended (turn.ts, R3). */
  mayLock({ instanceId, executionId }: Sender): boolean {
    const instance = this.live(instanceId);
    return instance?.record.execution === executionId && !instance.state.functionEnded;
  }

  /** Tells the entities which the execution has locked that it may not hold locks any more. */
  freeLocks(execution: ExecutionId): void {
    this.entities.freeLocks(execution);
  }

  /** Whether a new instance may take the id right now; one being purged still holds it. */
  holds(id: InstanceId): boolean {
    return this.live(id) !== undefined || this.#instances.has(id);
  }

  adopt(instance: Instance): void {
    this.#instances.set(instance.record.id, instance);
  }

  /** Takes the object out of memory. If the file still has the instance as unfinished, `live` brings it back. */
  forget(instance: Instance): void {
    instance.dispose();
    if (this.#instances.get(instance.record.id) === instance) this.#instances.delete(instance.record.id);
  }

  /** After a failed commit the file may know an instance that memory has let go. */
  reload(id: InstanceId): void {
    if (!this.#instances.has(id)) this.#tryLoad(id);
  }

  #tryLoad(id: InstanceId): Instance | undefined {
    if (this.#instances.has(id)) return this.live(id);
    const record = this.store.find(id);
    if (record === undefined || isFinished(record.status)) return undefined;
    try {
      const instance = loadInstance(this.store, record);
      this.adopt(instance);
      for (const task of instance.state.open.values()) this.begin(instance, task); // M3
      this.schedule(instance);
      return instance;
    } catch (error) {
      this.logError(`The instance ${id} cannot be read from the state file and stays as it is.`, error);
      return undefined;
    }
  }

  // Messages

  send(instance: Instance, message: Message, ack: Acknowledge | null = null): void {
    const sent = envelope(message, ack);
    this.receive(instance, sent);
    // A timer that fired is still open in the history and fires again: it needs no row.
    if (message.kind !== 'timerFired') this.keep(instance, sent);
  }

  receive(instance: Instance, received: Envelope): void {
    const { row } = received;
    if (instance.disposed) {
      if (row !== null) this.write(() => this.store.deleteMessage(row)); // it ended in the same commit
      return;
    }
    instance.inbox.push(received);
    this.schedule(instance);
  }

  keep(instance: Instance, kept: Envelope): void {
    const insert = (text: string) => this.insertMessage(instance.record.key, text);
    this.group.enqueue(new MessageOperation(instance, kept, insert));
  }

  /** Writes a message to an execution inside a transaction. @returns how to deliver it once that is durable */
  post({ instanceId, executionId }: Sender, message: Message): () => void {
    const to = this.live(instanceId);
    return to?.record.execution === executionId ? this.postTo(to, message) : () => undefined; // nobody waits any more
  }

  postTo(to: Instance, message: Message): () => void {
    const row = this.insertMessage(to.record.key, encodeMessage(message));
    return () => this.receive(to, envelope(message, null, row));
  }

  // Work

  begin(instance: Instance, task: OpenTask): void {
    switch (task.kind) {
      case 'activity':
        this.#activities.add(instance, task);
        return;
      case 'timer':
        instance.timers.set(
          task.id,
          this.#timers.add(task.fireAt, () => this.#fire(instance, task.id, task.fireAt)),
        );
        return;
      case 'child': // goes by its own row
        return;
      default:
        task satisfies never;
    }
  }

  #fire(instance: Instance, taskId: TaskId, fireAt: number): void {
    instance.timers.delete(taskId);
    const { execution } = instance.record;
    this.send(instance, { kind: 'timerFired', at: this.now(), execution, taskId, fireAt });
  }

  #answered(instance: Instance, taskId: TaskId, outcome: ActivityOutcome): void {
    if (instance.disposed) return; // finished or purged meanwhile
    this.send(instance, { at: this.now(), execution: instance.record.execution, taskId, ...outcome });
  }

  // Turns

  schedule(instance: Instance): void {
    if (instance.phase !== 'idle' || !instance.hasWork) return;
    instance.phase = 'queued';
    this.#turns.push(instance);
    this.group.arm();
  }

  scheduleLater(instance: Instance): void {
    this.later(() => this.schedule(instance));
  }

  async #turn(instance: Instance): Promise<void> {
    if (instance.disposed) return;
    instance.phase = 'running';
    const replayMark = instance.state.replay.length;
    try {
      const commit = await runTurn(instance, this.#turnEnvironment);
      if (commit === 'aborted') {
        instance.rollBack(replayMark);
        if (!this.#stopping) this.#tookTooLong(instance);
        return;
      }
      for (const consumed of commit.consumed) consumed.state = 'committing';
      instance.phase = 'committing';
      const children = commit.end.kind === 'open' ? planChildren(this, instance, commit.opened) : [];
      this.group.enqueue(new TurnOperation(this, instance, commit, children));
    } catch (error) {
      // The file cannot be read, or the host has a bug. The instance stays as it was and is tried again in a while.
      this.warn('A turn of the orchestration failed inside the host.', instance, error);
      instance.rollBack(replayMark);
      this.scheduleLater(instance);
    }
  }

  /** Nothing else would tell why the instance does not get on. */
  #tookTooLong(instance: Instance): void {
    const { id, name } = instance.record;
    const what = 'A turn took longer than "functionTimeout" in host.json allows; it will be tried again.';
    this.#options.logger.log('error', LOG_CATEGORY, `${id} (${name}): ${what}`);
    this.scheduleLater(instance);
  }

  finished(instance: Instance): void {
    const { record, inbox } = instance;
    this.forget(instance);
    this.freeLocks(record.execution);
    // A crash before this leaves rows that recovery removes.
    if (inbox.length > 0) this.write(() => this.store.deleteMessagesOf(record.key));
    for (const watcher of [...(this.#watchers.get(record.key) ?? [])]) watcher(record);
    this.#watchers.delete(record.key);
    const level = record.status === RuntimeStatus.Failed ? 'error' : 'debug';
    const how = level === 'error' ? `has failed: ${record.output ?? ''}` : 'has ended.';
    this.#options.logger.log(level, LOG_CATEGORY, `${record.id}: ${record.name} ${how}`);
  }

  /** Calls back once, when the instance has ended, or with null when the host stops. Returns how to give up. */
  watch(instance: Instance, watcher: (record: InstanceRecord | null) => void): () => void {
    const { key } = instance.record;
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(key);
    };
  }

  // Log

  warn(message: string, { record }: Instance, error: unknown): void {
    this.logError(`${record.id} (${record.name}): ${message}`, error);
  }

  logError(message: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.logger.log('error', LOG_CATEGORY, message, { error: text });
  }

  orchestratorNames(): string[] {
    return this.functions.orchestrators().map(({ name }: HostFunction) => name);
  }
}
