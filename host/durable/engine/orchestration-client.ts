import { type Engine } from './engine.js';
import { type HistoryEvent, decodeEvents } from '../store/history-events.js';
import { type InstanceId, type InstanceKey, newExecutionId, newInstanceId } from '../ids.js';
import { Instance, newExecution } from '../turn/instance.js';
import { type ClientMessage } from '../store/messages.js';
import { planRewind, type RewindPlan, writeRewind } from './rewind.js';
import { FINISHED, isFinished, RuntimeStatus } from '../runtime-status.js';
import { type InstanceFilter, type InstanceRecord, type PageStart } from '../store/instance-store.js';

export interface StartRequest {
  name: string;
  /** Default: a new one. */
  id?: InstanceId;
  /** JSON text. */
  input: string | null;
  version: string | null;
}

export type StartOutcome = { kind: 'started'; instance: Instance } | { kind: 'exists'; status: RuntimeStatus };
export type SendOutcome = 'sent' | 'unknown' | 'finished';

/** At most so many instances go in one transaction, so that a large purge lets other work in. */
const PURGE_CHUNK = 500;

/** What clients do with instances (host contract, 9). Everything is durable when its promise resolves. */
export class DurableClient {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @throws what the state file threw */
  start({ name, id, input, version }: StartRequest): Promise<StartOutcome> {
    const engine = this.#engine;
    const taken = id === undefined ? undefined : this.#taken(id);
    if (taken !== undefined && !this.#mayReplace(taken))
      return Promise.resolve({ kind: 'exists', status: taken.status });
    const now = engine.now();
    const instance = new Instance(
      {
        key: engine.nextKey(),
        id: id ?? newInstanceId(),
        execution: newExecutionId(),
        name,
        version: version ?? engine.settings.defaultVersion ?? '',
        status: RuntimeStatus.Pending,
        created: now,
        updated: now,
        custom: null,
        parent: null,
        input,
        output: null,
      },
      newExecution(),
      [],
      false,
    );
    return this.#insert(instance, taken);
  }

  /** The instance that has the id, finished or not, or one that is being purged just now. */
  #taken(id: InstanceId): InstanceRecord | undefined {
    return this.#engine.live(id)?.record ?? this.#engine.store.find(id);
  }

  #mayReplace({ id, status }: InstanceRecord): boolean {
    if (this.#engine.settings.overridableExistingInstanceStates === 'AnyState') return true;
    return isFinished(status) && !this.#engine.holds(id);
  }

  #insert(instance: Instance, replaced: InstanceRecord | undefined): Promise<StartOutcome> {
    const engine = this.#engine;
    const old = replaced && engine.live(replaced.id);
    old?.dispose();
    engine.adopt(instance);
    engine.schedule(instance);
    return new Promise((resolve, reject) => {
      engine.group.enqueue({
        write: () => {
          if (replaced !== undefined) engine.store.deleteInstance(replaced.key);
          engine.store.insertInstance(instance.record);
        },
        done: () => {
          instance.committed = true;
          if (old !== undefined) engine.freeLocks(old.record.execution);
          resolve({ kind: 'started', instance });
        },
        failed: (error) => {
          engine.forget(instance);
          if (old !== undefined) engine.reload(old.record.id);
          reject(error);
        },
      });
    });
  }

  /** @throws what the state file threw */
  send(id: InstanceId, message: ClientMessage): Promise<SendOutcome> {
    const instance = this.#engine.live(id);
    if (instance === undefined) {
      return Promise.resolve(this.#engine.store.find(id) === undefined ? 'unknown' : 'finished');
    }
    return new Promise((resolve, reject) => {
      const ack = { durable: () => resolve('sent'), failed: (error: Error) => reject(error) };
      this.#engine.send(instance, message, ack);
    });
  }

  /** As of the last commit. */
  status(id: InstanceId): InstanceRecord | undefined {
    const instance = this.#engine.live(id);
    if (instance === undefined) return this.#engine.store.find(id);
    return instance.committed ? instance.record : undefined;
  }

  history({ key }: InstanceRecord): HistoryEvent[] {
    return this.#engine.store.history(key).flatMap(decodeEvents);
  }

  /** Instances by creation. What runs is reported as memory has it, which may be newer than the file. */
  list(filter: InstanceFilter, after: PageStart, limit: number): InstanceRecord[] {
    const records = this.#engine.store.query(filter, after, limit);
    return records.map((record) => {
      if (isFinished(record.status)) return record;
      const live = this.#engine.live(record.id)?.record;
      return live?.key === record.key ? live : record;
    });
  }

  /** Resolves with the record once the instance has ended, or with null at `deadline` (ms) or when `signal` aborts. */
  wait(instance: Instance, deadline: number, signal: AbortSignal): Promise<InstanceRecord | null> {
    return new Promise((resolve) => {
      const end = (record: InstanceRecord | null) => {
        unwatch();
        cancel();
        signal.removeEventListener('abort', giveUp);
        resolve(record);
      };
      const giveUp = () => end(null);
      const unwatch = this.#engine.watch(instance, end);
      const cancel = this.#engine.at(deadline, giveUp);
      signal.addEventListener('abort', giveUp);
    });
  }

  /**
   * Takes a failed instance back to before its failure, with the failed children that it waited for, and lets it run
   * again (host contract, 9.4).
   *
   * @returns what stands against it; undefined when it is done
   */
  rewind(record: InstanceRecord, reason: string | null): Promise<string | undefined> {
    const plans: RewindPlan[] = [];
    const problem = planRewind(this.#engine, record, plans);
    if (problem !== undefined) return Promise.resolve(problem);
    return new Promise((resolve, reject) => {
      this.#engine.group.enqueue({
        write: () => {
          for (const plan of plans) writeRewind(this.#engine, plan, reason);
        },
        done: () => {
          for (const plan of plans) this.#engine.reload(plan.record.id);
          resolve(undefined);
        },
        failed: reject,
      });
    });
  }

  /** Deletes one instance, whatever its state (host contract, 9.6). False: there is none. */
  purge(id: InstanceId): Promise<boolean> {
    const record = this.status(id);
    if (record === undefined) return Promise.resolve(false);
    return this.#delete([record]).then(() => true);
  }

  /**
   * Deletes the finished instances of a filter. The product also deletes unfinished ones when no status is asked for
   * (host contract, 5.8): that is refused here, as it recommends.
   */
  async purgeBy(filter: InstanceFilter): Promise<number> {
    const asked = filter.statuses?.length ? filter.statuses : FINISHED;
    const statuses = asked.filter(isFinished);
    if (statuses.length === 0) return 0;
    let after: PageStart = { created: -Infinity, key: 0 };
    let count = 0;
    for (;;) {
      const records = this.#engine.store.query({ ...filter, statuses }, after, PURGE_CHUNK);
      const last = records.at(-1);
      if (last === undefined) return count;
      await this.#delete(records);
      after = last;
      count += records.length;
    }
  }

  #delete(records: readonly InstanceRecord[]): Promise<void> {
    const engine = this.#engine;
    const keys: InstanceKey[] = records.map(({ key }) => key);
    const live = records.map(({ id }) => engine.live(id)).filter((instance) => instance !== undefined);
    const affected = live.filter(({ record }) => keys.includes(record.key));
    for (const instance of affected) instance.dispose(); // it keeps its id until the rows are gone
    return new Promise((resolve, reject) => {
      engine.group.enqueue({
        write: () => {
          for (const key of keys) engine.store.deleteInstance(key);
        },
        done: () => {
          for (const instance of affected) engine.forget(instance);
          for (const { record } of affected) engine.freeLocks(record.execution);
          resolve();
        },
        failed: (error) => {
          for (const instance of affected) {
            engine.forget(instance);
            engine.reload(instance.record.id);
          }
          reject(error);
        },
      });
    });
  }
}
