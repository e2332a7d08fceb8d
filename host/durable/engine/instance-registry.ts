import { type EngineContext } from '../context.js';
import { type InstanceId } from '../ids.js';
import { isFinished } from '../runtime-status.js';
import { type Sender } from '../store/entity-messages.js';
import { type Instance } from '../turn/instance.js';
import { loadInstance } from './load-instance.js';

/** After this time recovery lets other work run. */
const RECOVERY_SLICE_MS = 20;

/**
 * The unfinished instances in memory.
 *
 * M1 There is at most one object for an id. `find` loads it from the file if recovery has not done so yet.
 * M2 `onLoad` runs once for each load: it starts the open tasks of the instance (activities and timers without a
 *    result) and schedules its next turn.
 */
export class InstanceRegistry {
  readonly #context: EngineContext;
  readonly #onLoad: (instance: Instance) => void;
  readonly #instances = new Map<InstanceId, Instance>();
  #loadedAll = false;

  constructor(context: EngineContext, onLoad: (instance: Instance) => void) {
    this.#context = context;
    this.#onLoad = onLoad;
  }

  /** The unfinished instance with the id, or undefined (M1). */
  find(id: InstanceId): Instance | undefined {
    const instance = this.#instances.get(id);
    if (instance !== undefined) return instance.disposed ? undefined : instance;
    return this.#loadedAll ? undefined : this.#load(id);
  }

  /** The instance, if its current execution is the sender. */
  findExecution({ instanceId, executionId }: Sender): Instance | undefined {
    const instance = this.find(instanceId);
    return instance?.record.execution === executionId ? instance : undefined;
  }

  /** Whether the execution may hold locks: neither it nor its function has ended (turn.ts, R3). */
  mayHoldLocks(sender: Sender): boolean {
    return this.findExecution(sender)?.state.functionEnded === false;
  }

  /** Whether the id is in use. An instance that is being purged still uses it. */
  isIdInUse(id: InstanceId): boolean {
    return this.find(id) !== undefined || this.#instances.has(id);
  }

  add(instance: Instance): void {
    this.#instances.set(instance.record.id, instance);
  }

  /** Removes the object from memory. `reload` brings it back if the file still has the instance as unfinished. */
  remove(instance: Instance): void {
    instance.dispose();
    if (this.#instances.get(instance.record.id) === instance) this.#instances.delete(instance.record.id);
  }

  /** After a failed commit or a rewind, the file can have an unfinished instance that memory does not have. */
  reload(id: InstanceId): void {
    if (!this.#instances.has(id)) this.#load(id);
  }

  /** Loads all unfinished instances. Resolves early when the host stops. */
  async loadAll(): Promise<void> {
    let sliceEnd = performance.now() + RECOVERY_SLICE_MS;
    for (const id of this.#context.store.unfinishedIds()) {
      if (this.#context.stopping) return;
      if (!this.#instances.has(id)) this.#load(id);
      if (performance.now() < sliceEnd) continue;
      await new Promise((resolve) => setImmediate(resolve));
      sliceEnd = performance.now() + RECOVERY_SLICE_MS;
    }
    this.#loadedAll = true;
  }

  removeAll(): void {
    for (const instance of this.#instances.values()) instance.dispose();
    this.#instances.clear();
  }

  #load(id: InstanceId): Instance | undefined {
    const { store, log } = this.#context;
    const record = store.find(id);
    if (record === undefined || isFinished(record.status)) return undefined;
    try {
      const instance = loadInstance(store, record);
      this.add(instance);
      this.#onLoad(instance); // M2
      return instance;
    } catch (error) {
      log.error(`The instance ${id} cannot be read from the state file and is left unchanged.`, error);
      return undefined;
    }
  }
}
