import { type DurableExtensionOptions, type DurableSettings, type DurableWeather, type Invoke } from '../contracts.js';
import { FunctionTable } from './function-table.js';
import { type InstanceKey } from './ids.js';
import { DurableLog } from './log.js';
import { OldStatuses } from './old-statuses.js';
import { EntityStore } from './store/entity-store.js';
import { GroupCommit } from './store/group-commit.js';
import { InstanceStore } from './store/instance-store.js';
import { type StateFile } from './store/state-file.js';
import { Timers } from './timers.js';

/** Wait before a turn or batch whose commit failed runs again, for example because the disk is full. */
const RETRY_AFTER_MS = 1_000;

/** What all parts of the engine share: the app's functions, the stores, the commits, the clock and the log. */
export class EngineContext {
  readonly settings: DurableSettings;
  readonly invoke: Invoke;
  readonly functions: FunctionTable;
  readonly store: InstanceStore;
  readonly entityStore: EntityStore;
  readonly commits: GroupCommit;
  readonly timers: Timers;
  readonly log: DurableLog;
  /** Absent without `--weather`. */
  readonly weather: DurableWeather | undefined;
  readonly oldStatuses: OldStatuses | undefined;
  /** The host shuts down: nothing new starts, and a failure now is not a failure of the app. */
  stopping = false;
  readonly #file: StateFile;
  readonly #now: () => number;

  /** @param beforeCommit starts turns and batches (group-commit.ts, G5) */
  constructor(
    { settings, invoke, functions, clock, logger, weather }: DurableExtensionOptions,
    file: StateFile,
    beforeCommit: () => void,
  ) {
    this.settings = settings;
    this.invoke = invoke;
    this.functions = new FunctionTable(functions);
    this.store = new InstanceStore(file);
    this.entityStore = new EntityStore(file);
    this.commits = new GroupCommit((work) => file.transaction(work), beforeCommit);
    this.timers = new Timers(clock);
    this.log = new DurableLog(logger);
    this.weather = weather;
    this.oldStatuses = weather && new OldStatuses(weather, this.timers, () => clock.now());
    this.#file = file;
    this.#now = () => clock.now();
  }

  /** ms since the epoch. */
  now(): number {
    return this.#now();
  }

  /** A new key for the row of an instance or an entity. */
  nextKey(): InstanceKey {
    return this.#file.nextKey();
  }

  /** Calls back immediately, or later when the message is late (`--weather`). */
  deliver(message: () => string, callback: () => void): void {
    const lateMs = this.weather?.lateMs(message()) ?? 0;
    if (lateMs === 0) callback();
    else this.timers.add(this.now() + lateMs, callback);
  }

  /** Calls back after a wait, to retry after an error of the host. */
  retryLater(callback: () => void): void {
    this.timers.add(this.now() + RETRY_AFTER_MS, callback);
  }

  /** Deletes rows that are not needed any more with the next commit. A failure is logged and has no other effect. */
  cleanUp(write: () => void): void {
    const failed = (error: Error) => this.log.error('The state file could not be cleaned up.', error);
    this.commits.enqueue({ write, done: () => undefined, failed });
  }
}
