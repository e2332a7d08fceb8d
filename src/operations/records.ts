import { createHash } from 'node:crypto';
import { type Row, type TableStore } from '../platform/storage.js';
import { createPartitions, type Partitions } from './partitions.js';
import { WebhookRows } from './webhooks/rows.js';

/**
 * The app's own record of an operation, beside the task hub: its existence (also after it expired), the fingerprint of
 * its start, a cancel request, and its position in the list.
 *
 * R1. The record of an id is inserted before the operation starts, and the insert decides which start wins: of two
 *     starts with one id, one inserts.
 * R2. A record without an instance is an interrupted start; the same request may finish it.
 * R3. An operation is in the list before it starts and leaves the list last, when its other data is deleted. So
 *     retention finds whatever an interrupted start, deletion or purge leaves. A start that stops before its entry is
 *     written leaves rows only: no instance and no blob. An entry may outlive its operation and its id be used again.
 * R4. `deletedAt` and `expiredAt` are set before anything is deleted, and say how to finish an interrupted deletion.
 * R5. `claims` counts the requests that took over the start or the deletion. A write that is conditional on it decides
 *     which one goes on (claim.ts).
 * R6. `retriedBy` is written, on the condition that no other request has written it, before the retry starts. It decides
 *     which id the retry has; the next request to retry finishes a start that was interrupted after it (retry.ts).
 */
export interface OperationRecord {
  id: string;
  kind: string;
  fingerprint: string;
  createdAt: string;
  /** The hashes of its idempotency keys, separated by spaces. */
  keyHash?: string;
  /** A second name, by which clients of an older API know the operation. */
  alias?: string;
  cancelRequestedAt?: string;
  deletedAt?: string;
  expiredAt?: string;
  claims?: number;
  /** The operation that it retries. */
  retryOf?: string;
  /** The operation that retries it, and since when (R6). */
  retriedBy?: string;
  retriedAt?: string;
  /** Whether it has a webhook, whose rows are beside it (webhooks/rows.ts). */
  webhook?: boolean;
}

export interface ListedOperation {
  id: string;
  kind: string;
  /** Position in the list, newest first. */
  position: string;
}

export interface ListFilter {
  createdAfter?: Date;
  createdBefore?: Date;
  /** Only entries after this position. */
  after?: string;
}

export interface OperationRecords {
  webhooks: WebhookRows;
  /** False when the id is taken. */
  insert(record: OperationRecord): Promise<boolean>;
  /** Adds to the list; has no effect when it is listed already. */
  enlist(record: Pick<OperationRecord, 'id' | 'kind' | 'createdAt'>): Promise<unknown>;
  find(id: string): Promise<OperationRecord | undefined>;
  /**
   * Increments the number of claims, and may mark the record for deletion.
   * @returns the record with it; undefined when the number is not the given one, or there is no such record
   */
  claim(
    record: Pick<OperationRecord, 'id' | 'claims'>,
    mark?: Pick<OperationRecord, 'deletedAt'>,
  ): Promise<OperationRecord | undefined>;
  /**
   * Records which operation retries this one.
   * @returns false when another request has changed it, or the record is deleted
   */
  bindRetry(record: Pick<OperationRecord, 'id' | 'retriedBy'>, retriedBy: string, at: Date): Promise<boolean>;
  /** Adds a key to those of the record, once; they are unbound with it. False when it is deleted or has no room. */
  addKey(id: string, keyHash: string): Promise<boolean>;
  /** Binds an idempotency key to an operation; false when it is bound already. */
  bindKey(key: string, target: KeyBinding): Promise<boolean>;
  findKey(key: string): Promise<KeyBinding | undefined>;
  /** Has no effect when the key is bound to another operation, which may be so after an interrupted deletion. */
  unbindKey(keyHash: string, id: string): Promise<void>;
  /** False when the alias is taken. */
  bindAlias(alias: string, id: string): Promise<boolean>;
  /** The id of the operation that has the alias. */
  findAlias(alias: string): Promise<string | undefined>;
  /** Has no effect when the alias belongs to another operation. */
  unbindAlias(alias: string, id: string): Promise<void>;
  /** False when there is no such record. */
  requestCancel(id: string, at: Date): Promise<boolean>;
  isCancelRequested(id: string): Promise<boolean>;
  list(filter: ListFilter, top: number): Promise<ListedOperation[]>;
  /** Makes the record a tombstone, which outlives the operation. */
  markExpired(id: string, at: Date): Promise<unknown>;
  /** Removes from the list. */
  unlist(position: string): Promise<unknown>;
  forget(id: string): Promise<unknown>;
  /** Tombstones older than the given time. */
  tombstones(before: Date, top: number): Promise<{ id: string; position: string }[]>;
  forgetTombstone(tombstone: { id: string; position: string }): Promise<void>;
  ping(): Promise<unknown>;
}

interface KeyBinding {
  id: string;
  fingerprint: string;
}

const RECORD = 'operation';
const INDEX = 'index';
const KEYS = 'key';
const ALIASES = 'alias';
const TOMBSTONES = 'expired';
/** Most idempotency keys of one operation. */
export const MAX_KEYS = 50;
/** 15 digits of milliseconds last until the year 33658. */
const DIGITS = 15;
const LATEST = 10 ** DIGITS - 1;

export function createOperationRecords(table: TableStore): OperationRecords {
  const list = createPartitions(table, INDEX);
  const keys = createPartitions(table, KEYS);
  const aliases = createPartitions(table, ALIASES);
  const expired = createPartitions(table, TOMBSTONES);
  const unbind = async (partitions: Partitions, name: string, id: string) => {
    if ((await partitions.get(name))?.operationId === id) await partitions.delete(name, name);
  };
  /** Changes a record in the version that was read; undefined when there is none, or nothing is to be changed. */
  const edit = async (id: string, change: (record: OperationRecord) => Partial<OperationRecord> | undefined) => {
    for (;;) {
      const found = await table.read(id, RECORD);
      if (found?.row.kind === undefined) return undefined;
      const record = recordOf(id, found.row);
      const changes = change(record);
      if (!changes) return undefined;
      const changed = { ...record, ...changes };
      const { id: partitionKey, ...values } = changed;
      const replace = { partitionKey, rowKey: RECORD, ...values };
      if ((await table.transact([{ replace, etag: found.etag }])) !== undefined) return changed;
    }
  };
  return {
    webhooks: new WebhookRows(table),
    insert: ({ id, ...record }) => table.insert({ partitionKey: id, rowKey: RECORD, ...record }),
    enlist: ({ id, kind, createdAt }) =>
      table.put({ partitionKey: list.of(id), rowKey: positionOf({ id, createdAt }), operationId: id, kind }),
    async find(id) {
      const row = await table.get(id, RECORD);
      return row?.kind === undefined ? undefined : recordOf(id, row);
    },
    claim: ({ id, claims = 0 }, mark) =>
      edit(id, (record) => ((record.claims ?? 0) === claims ? { ...mark, claims: claims + 1 } : undefined)),
    bindRetry: async ({ id, retriedBy: before }, retriedBy, at) => {
      const changed = await edit(id, (record) => {
        const isGone = record.deletedAt !== undefined || record.expiredAt !== undefined;
        if (isGone || record.retriedBy !== before) return undefined;
        return { retriedBy, retriedAt: at.toISOString() };
      });
      return changed !== undefined;
    },
    addKey: async (id, keyHash) => {
      const changed = await edit(id, ({ deletedAt, expiredAt, ...record }) => {
        const hashes = keyHashesOf(record);
        if (deletedAt !== undefined || expiredAt !== undefined) return undefined;
        if (hashes.includes(keyHash)) return {};
        if (hashes.length >= MAX_KEYS) return undefined;
        return { keyHash: [...hashes, keyHash].join(' ') };
      });
      return changed !== undefined;
    },
    bindKey: (key, { id, fingerprint }) => keys.insert(hashKey(key), { operationId: id, fingerprint }),
    async findKey(key) {
      const row = await keys.get(hashKey(key));
      return row && { id: String(row.operationId), fingerprint: String(row.fingerprint) };
    },
    unbindKey: (keyHash, id) => unbind(keys, keyHash, id),
    bindAlias: (alias, id) => aliases.insert(alias, { operationId: id }),
    async findAlias(alias) {
      const row = await aliases.get(alias);
      return row && String(row.operationId);
    },
    unbindAlias: (alias, id) => unbind(aliases, alias, id),
    requestCancel: (id, at) => table.update({ partitionKey: id, rowKey: RECORD, cancelRequestedAt: at.toISOString() }),
    isCancelRequested: async (id) => (await table.get(id, RECORD))?.cancelRequestedAt !== undefined,
    list: async (filter, top) => (await list.first(rangeOf(filter), top)).map(listedOf),
    async markExpired(id, at) {
      const rowKey = `${digits(at.getTime())}-${id}`;
      await table.put({ partitionKey: expired.of(id), rowKey, operationId: id });
      await table.update({ partitionKey: id, rowKey: RECORD, expiredAt: at.toISOString() });
    },
    unlist: (position) => list.delete(idIn(position), position),
    forget: (id) => table.delete(id, RECORD),
    async tombstones(before, top) {
      const rows = await expired.first([`RowKey lt '${digits(before.getTime())}'`], top);
      return rows.map((row) => ({ id: String(row.operationId), position: row.rowKey }));
    },
    async forgetTombstone({ id, position }) {
      await table.delete(id, RECORD);
      await expired.delete(id, position);
    },
    ping: () => table.ping(),
  };
}

/** Row keys sort upwards, the list runs from new to old: so the key counts down. */
export function positionOf({ id, createdAt }: Pick<OperationRecord, 'id' | 'createdAt'>): string {
  return `${digits(LATEST - Date.parse(createdAt))}-${id}`;
}

/** A position, and the row key of a tombstone, end with the operation's id. */
function idIn(position: string): string {
  return position.slice(DIGITS + 1);
}

/** Times that the digits cannot hold become the earliest or latest that they can. */
function digits(value: number): string {
  return String(Math.min(Math.max(value, 0), LATEST)).padStart(DIGITS, '0');
}

/** Conditions for the row keys of the list. */
function rangeOf({ createdAfter, createdBefore, after }: ListFilter): string[] {
  return [
    // "-" is 0x2D and "." is 0x2E: every key of that millisecond lies between the bare digits and the digits with a ".".
    ...(createdBefore ? [`RowKey gt '${digits(LATEST - createdBefore.getTime())}.'`] : []),
    ...(createdAfter ? [`RowKey lt '${digits(LATEST - createdAfter.getTime())}'`] : []),
    ...(after ? [`RowKey gt '${after.replaceAll("'", "''")}'`] : []),
  ];
}

function listedOf(row: Row): ListedOperation {
  return {
    id: String(row.operationId),
    kind: String(row.kind),
    position: row.rowKey,
  };
}

function recordOf(id: string, row: Row): OperationRecord {
  const text = (name: string) => (row[name] === undefined ? undefined : String(row[name]));
  return {
    id,
    kind: String(row.kind),
    fingerprint: String(row.fingerprint),
    createdAt: String(row.createdAt),
    keyHash: text('keyHash'),
    alias: text('alias'),
    cancelRequestedAt: text('cancelRequestedAt'),
    deletedAt: text('deletedAt'),
    expiredAt: text('expiredAt'),
    claims: row.claims === undefined ? undefined : Number(row.claims),
    retryOf: text('retryOf'),
    retriedBy: text('retriedBy'),
    retriedAt: text('retriedAt'),
    webhook: row.webhook === undefined ? undefined : row.webhook === true,
  };
}

export function keyHashesOf({ keyHash }: Pick<OperationRecord, 'keyHash'>): string[] {
  return keyHash?.split(' ') ?? [];
}

/** A client's key may hold any character and may be a secret: only its hash is stored. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
