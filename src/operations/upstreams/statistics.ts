import { randomUUID } from 'node:crypto';
import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { type Row, type TableStore } from '../../platform/table-store.js';
import { Latencies } from './latencies.js';

const PARTITION = 'minute';
const MINUTE_MS = 60_000;
/** Minutes that are kept, and given as points. */
export const MINUTES = 60;
/** Processes write at different moments within this time after the end of a minute, ms. */
const SPREAD_MS = 5_000;
const PAGE = 1_000;

/** The calls of one service that one process made in one minute. */
export interface Minute {
  /** Number of the minute since the epoch. */
  minute: number;
  upstream: string;
  process: string;
  calls: number;
  failures: number;
  latencies: Latencies;
  /** Whether the circuit breaker of the process was open after the last call, and when it changed last. */
  isOpen: boolean;
  changedAt?: string;
}

interface Call {
  ms: number;
  isFailure: boolean;
  /** Whether the circuit breaker is open now, and when it opened or closed last. */
  isOpen: boolean;
  changedAt: Date | undefined;
}

/**
 * The calls of services by minute.
 *
 * M1. A process counts in memory. After the end of a minute with calls it writes one row for each service; it writes the
 *     row of the current minute too when a circuit breaker opened or closed. Without calls there is no storage call.
 * M2. A row that cannot be written is written with the next ones. A process that is killed loses the minutes that it has
 *     not written.
 */
export class Statistics {
  readonly #process = randomUUID().slice(0, 8);
  /** Minutes that are not written, or not over, by row key. */
  readonly #open = new Map<string, Minute>();
  #isScheduled = false;

  readonly #table: TableStore;
  readonly #now: () => number;

  constructor(table: TableStore, now: () => number = Date.now) {
    this.#table = table;
    this.#now = now;
  }

  record(upstream: string, { ms, isFailure, isOpen, changedAt }: Call): void {
    const minute = this.#thisMinute();
    const key = rowKeyOf({ minute, upstream, process: this.#process });
    const entry: Minute = this.#open.get(key) ?? {
      ...{ minute, upstream, process: this.#process },
      ...{ calls: 0, failures: 0, latencies: new Latencies(), isOpen },
    };
    this.#open.set(key, entry);
    entry.calls++;
    if (isFailure) entry.failures++;
    entry.latencies.add(ms);
    Object.assign(entry, { isOpen, changedAt: changedAt?.toISOString() });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const untilEndMs = MINUTE_MS - (this.#now() % MINUTE_MS);
    const save = () => {
      this.#isScheduled = false;
      void this.save();
    };
    setTimeout(save, untilEndMs + Math.random() * SPREAD_MS).unref();
  }

  /** Writes the minutes of this process that are over, and forgets them; on request writes the current one too. */
  async save({ withCurrent = false } = {}): Promise<void> {
    const current = this.#thisMinute();
    for (const [key, entry] of this.#open) {
      if (entry.minute === current && !withCurrent) continue;
      try {
        await this.#table.put(rowOf(entry));
      } catch {
        if (entry.minute > current - MINUTES) continue; // M2
      }
      if (entry.minute < current) this.#open.delete(key);
    }
    if (this.#open.size > 0) this.#schedule();
  }

  /** The minutes of the last hour of all processes, as far as they are written, and of this process. */
  async lastHour(): Promise<Minute[]> {
    const stored = new Map<string, Minute>();
    const first = this.#thisMinute() - MINUTES + 1;
    for (let after = keyFrom(first), isLast = false; !isLast;) {
      const rows = await this.#table.query(`PartitionKey eq '${PARTITION}' and RowKey gt '${after}'`, PAGE);
      for (const row of rows) stored.set(row.rowKey, minuteOf(row));
      isLast = rows.length < PAGE;
      after = rows.at(-1)?.rowKey ?? after;
    }
    for (const [key, entry] of this.#open) if (entry.minute >= first) stored.set(key, entry);
    return [...stored.values()];
  }

  /** Deletes a page of rows that are over an hour old. @returns their number */
  async deleteOld(): Promise<number> {
    const before = keyFrom(this.#thisMinute() - MINUTES);
    const rows = await this.#table.query(`PartitionKey eq '${PARTITION}' and RowKey lt '${before}'`, PAGE, []);
    await concurrently(rows, STORAGE_CALLS, async ({ rowKey }) => {
      await this.#table.delete(PARTITION, rowKey);
    });
    return rows.length;
  }

  /** Number of the current minute since the epoch. */
  #thisMinute(): number {
    return Math.floor(this.#now() / MINUTE_MS);
  }
}

/** The begin of a minute. */
export function timeOf(minute: number): string {
  return new Date(minute * MINUTE_MS).toISOString();
}

const keyFrom = (minute: number) => timeOf(minute).slice(0, 'yyyy-mm-ddThh:mm'.length);
const rowKeyOf = ({ minute, upstream, process }: Pick<Minute, 'minute' | 'upstream' | 'process'>) =>
  `${keyFrom(minute)}-${upstream}-${process}`;

function rowOf({ latencies, ...entry }: Minute): Row {
  return { partitionKey: PARTITION, rowKey: rowKeyOf(entry), ...entry, latencies: latencies.toText() };
}

function minuteOf(row: Row): Minute {
  return {
    minute: Number(row.minute),
    upstream: String(row.upstream),
    process: String(row.process),
    calls: Number(row.calls),
    failures: Number(row.failures),
    latencies: Latencies.fromText(String(row.latencies)),
    isOpen: row.isOpen === true,
    ...(row.changedAt !== undefined && { changedAt: String(row.changedAt) }),
  };
}
