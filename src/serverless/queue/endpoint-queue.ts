import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors, OperationError } from '../../platform/errors.js';
import { type TableStore } from '../../platform/storage.js';
import { requestKey, requestOfRow, INPUT_COLUMNS, SHORT_COLUMNS, type RequestRecord } from '../requests/request-row.js';
import { Draft } from './draft.js';
import { canGrant, finish, grantAgain, grantNext, isWaiting, left, passed, type QueueState } from './queue.js';
import { queueOfRow, QUEUE_ROW, rowOfQueue } from './queue-row.js';

/** A transaction of Table storage has at most 100 rows, one of them the queue's. */
const MAX_ROWS = 99;
/** Rows of requests that one change writes at most. */
export const MAX_ROWS_OF_CHANGE = 30;
/** Requests that wait are read in pages. */
const PAGE = 100;
/** The list of ended requests whose webhook's delivery is still to be started; further ones wait until it is shorter. */
export const MAX_UNDELIVERED = 300;
/** Longest time until a change is stored, although other processes change the queue too or storage fails. */
const COMMIT_MS = 10_000;
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 500;

/** Intervals at which a state that is waited for is read. */
const FIRST_READ_MS = 100;
const READ_GROWTH = 1.5;
const LONGEST_READ_MS = 1_000;

interface PageOptions {
  /** Longest page. */
  top?: number;
  /** An OData filter on the rows. */
  filter?: string;
  columns?: string[];
}

export interface Watch {
  /** The state that fits; undefined after `stop`. */
  state: Promise<QueueState | undefined>;
  stop(): void;
}

/**
 * A change; it may run several times, until its result is stored. It throws only when storage fails, and then nothing of
 * the transaction is stored.
 *
 * @param mayBeStored whether the outcome of an earlier run is unknown, so that its result may be stored
 */
export type Change<T> = (draft: Draft, mayBeStored: boolean) => Promise<T> | T;

/** What follows from a change after it is stored. Called in this process only; a sweep finds what is left undone. */
interface QueueEvents {
  /** Requests that waited have a place. */
  onGranted(requests: readonly RequestRecord[]): Promise<void>;
  /** Requests ended while they waited. */
  onDropped(requests: readonly RequestRecord[]): Promise<void>;
  /** A state was stored or read. */
  onState?(state: QueueState): void;
}

interface Options extends QueueEvents {
  table: Pick<TableStore, 'read' | 'transact' | 'query' | 'get'>;
  partition: string;
  /** The state of a queue that has no row yet. */
  first: () => Promise<QueueState>;
}

interface Known {
  state: QueueState;
  /** Undefined while there is no row. */
  etag?: string;
}

interface Pending {
  change: Change<unknown>;
  /** Until when it is tried, ms since the epoch. */
  until: number;
  mayBeStored: boolean;
  resolve: (reply: unknown) => void;
  reject: (thrown: unknown) => void;
}

/**
 * The queue of one endpoint in Table storage, one partition.
 *
 * T1. Each change is one transaction: the queue's row, with the version that the change is based on, and the rows of the
 *     requests that it concerns. So the queue's row orders all changes of all processes, and a row read after it is
 *     current if the transaction succeeds.
 * T2. Changes of this process that wait for storage are stored in one transaction.
 * T3. When the outcome of a transaction is unknown, the change runs again on what is stored; every change recognizes its
 *     own result (Q4 of queue.ts). After one that another process preceded it runs again too, without reads that look for
 *     its result: they would make it slower than the other processes.
 */
export class EndpointQueue {
  readonly #options: Options;
  #pending: Pending[] = [];
  readonly #listeners = new Set<(state: QueueState) => void>();
  readonly #events = new Set<Promise<void>>();
  #nextRead: { at: number; timer: NodeJS.Timeout } | undefined;
  #isRunning = false;
  /** What was stored last, as far as this process knows. */
  #known: Known | undefined;
  /** Requests after `head` that wait, as of `#known`, up to the sequence `#readUpTo`. */
  #upcoming: RequestRecord[] = [];
  #readUpTo = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** The state that is stored. @throws OperationError 503 */
  async read(): Promise<QueueState> {
    const before = this.#known;
    const { state } = await this.#load();
    // What this process stored meanwhile is newer.
    if (this.#known === before) this.#publish(state);
    return state;
  }

  /** @throws OperationError 503 */
  async request(sequence: number): Promise<RequestRecord | undefined> {
    const row = await this.#options.table.get(this.#options.partition, requestKey(sequence));
    return row && requestOfRow(row);
  }

  /**
   * Stores a change.
   *
   * @throws OperationError 503 when it could not be stored in time; it is unknown whether it was
   */
  change<T>(change: Change<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const until = Date.now() + COMMIT_MS;
      this.#pending.push({ change, until, mayBeStored: false, resolve: resolve as Pending['resolve'], reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  /**
   * Waits for a state: this process is told of its own changes, and reads those of others at growing intervals.
   *
   * @param firstReadMs time until the first read
   */
  watch(fits: (state: QueueState) => boolean, firstReadMs = FIRST_READ_MS): Watch {
    const { promise, resolve } = Promise.withResolvers<QueueState | undefined>();
    const stop = (state?: QueueState) => {
      this.#listeners.delete(listener);
      resolve(state);
    };
    const listener = (state: QueueState) => {
      if (fits(state)) stop(state);
    };
    if (this.#known) listener(this.#known.state);
    this.#listeners.add(listener);
    this.#readAfter(firstReadMs);
    return { state: promise, stop };
  }

  /** Waits for a state until a time, ms since the epoch; undefined when there was none. */
  async until(fits: (state: QueueState) => boolean, time: number): Promise<QueueState | undefined> {
    const watch = this.watch(fits);
    const timer = setTimeout(() => watch.stop(), Math.max(0, time - Date.now()));
    try {
      return await watch.state;
    } finally {
      clearTimeout(timer);
    }
  }

  /** One read serves all that wait. */
  #readAfter(ms: number): void {
    if (this.#listeners.size === 0 || (this.#nextRead && this.#nextRead.at <= Date.now() + ms)) return;
    clearTimeout(this.#nextRead?.timer);
    const timer = setTimeout(() => {
      this.#nextRead = undefined;
      if (this.#listeners.size === 0) return;
      this.read()
        .catch(() => undefined) // storage may be away for a moment; it is read again
        .finally(() => this.#readAfter(Math.min(ms * READ_GROWTH, LONGEST_READ_MS)));
    }, ms).unref();
    this.#nextRead = { at: Date.now() + ms, timer };
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let waitMs = FIRST_WAIT_MS; this.#pending.length > 0;) {
      let cause: unknown;
      try {
        if (await this.#tryToStore()) {
          waitMs = FIRST_WAIT_MS;
          continue;
        }
        cause = commonErrors.ServiceUnavailable('The queue changes too often at this moment; try again.');
      } catch (thrown) {
        this.#forget();
        for (const pending of this.#pending) pending.mayBeStored = true;
        cause = thrown;
      }
      this.#giveUp(cause);
      // Processes that collide wait for different times.
      await sleep(waitMs * Math.random());
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
    this.#isRunning = false;
  }

  /** Rejects the changes whose time is over; all of them when another attempt cannot help. */
  #giveUp(cause: unknown): void {
    const canRetry = OperationError.from(cause).data.retryable;
    const isOver = ({ until }: Pending) => !canRetry || Date.now() >= until;
    const over = this.#pending.filter(isOver);
    this.#pending = this.#pending.filter((pending) => !isOver(pending));
    for (const { reject } of over) reject(cause);
  }

  /** Stores as many of the pending changes as fit. False when another process was faster. */
  async #tryToStore(): Promise<boolean> {
    const isCurrent = this.#known === undefined;
    const known = (this.#known ??= await this.#load());
    const { partition, table } = this.#options;
    const draft = new Draft(partition, known.state, Date.now(), (sequence) => this.request(sequence));
    const replies: (() => void)[] = [];
    for (const { change, mayBeStored, resolve } of [...this.#pending]) {
      if (draft.size > MAX_ROWS - MAX_ROWS_OF_CHANGE) break;
      const reply = await change(draft, mayBeStored);
      replies.push(() => resolve(reply));
    }
    await this.#grant(draft, known.state.last);
    if (draft.isChanged) {
      draft.state = draft.counted;
      const row = rowOfQueue(partition, draft.state);
      const first = known.etag === undefined ? { insert: row } : { replace: row, etag: known.etag };
      const etag = await table.transact([first, ...draft.rows]);
      if (etag === undefined) {
        this.#forget();
        return false;
      }
      this.#stored(draft, etag);
    } else if (!isCurrent) {
      this.#forget(); // that nothing is to change may have become wrong meanwhile
      return this.#tryToStore();
    }
    this.#pending.splice(0, replies.length);
    for (const reply of replies) reply();
    // There may be more to grant. If this fails, a sweep does it.
    if (draft.size >= MAX_ROWS) this.change(() => undefined).catch(() => undefined);
    return true;
  }

  #stored(draft: Draft, etag: string): void {
    this.#known = { state: draft.state, etag };
    this.#upcoming = this.#upcoming.filter(
      (request) => request.sequence > draft.state.head && !draft.hasEnded(request.sequence),
    );
    this.#publish(draft.state);
    if (draft.granted.length > 0) this.#track(this.#options.onGranted(draft.granted));
    if (draft.dropped.length > 0) this.#track(this.#options.onDropped(draft.dropped));
  }

  #track(event: Promise<void>): void {
    this.#events.add(event);
    // What fails is left to a sweep.
    void event.catch(() => undefined).finally(() => this.#events.delete(event));
  }

  /** Resolves when all that follows from the changes so far has been done, or has failed. */
  async eventsDone(): Promise<void> {
    await Promise.allSettled(this.#events);
  }

  /** Gives the free places to the first that wait. */
  async #grant(draft: Draft, lastStored: number): Promise<void> {
    while (canGrant(draft.state) && draft.size < MAX_ROWS) {
      const { again, undelivered } = draft.state;
      const isAgain = again[0] !== undefined;
      const request = isAgain ? await draft.request(again[0] ?? 0) : await this.#nextWaiting(draft, lastStored);
      if (!request || undelivered.length >= MAX_UNDELIVERED) return;
      const { sequence, mode, owner, deadline } = request;
      const sync = mode === 'sync';
      if (request.deadline < draft.now) {
        const state = isAgain ? finish(draft.state, sequence) : passed(draft.state, { sequence, sync });
        endWhileWaiting(draft, { ...request, end: { state: 'expired', at: draft.now } }, state);
      } else if (isAgain) draft.state = grantAgain(draft.state, deadline, draft.now);
      else {
        draft.state = grantNext(draft.state, { sequence, sync, owner, deadline }, draft.now);
        draft.granted.push(request);
      }
    }
  }

  async #nextWaiting(draft: Draft, lastStored: number): Promise<RequestRecord | undefined> {
    const waits = (request: RequestRecord) =>
      !request.end && !draft.hasEnded(request.sequence) && isWaiting(draft.state, factsOf(request));
    for (;;) {
      const next = this.#upcoming.find(waits);
      if (next) return next;
      const from = Math.max(this.#readUpTo, draft.state.head);
      if (from >= lastStored) return draft.entered.find((request) => request.sequence > from && waits(request));
      const page = await this.page(from, lastStored, { columns: INPUT_COLUMNS });
      this.#upcoming = page.filter(waits);
      this.#readUpTo = page.at(-1)?.sequence ?? lastStored;
    }
  }

  /** Requests after the first sequence up to the last one, in order, at most a page; without input and result. */
  async page(
    after: number,
    upTo: number,
    { top = PAGE, filter, columns = SHORT_COLUMNS }: PageOptions = {},
  ): Promise<RequestRecord[]> {
    const { table, partition } = this.#options;
    const range = `RowKey gt '${requestKey(after)}' and RowKey le '${requestKey(upTo)}'`;
    const all = [`PartitionKey eq '${partition}'`, range, filter].filter(Boolean).join(' and ');
    const rows = await table.query(all, top, columns);
    return rows.map(requestOfRow);
  }

  async #load(): Promise<Known> {
    const { table, partition, first } = this.#options;
    const found = await table.read(partition, QUEUE_ROW);
    return found ? { state: queueOfRow(found.row), etag: found.etag } : { state: await first() };
  }

  #forget(): void {
    this.#known = undefined;
    this.#upcoming = [];
    this.#readUpTo = 0;
  }

  #publish(state: QueueState): void {
    this.#options.onState?.(state);
    for (const listener of this.#listeners) listener(state);
  }
}

export const factsOf = ({ sequence, mode }: Pick<RequestRecord, 'sequence' | 'mode'>) => ({
  sequence,
  sync: mode === 'sync',
});

/** Ends a request that waits; `next` is the state without it. */
export function endWhileWaiting(
  draft: Draft,
  request: RequestRecord,
  next = left(draft.state, factsOf(request)),
): void {
  const { sequence, webhook, end } = request;
  if (!end) return;
  draft.end(sequence, end);
  draft.dropped.push(request);
  draft.state = webhook === undefined ? next : { ...next, undelivered: [...next.undelivered, sequence] };
}
