import { type InstanceKey } from '../ids.js';
import { type InstanceRecord } from '../store/instance-store.js';

type Watcher = (record: InstanceRecord | null) => void;

/** Clients that wait for the end of an instance. */
export class CompletionWatchers {
  readonly #watchers = new Map<InstanceKey, Set<Watcher>>();

  /**
   * Calls back once, when the instance has ended, or with null when the host stops.
   *
   * @returns removes the watcher
   */
  watch(key: InstanceKey, watcher: Watcher): () => void {
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.#watchers.delete(key);
    };
  }

  notify(record: InstanceRecord): void {
    for (const watcher of [...(this.#watchers.get(record.key) ?? [])]) watcher(record);
    this.#watchers.delete(record.key);
  }

  stop(): void {
    for (const watchers of this.#watchers.values()) for (const watcher of [...watchers]) watcher(null);
  }
}
