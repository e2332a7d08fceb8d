import { atMost } from '../../platform/at-most.js';
import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { commonErrors } from '../../platform/errors.js';
import { type Row, type TableStore } from '../../platform/table-store.js';
import { operationErrors } from '../errors.js';

const PAUSES = 'pause';
/** A process reads the pauses at most so often, ms (docs/contracts/managing-operations.md). */
const READ_EVERY_MS = 5_000;
/** Longest wait of a call for this read, ms: while storage does not answer, what was read last holds. */
const LONGEST_READ_MS = 1_500;
const PAGE = 1_000;
/** Waiting operations that one activity tells: their rows are deleted in one transaction, which has at most 100. */
const TOLD_AT_ONCE = 100;
/** Digits of the number of a pause in a row key. */
const DIGITS = 10;

type Keys = Pick<Row, 'partitionKey' | 'rowKey'>;

/** Whether a service is paused, since when, and how often it has been paused. */
export interface Pause {
  isPaused: boolean;
  pauseNumber: number;
  since: string;
  reason?: string;
}

/**
 * Pauses of services, and the operations that wait for a resume.
 *
 * U1. A service has one row, which is changed on the condition that it has not changed. Each pause has a number, its
 *     `pauseNumber`.
 * U2. An operation that waits has a row with the number of the pause. It is written before the row of the service is
 *     read again: when the service is still paused under this number, the resume comes later and finds the row;
 *     otherwise the operation does not wait.
 * U3. After a resume the operations with rows of its number and of those before are told. A row is deleted after its
 *     operation was told, so that an operation may be told twice, but not never. One that is told too often looks for
 *     the pause, and waits again.
 * U4. A pause that follows has another number, so that telling never deletes the row of an operation that waits for
 *     the next resume.
 */
export class Pauses {
  #known: ReadonlyMap<string, Pause> | undefined;
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;
  /** Numbers of reads: one that ends after a later one is not kept. */
  #begunReads = 0;
  #lastRead = 0;

  readonly #table: TableStore;
  readonly #now: () => number;

  constructor(table: TableStore, now: () => number = Date.now) {
    this.#table = table;
    this.#now = now;
  }

  /** @throws OperationError 503 `UpstreamPaused`; 503 when this process could not read the pauses yet */
  async mustNotBePaused(upstream: string): Promise<void> {
    const pause = (await this.#recent()).get(upstream);
    if (!pause?.isPaused) return;
    throw operationErrors.UpstreamPaused(`The service ${upstream} is paused: ${pause.reason ?? ''}`, {
      target: upstream,
    });
  }

  /** Whether a service was paused when this process read the pauses last. */
  isKnownPaused(upstream: string): boolean {
    return this.#known?.get(upstream)?.isPaused === true;
  }

  /** The pauses as they were at most 5 s ago, if storage answers. */
  async #recent(): Promise<ReadonlyMap<string, Pause>> {
    const isRecent = !this.#reading && this.#now() - this.#readAt < READ_EVERY_MS;
    if (this.#known && isRecent) return this.#known;
    await atMost(LONGEST_READ_MS, this.prepare());
    if (this.#known) return this.#known;
    throw commonErrors.ServiceUnavailable('Storage cannot be reached, so that pauses of services are not known.', {
      notCalled: true,
    });
  }

  /** Reads the pauses, so that they are known when storage is away later. It never rejects. */
  async prepare(): Promise<void> {
    this.#reading ??= this.#readShared().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  async #readShared(): Promise<void> {
    this.#readAt = this.#now();
    try {
      await this.all();
    } catch {
      // What was read last holds; the next read is 5 s later.
    }
  }

  /** The pauses now, by service. @throws OperationError 503 */
  async all(): Promise<ReadonlyMap<string, Pause>> {
    const number = ++this.#begunReads;
    const begun = this.#now();
    const rows = await this.#table.query(`PartitionKey eq '${PAUSES}'`, PAGE);
    const pauses = new Map(rows.map((row) => [row.rowKey, pauseOf(row)]));
    if (number > this.#lastRead) {
      this.#lastRead = number;
      this.#readAt = begun;
      this.#known = pauses;
    }
    return pauses;
  }

  /** Pauses a service; one that is paused gets the new reason. */
  async pause(upstream: string, reason: string): Promise<void> {
    await this.#change(upstream, (before) =>
      before?.isPaused
        ? { ...before, reason }
        : { isPaused: true, pauseNumber: (before?.pauseNumber ?? 0) + 1, since: this.#time(), reason },
    );
  }

  /**
   * Resumes a service.
   * @returns the number of the last pause, whose operations are to be told; 0 when there was none
   */
  async resume(upstream: string): Promise<number> {
    const after = await this.#change(upstream, (before) =>
      before?.isPaused ? { isPaused: false, pauseNumber: before.pauseNumber, since: this.#time() } : undefined,
    );
    return after?.pauseNumber ?? 0;
  }

  /** Changes the row of a service (U1). @returns the pause afterwards */
  async #change(
    upstream: string,
    change: (before: Pause | undefined) => Pause | undefined,
  ): Promise<Pause | undefined> {
    for (;;) {
      const found = await this.#table.read(PAUSES, upstream);
      const before = found && pauseOf(found.row);
      const after = change(before);
      if (!after) return before;
      const row = { partitionKey: PAUSES, rowKey: upstream, ...after };
      const isWritten = found
        ? (await this.#table.transact([{ replace: row, etag: found.etag }])) !== undefined
        : await this.#table.insert(row);
      if (isWritten) {
        await this.all();
        return after;
      }
    }
  }

  /**
   * Records that an operation waits for a service which it found paused (U2).
   * @returns whether it waits; false when the service is not paused any more
   */
  async enlist(upstream: string, operationId: string): Promise<boolean> {
    let pause = this.#known?.get(upstream);
    while (pause?.isPaused) {
      const row = { partitionKey: partitionOf(upstream), rowKey: keyOf(pause.pauseNumber, operationId) };
      await this.#table.put({ ...row, operationId });
      const now = (await this.all()).get(upstream);
      if (now?.isPaused && now.pauseNumber === pause.pauseNumber) return true;
      await this.#table.delete(row.partitionKey, row.rowKey);
      pause = now;
    }
    return false;
  }

  /** The number of operations that wait for a service. */
  async waiting(upstream: string): Promise<number> {
    let count = 0;
    for (let after = '', isLast = false; !isLast;) {
      const rows = await this.#table.query(
        `PartitionKey eq '${partitionOf(upstream)}' and RowKey gt '${after}'`,
        PAGE,
        [],
      );
      count += rows.length;
      isLast = rows.length < PAGE;
      after = rows.at(-1)?.rowKey ?? after;
    }
    return count;
  }

  /**
   * Tells a page of the operations that wait for the resume from the pause of this number, or from one before (U3).
   * @returns whether there may be more
   */
  async tellPage(
    upstream: string,
    pauseNumber: number,
    tell: (operationId: string) => Promise<void>,
  ): Promise<boolean> {
    const rows = await this.#untold(upstream, pauseNumber, TOLD_AT_ONCE);
    const told: Keys[] = [];
    const failures: unknown[] = [];
    await concurrently(rows, STORAGE_CALLS, async ({ partitionKey, rowKey, operationId }) => {
      if (failures.length > 0) return;
      try {
        await tell(String(operationId));
        told.push({ partitionKey, rowKey });
      } catch (thrown) {
        failures.push(thrown);
      }
    });
    await this.#forget(told); // also after a failure, so that a task hub that often fails gets each event once
    if (failures.length > 0) throw failures[0];
    return rows.length === TOLD_AT_ONCE;
  }

  async #forget(rows: readonly Keys[]): Promise<void> {
    if (rows.length === 0 || (await this.#table.transact(rows.map((keys) => ({ delete: keys })))) !== undefined) return;
    // Another run has deleted some of them.
    await concurrently(rows, STORAGE_CALLS, async ({ partitionKey, rowKey }) => {
      await this.#table.delete(partitionKey, rowKey);
    });
  }

  /** The services with operations that were not told of a resume, and the number of the pause. */
  async untold(): Promise<{ upstream: string; pauseNumber: number }[]> {
    const found = [];
    for (const [upstream, { isPaused, pauseNumber }] of await this.all()) {
      const resumed = isPaused ? pauseNumber - 1 : pauseNumber;
      const [row] = await this.#untold(upstream, resumed, 1);
      if (row) found.push({ upstream, pauseNumber: resumed });
    }
    return found;
  }

  #untold(upstream: string, pauseNumber: number, top: number): Promise<Row[]> {
    const end = keyOf(pauseNumber + 1, '');
    return this.#table.query(`PartitionKey eq '${partitionOf(upstream)}' and RowKey lt '${end}'`, top);
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

const partitionOf = (upstream: string) => `waiting-${upstream}`;
const keyOf = (pauseNumber: number, operationId: string) =>
  `${String(pauseNumber).padStart(DIGITS, '0')}-${operationId}`;

function pauseOf(row: Row): Pause {
  return {
    isPaused: row.isPaused === true,
    pauseNumber: Number(row.pauseNumber),
    since: String(row.since),
    ...(row.reason !== undefined && { reason: String(row.reason) }),
  };
}
