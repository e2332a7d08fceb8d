import { type InstanceId, type InstanceKey, isEntityId, newClientExecutionId, newInstanceId } from '../ids.js';
import { FINISHED, isFinished, RuntimeStatus, UNFINISHED } from '../runtime-status.js';
import { decodeEvents, type HistoryEvent } from '../store/history-events.js';
import { type InstanceFilter, type InstanceRecord } from '../store/instance-store.js';
import { type ClientMessage } from '../store/messages.js';
import { newExecution } from '../turn/execution-state.js';
import { Instance } from '../turn/instance.js';
import { heldEvents, startEvent } from '../turn/message-selection.js';
import { type EngineParts } from './engine-parts.js';
import { planRewind, type RewindPlan, writeRewind } from './rewind.js';

export interface StartRequest {
  name: string;
  /** Default: a new one. */
  id?: InstanceId;
  /** JSON text. */
  input: string | null;
  /** Default: `defaultVersion` of host.json. */
  version: string | null;
}

/** Azure counts the instances that clients start with one id (AzureStorageOrchestrationService.cs). */
function generationAfter(existing: InstanceRecord | undefined): number | null {
  if (existing === undefined) return 0;
  return existing.generation === null ? null : existing.generation + 1;
}

type StartOutcome = { kind: 'started'; instance: Instance } | { kind: 'exists'; status: RuntimeStatus };
type SendOutcome = 'sent' | 'unknown' | 'finished';

/** Instances per transaction of a purge, so that other work runs during a large purge. */
const PURGE_BATCH_SIZE = 500;

/**
 * The operations of clients on instances (host contract, 9). When a promise resolves, its change is durable; it rejects
 * with the error of the state file when the change cannot be written.
 */
export class OrchestrationClient {
  readonly #parts: EngineParts;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  start({ name, id, input, version }: StartRequest): Promise<StartOutcome> {
    const { context } = this.#parts;
    const existing = id === undefined ? undefined : this.#existing(id);
    if (existing !== undefined && !this.#mayReplace(existing))
      return Promise.resolve({ kind: 'exists', status: existing.status });
    const now = context.now();
    const instance = new Instance(
      {
        key: context.nextKey(),
        id: id ?? newInstanceId(),
        execution: newClientExecutionId(),
        name,
        version: version ?? context.settings.defaultVersion ?? '',
        status: RuntimeStatus.Pending,
        created: now,
        updated: now,
        custom: null,
        parent: null,
        input,
        output: null,
        generation: generationAfter(existing),
      },
      newExecution(),
      [],
      false,
    );
    return this.#insert(instance, existing);
  }

  /** The instance with the id: unfinished, finished or being purged. */
  #existing(id: InstanceId): InstanceRecord | undefined {
    return this.#parts.registry.find(id)?.record ?? this.#parts.context.store.find(id);
  }

  #mayReplace({ id, status }: InstanceRecord): boolean {
    if (this.#parts.context.settings.overridableExistingInstanceStates === 'AnyState') return true;
    return isFinished(status) && !this.#parts.registry.isIdInUse(id);
  }

  #insert(instance: Instance, replaced: InstanceRecord | undefined): Promise<StartOutcome> {
    const { context, registry, turns } = this.#parts;
    let deliveries: (() => void)[] = [];
    const unfinished = replaced && registry.find(replaced.id);
    unfinished?.dispose();
    registry.add(instance);
    turns.scheduleStart(instance);
    return new Promise((resolve, reject) => {
      context.commits.enqueue({
        write: () => {
          if (replaced !== undefined) context.store.deleteInstance(replaced.key);
          context.store.insertInstance(instance.record);
          if (unfinished !== undefined) deliveries = this.#abandonLocks(unfinished);
        },
        done: () => {
          instance.committed = true;
          for (const deliver of deliveries) deliver();
          resolve({ kind: 'started', instance });
        },
        failed: (error) => {
          registry.remove(instance);
          if (unfinished !== undefined) registry.reload(unfinished.record.id);
          reject(error);
        },
      });
    });
  }

  /** Inside a transaction. @returns delivers the messages once they are durable */
  #abandonLocks({ state, record }: Instance): (() => void)[] {
    return (state.lock?.entities ?? []).map((entity) => this.#parts.entities.abandon(entity, record));
  }

  send(id: InstanceId, message: ClientMessage): Promise<SendOutcome> {
    const instance = this.#parts.registry.find(id);
    if (instance === undefined) {
      return Promise.resolve(this.#parts.context.store.find(id) === undefined ? 'unknown' : 'finished');
    }
    return new Promise((resolve, reject) => {
      const ack = { durable: () => resolve('sent'), failed: (error: Error) => reject(error) };
      this.#parts.messages.send(instance, message, ack);
    });
  }

  /** The record after the last commit, also that of an entity. */
  status(id: InstanceId): InstanceRecord | undefined {
    const instance = this.#parts.registry.find(id);
    if (instance !== undefined) return instance.committed ? instance.record : undefined;
    return this.#parts.context.store.find(id) ?? (isEntityId(id) ? this.#parts.entities.instance(id) : undefined);
  }

  /** The record as a client sees it: that of the last commit or, with `--weather`, of the one before. */
  shown(record: InstanceRecord): InstanceRecord {
    return this.#parts.context.oldStatuses?.shown(record) ?? record;
  }

  history(record: InstanceRecord): HistoryEvent[] {
    if (isEntityId(record.id) && record.name === record.id) return [startEvent(record, new Date(record.created))];
    const events = this.#parts.context.store.history(record.key).flatMap(decodeEvents);
    const instance = this.#parts.registry.find(record.id);
    return instance?.record.key === record.key ? [...events, ...heldEvents(instance)] : events;
  }

  /**
   * Instances and entities by id, from the id `from`. Records of unfinished ones come from memory, which can be newer than
   * the file.
   */
  list(filter: InstanceFilter, from: string, limit: number): InstanceRecord[] {
    const records = this.#parts.context.store.query(filter, from, limit);
    const current = records.map((record) => {
      if (isFinished(record.status)) return record;
      const inMemory = this.#parts.registry.find(record.id)?.record;
      return inMemory?.key === record.key ? inMemory : record;
    });
    const entities = this.#parts.entities.instances(filter, from, limit);
    return entities.length === 0 ? current : [...current, ...entities].sort(byId).slice(0, limit);
  }

  /**
   * Waits for the end of an instance.
   *
   * @param deadline ms since the epoch
   * @returns the record once the instance has ended; null at `deadline`, when `signal` aborts or when the host stops
   */
  wait(instance: Instance, deadline: number, signal: AbortSignal): Promise<InstanceRecord | null> {
    const { context, watchers } = this.#parts;
    return new Promise((resolve) => {
      const end = (record: InstanceRecord | null) => {
        unwatch();
        cancelTimer();
        signal.removeEventListener('abort', abort);
        resolve(record);
      };
      const abort = () => end(null);
      const unwatch = watchers.watch(instance.record.key, end);
      const cancelTimer = context.timers.add(deadline, abort);
      signal.addEventListener('abort', abort);
    });
  }

  /**
   * Takes a failed instance back to before its failure, with its failed sub-orchestrations, and runs it again (host
   * contract, 9.4).
   *
   * @returns why that is not possible; undefined when it is done
   */
  rewind(record: InstanceRecord, reason: string | null): Promise<string | undefined> {
    const { context, registry } = this.#parts;
    const plans: RewindPlan[] = [];
    const problem = planRewind(context.store, record, plans);
    if (problem !== undefined) return Promise.resolve(problem);
    return new Promise((resolve, reject) => {
      context.commits.enqueue({
        write: () => {
          for (const plan of plans) writeRewind(context, plan, reason);
        },
        done: () => {
          for (const plan of plans) registry.reload(plan.record.id);
          resolve(undefined);
        },
        failed: reject,
      });
    });
  }

  /** Deletes one instance with any status, or an entity (host contract, 9.6). @returns false when it does not exist */
  purge(id: InstanceId): Promise<boolean> {
    const record = this.#existing(id);
    if (record !== undefined) return this.#delete([record]).then(() => true);
    return isEntityId(id) ? this.#parts.entities.purge(id) : Promise.resolve(false);
  }

  /**
   * Deletes the instances of a filter in the finished statuses that it has. Without one, Azure deletes everything of the
   * time range; here this is refused when something would be lost (docs/host.md, Traps).
   *
   * @returns the number of deleted instances
   */
  async purgeBy(filter: InstanceFilter): Promise<number | 'refused'> {
    const statuses = filter.statuses?.filter(isFinished) ?? [];
    if (statuses.length === 0 && this.#hasUnfinished(filter)) return 'refused';
    const finished = { ...filter, statuses: statuses.length === 0 ? FINISHED : statuses };
    let from = '';
    let count = 0;
    for (;;) {
      const records = this.#parts.context.store.query(finished, from, PURGE_BATCH_SIZE);
      const last = records.at(-1);
      if (last === undefined) return count;
      await this.#delete(records);
      from = last.id;
      count += records.length;
    }
  }

  /** Whether the time range has unfinished instances or entities. */
  #hasUnfinished(filter: InstanceFilter): boolean {
    const { store, entityStore } = this.#parts.context;
    if (store.query({ ...filter, statuses: UNFINISHED }, '', 1).length > 0) return true;
    return entityStore.query({ ...filter, statuses: [] }, '', 1).length > 0;
  }

  #delete(records: readonly InstanceRecord[]): Promise<void> {
    const { context, registry } = this.#parts;
    let deliveries: (() => void)[] = [];
    const keys: InstanceKey[] = records.map(({ key }) => key);
    const inMemory = records.map(({ id }) => registry.find(id)).filter((instance) => instance !== undefined);
    const unfinished = inMemory.filter(({ record }) => keys.includes(record.key));
    for (const instance of unfinished) instance.dispose(); // its id stays in use until the rows are deleted
    return new Promise((resolve, reject) => {
      context.commits.enqueue({
        write: () => {
          for (const key of keys) context.store.deleteInstance(key);
          deliveries = unfinished.flatMap((instance) => this.#abandonLocks(instance));
        },
        done: () => {
          for (const instance of unfinished) registry.remove(instance);
          for (const deliver of deliveries) deliver();
          resolve();
        },
        failed: (error) => {
          for (const instance of unfinished) {
            registry.remove(instance);
            registry.reload(instance.record.id);
          }
          reject(error);
        },
      });
    });
  }
}

function byId(a: InstanceRecord, b: InstanceRecord): number {
  return a.id < b.id ? -1 : 1;
}
