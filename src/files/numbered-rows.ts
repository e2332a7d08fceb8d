import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors } from '../platform/errors.js';
import { type Row, type RowWrite, type TableStore } from '../platform/table-store.js';
import { type Page } from './paging.js';

/** Digits of a number in a row key, so that keys have the order of the numbers. */
const DIGITS = 15;
/** Keys of rows without a number: they sort before all numbers. */
const HEAD = '!head';
/** Sorts after all numbers; the keys of other rows may be lower or higher. */
const AFTER_NUMBERS = ':';
/** Attempts at a change while others change the same partition, and the longest wait between them, ms. */
const ATTEMPTS = 50;
const MAX_WAIT_MS = 100;
/** Rows of one call to storage. */
const QUERY_ROWS = 1_000;
/** Rows of a transaction, and transactions at a time, when many rows are written or deleted. */
const TRANSACTION_ROWS = 100;
const TRANSACTIONS = 4;

type Values = Record<string, string | number | boolean | undefined>;

/** A row with its number and its version. */
export interface NumberedRow<V> {
  id: number;
  values: V;
  etag: string;
}

/** Rows that are written and deleted together with a numbered one. Their keys are texts that begin with no digit. */
export interface Beside {
  insert?: { key: string; values?: Values }[];
  delete?: string[];
}

/**
 * Rows of one partition that are numbered from 1 in the order in which they were made.
 *
 * N1 The number, its row and the rows beside it are one transaction, so that numbers have no gaps and no two rows have
 *    one number, across processes.
 * N2 A row is changed on the condition of its version.
 * N3 Rows of a partition that must be begun with `fill` are added only between `fill` and `clear`.
 */
export class NumberedRows<V extends Values> {
  readonly #table: TableStore;
  readonly #partition: string;

  readonly #mustBegin: boolean;

  /** @param mustBegin whether no row is added before `fill` and after `clear` */
  constructor(table: TableStore, partition: string, mustBegin = false) {
    this.#table = table;
    this.#partition = partition;
    this.#mustBegin = mustBegin;
  }

  /**
   * Adds a row.
   * @param beside rows that are inserted with it
   * @returns its number; undefined when a row beside it exists already, or the partition is not begun
   * @throws OperationError 503
   */
  async add(
    values: V,
    beside: (id: number) => { key: string; values?: Values }[] = () => [],
  ): Promise<number | undefined> {
    for (let attempt = 1; ; attempt++) {
      const head = await this.#table.read(this.#partition, HEAD);
      if (!head && this.#mustBegin) return undefined;
      const id = Number(head?.row.last ?? 0) + 1;
      const next = this.#row(HEAD, { last: id });
      const others = beside(id).map(({ key, values: other }) => this.#row(key, other));
      const inserts = [this.#row(keyOf(id), values), ...others].map((insert): RowWrite => ({ insert }));
      const first: RowWrite = head ? { replace: next, etag: head.etag } : { insert: next };
      if (await this.#table.transact([first, ...inserts])) return id;
      for (const { rowKey } of others) if (await this.#table.get(this.#partition, rowKey)) return undefined;
      await pauseAfter(attempt);
    }
  }

  /** Undefined when there is no row of this number. */
  async get(id: number): Promise<NumberedRow<V> | undefined> {
    if (!isNumber(id)) return undefined;
    const found = await this.#table.read(this.#partition, keyOf(id));
    return found && { id, values: valuesOf(found.row) as V, etag: found.etag };
  }

  /**
   * Changes a row, again when it was changed meanwhile.
   * @param change the new values; undefined leaves the row as it is
   * @param beside rows beside it, which may depend on the values before and after
   * @returns the row's values afterwards; undefined when there is no such row
   * @throws OperationError 503
   */
  async change(
    id: number,
    change: (values: V) => V | undefined,
    beside: Beside | ((before: V, after: V) => Beside) = {},
  ): Promise<V | undefined> {
    for (let attempt = 1; ; attempt++) {
      const found = await this.get(id);
      if (!found) return undefined;
      const values = change(found.values);
      if (values === undefined) return found.values;
      const others = typeof beside === 'function' ? beside(found.values, values) : beside;
      const writes: RowWrite[] = [
        { replace: this.#row(keyOf(id), values), etag: found.etag },
        ...(others.insert ?? []).map(({ key, values: other }): RowWrite => ({ insert: this.#row(key, other) })),
        ...(others.delete ?? []).map((rowKey): RowWrite => ({ delete: this.#key(rowKey) })),
      ];
      if (await this.#table.transact(writes)) return values;
      await pauseAfter(attempt);
    }
  }

  /** Deletes a row and rows beside it; a row that is not there is deleted already. */
  async delete(id: number, beside: readonly string[] = []): Promise<void> {
    if (!isNumber(id)) return;
    for (const rowKey of [...beside, keyOf(id)]) await this.#table.delete(this.#partition, rowKey);
  }

  /**
   * A page in the order of the numbers.
   * @param filter an OData condition on the rows' columns
   */
  async list(
    { limit, offset }: Page,
    filter?: string,
  ): Promise<{ rows: Omit<NumberedRow<V>, 'etag'>[]; hasMore: boolean }> {
    let after = '0';
    for (let left = offset; left > 0;) {
      const skipped = await this.#query(after, Math.min(left, QUERY_ROWS), filter, []);
      const last = skipped.at(-1)?.rowKey;
      if (last === undefined) return { rows: [], hasMore: false };
      after = last;
      left -= skipped.length;
    }
    const found = await this.#query(after, Math.min(limit, QUERY_ROWS), filter);
    const last = found.at(-1)?.rowKey;
    const hasMore = last !== undefined && found.length === limit && (await this.#query(last, 1, filter, [])).length > 0;
    return { rows: found.map((row) => ({ id: Number(row.rowKey), values: valuesOf(row) as V })), hasMore };
  }

  /** Rows with greater numbers, in their order, at most `top` (up to 1,000). */
  async after(id: number, top: number): Promise<Omit<NumberedRow<V>, 'etag'>[]> {
    return (await this.#query(keyOf(id), top)).map((row) => ({ id: Number(row.rowKey), values: valuesOf(row) as V }));
  }

  /** All numbers, in their order. */
  async ids(): Promise<number[]> {
    const ids: number[] = [];
    for (;;) {
      const found = await this.#query(keyOf(ids.at(-1) ?? 0), QUERY_ROWS, undefined, []);
      for (const { rowKey } of found) ids.push(Number(rowKey));
      if (found.length < QUERY_ROWS) return ids;
    }
  }

  /** The number that was given last; 0 when there is none. */
  async last(): Promise<number> {
    return Number((await this.#table.get(this.#partition, HEAD))?.last ?? 0);
  }

  /**
   * Writes many rows into an empty partition, which nobody reads or writes meanwhile.
   * @param last the number after which the next row is numbered
   */
  async fill(rows: readonly { id: number; values: V }[], last: number): Promise<void> {
    const inserts = rows.map(({ id, values }): RowWrite => ({ insert: this.#row(keyOf(id), values) }));
    const isWhole = await this.#transactAll([...inserts, { insert: this.#row(HEAD, { last }) }]);
    if (!isWhole) throw new Error(`The partition ${this.#partition} is not empty.`);
  }

  /** Deletes the whole partition. The head is in the first transaction, so that no row is added behind it. */
  async clear(): Promise<void> {
    const own = `PartitionKey eq '${this.#partition}'`;
    for (let attempt = 1; ;) {
      const rows = await this.#table.query(own, QUERY_ROWS, []);
      if (rows.length === 0) return;
      const isHead = rows[0]?.rowKey === HEAD;
      const deletes = rows.slice(0, isHead ? 1 : QUERY_ROWS).map(({ rowKey }) => ({ delete: this.#key(rowKey) }));
      const isWhole = await this.#transactAll(deletes);
      if (!isWhole) await pauseAfter(attempt++); // another process deletes the same rows
    }
  }

  /** Many writes in several transactions; whether all of them are stored. */
  async #transactAll(writes: readonly RowWrite[]): Promise<boolean> {
    const parts = Array.from({ length: Math.ceil(writes.length / TRANSACTION_ROWS) }, (_, index) =>
      writes.slice(index * TRANSACTION_ROWS, (index + 1) * TRANSACTION_ROWS),
    );
    const refused: (readonly RowWrite[])[] = [];
    const run = async () => {
      for (let part = parts.shift(); part; part = parts.shift()) {
        if ((await this.#table.transact(part)) === undefined) refused.push(part);
      }
    };
    await Promise.all(Array.from({ length: TRANSACTIONS }, run));
    return refused.length === 0;
  }

  /** A row beside numbered ones. */
  async beside(key: string): Promise<Values | undefined> {
    const row = await this.#table.get(this.#partition, key);
    return row && valuesOf(row);
  }

  /** The keys of rows beside numbered ones that begin with the prefix, in their order; at most 1,000. */
  async besides(prefix: string): Promise<{ key: string; values: Values }[]> {
    const filter = `PartitionKey eq '${this.#partition}' and RowKey ge '${prefix}' and RowKey lt '${prefix}~'`;
    const rows = await this.#table.query(filter, QUERY_ROWS);
    return rows.map((row) => ({ key: row.rowKey, values: valuesOf(row) }));
  }

  #query(after: string, top: number, filter?: string, columns?: string[]): Promise<Row[]> {
    const own = `PartitionKey eq '${this.#partition}' and RowKey gt '${after}' and RowKey lt '${AFTER_NUMBERS}'`;
    return this.#table.query(filter === undefined ? own : `${own} and ${filter}`, top, columns);
  }

  #key(rowKey: string) {
    return { partitionKey: this.#partition, rowKey };
  }

  #row(rowKey: string, values: Values = {}): Row {
    return { ...values, ...this.#key(rowKey) };
  }
}

const keyOf = (id: number) => String(id).padStart(DIGITS, '0');

/** Whether a number can be that of a row. */
export function isNumber(id: number): boolean {
  return Number.isSafeInteger(id) && id > 0 && String(id).length <= DIGITS;
}

/** Columns of every row, which the app or storage writes. */
const OWN_COLUMNS = ['partitionKey', 'rowKey', 'writeId', 'etag', 'timestamp'];

/** The columns that a caller has written; a name with a dot is metadata of an answer of storage. */
function valuesOf(row: Row): Values {
  const isValue = ([name]: [string, unknown]) => !OWN_COLUMNS.includes(name) && !name.includes('.');
  return Object.fromEntries(Object.entries(row).filter(isValue));
}

/** Changes that collide wait for different times. @throws OperationError 503 after the last attempt */
export async function pauseAfter(attempt: number): Promise<void> {
  if (attempt >= ATTEMPTS) throw commonErrors.ServiceUnavailable('Others change the same rows; try again shortly.');
  await sleep(Math.random() * Math.min(MAX_WAIT_MS, 5 * attempt));
}
