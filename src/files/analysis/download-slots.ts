import { randomBytes } from 'node:crypto';
import { type TableStore } from '../../platform/table-store.js';
import { pauseAfter } from '../numbered-rows.js';
import { withEntry, type SlotEntry } from './slots.js';

/** How long a slot is kept for a process that does not renew it, and how often it is renewed, ms. */
const LEASE_MS = 45_000;
const RENEW_MS = 15_000;

const PARTITION = 'slots';

interface Change {
  /** @returns the entries afterwards */
  apply: (entries: SlotEntry[]) => SlotEntry[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Slots of downloads, counted per file over all processes.
 *
 * D1 The entries of a file are one row, which is changed on the condition of its version.
 * D2 An entry is a lease: the process of the download renews it, and the slots of a process that is gone become free.
 * D3 Changes of one process to one file share a write while an earlier write runs.
 */
export class DownloadSlots {
  readonly #table: TableStore;
  readonly #now: () => number;
  readonly #files = new Map<number, FileSlots>();

  constructor(table: TableStore, now: () => number = Date.now) {
    this.#table = table;
    this.#now = now;
  }

  /**
   * Takes a slot for a download.
   * @param key the hash of its key
   * @returns what frees the slot; undefined when none is free
   * @throws OperationError 503
   */
  async enter(file: number, key: string, isRange: boolean): Promise<(() => void) | undefined> {
    const slots = this.#files.get(file) ?? new FileSlots(this.#table, String(file), this.#now);
    this.#files.set(file, slots);
    const forget = () => {
      if (slots.isIdle && this.#files.get(file) === slots) this.#files.delete(file);
    };
    const leave = await slots.enter(key, isRange).finally(forget);
    return leave && (() => void leave().finally(forget));
  }
}

class FileSlots {
  readonly #table: TableStore;
  readonly #rowKey: string;
  readonly #now: () => number;
  /** The entries of this process. */
  readonly #own = new Map<string, Omit<SlotEntry, 'until'>>();
  readonly #waiting: Change[] = [];
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(table: TableStore, rowKey: string, now: () => number) {
    this.#table = table;
    this.#rowKey = rowKey;
    this.#now = now;
  }

  get isIdle(): boolean {
    return this.#own.size === 0 && !this.#isWriting;
  }

  async enter(key: string, range: boolean): Promise<(() => Promise<void>) | undefined> {
    const entry = { id: randomBytes(6).toString('base64url'), key, range };
    const last = { hasEntered: false };
    await this.#change((entries) => {
      const after = withEntry(entries, { ...entry, until: this.#now() + LEASE_MS });
      last.hasEntered = after !== undefined;
      return after ?? entries;
    });
    if (!last.hasEntered) return undefined;
    this.#own.set(entry.id, entry);
    this.#timer ??= setInterval(() => this.#renew(), RENEW_MS).unref();
    return () => this.#leave(entry.id);
  }

  async #leave(id: string): Promise<void> {
    if (!this.#own.delete(id)) return;
    if (this.#own.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    // Without this write the slot becomes free when its lease is over.
    await this.#change((entries) => entries.filter((entry) => entry.id !== id)).catch(() => undefined);
  }

  /** Each write renews the entries of this process; a write that fails is repeated at the next renewal. */
  #renew(): void {
    this.#change((entries) => entries).catch(() => undefined);
  }

  #change(apply: Change['apply']): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#waiting.push({ apply, resolve: () => resolve(undefined), reject });
    if (!this.#isWriting) void this.#writeAll();
    return promise;
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const changes = this.#waiting.splice(0);
      try {
        await this.#write(changes);
        for (const { resolve } of changes) resolve();
      } catch (error) {
        for (const { reject } of changes) reject(error);
      }
    }
    this.#isWriting = false;
  }

  async #write(changes: readonly Change[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.#table.read(PARTITION, this.#rowKey);
      const stored = JSON.parse(String(found?.row.entries ?? '[]')) as SlotEntry[];
      const entries = changes.reduce((before, { apply }) => apply(before), this.#renewed(stored));
      const row = { partitionKey: PARTITION, rowKey: this.#rowKey, entries: JSON.stringify(entries) };
      const write = found ? { replace: row, etag: found.etag } : { insert: row };
      if ((await this.#table.transact([write])) !== undefined) return;
      await pauseAfter(attempt);
    }
  }

  /** The entries that are not over, with those of this process renewed. */
  #renewed(stored: readonly SlotEntry[]): SlotEntry[] {
    const others = stored.filter(({ id, until }) => until > this.#now() && !this.#own.has(id));
    const until = this.#now() + LEASE_MS;
    return [...others, ...[...this.#own.values()].map((entry) => ({ ...entry, until }))];
  }
}
