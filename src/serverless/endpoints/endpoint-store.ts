import { createHash } from 'node:crypto';
import { type z } from 'zod';
import { commonErrors, defineErrors } from '../../platform/errors.js';
import { type Row, type TableStore } from '../../platform/storage.js';
import {
  DEFAULT_MAX_QUEUED,
  endpointId,
  endpointSettings,
  type EndpointSettings,
  type Worker,
} from './endpoint-settings.js';
import { hashOfKey, newKey, opens, type KeyHashes } from './keys.js';

/**
 * Endpoints as rows of table `serverless`, which only operators write (docs/serverless-admin.md).
 *
 * E1. A key exists in clear only in the results of `create` and `rotateKey`; the row has its hash.
 * E2. At most two keys of an endpoint are valid, the older one until its grace period ends.
 * E3. This process caches the rows for at most `CACHE_MS`.
 * E4. One read gets all rows, so that a call for an endpoint that does not exist takes as long, and needs as few
 *     storage calls, as one for an endpoint that exists.
 */
export interface Endpoint extends EndpointSettings {
  id: string;
  /** ISO 8601. */
  createdAt: string;
}

export type DeletedEndpoint = Pick<Endpoint, 'id' | 'createdAt'>;

/** Requests at the workers at a time: 0 while the endpoint has no worker. */
export function capOf({ worker, workers }: Pick<Endpoint, 'worker' | 'workers'>): number {
  return worker ? workers : 0;
}

/** An endpoint and the version of its row, which any change of its settings or keys replaces. */
export interface Versioned {
  endpoint: Endpoint;
  /** A strong ETag (RFC 9110, 8.8.3). */
  etag: string;
}

interface NewKey extends Versioned {
  /** Shown to the operator once. */
  key: string;
}

/** Every method @throws OperationError 503 when storage is away. */
export interface EndpointStore {
  /**
   * The endpoint when the key is valid for it, otherwise undefined, after the same time for every reason.
   *
   * @param key from the header, see `bearerOf`
   */
  authorize(id: string, key: string | undefined): Promise<Endpoint | undefined>;
  /**
   * The endpoint.
   *
   * @param createdAt only the endpoint that was created then; its row is read when the cached list, which may be older,
   *   does not have it
   */
  find(id: string, createdAt?: string): Promise<Endpoint | undefined>;
  /** The endpoint as it is stored. @throws OperationError `EndpointNotFound` */
  get(id: string): Promise<Versioned>;
  /** In the order of their ids. */
  list(): Promise<Endpoint[]>;
  /** The endpoints after an id, at most `top`, in the order of their ids. @param top below 1,000 */
  page(after: string, top: number): Promise<Endpoint[]>;
  /** @throws OperationError `InvalidEndpoint`, `EndpointExists` */
  create(id: string, settings: EndpointSettings): Promise<NewKey>;
  /**
   * Takes effect within `CACHE_MS`.
   *
   * @param changes settings, or how they follow from those of before
   * @param ifMatch `If-Match`: the ETags of which the endpoint must have one (RFC 9110, 13.1.1)
   * @throws OperationError `InvalidEndpoint`, `EndpointNotFound`, `EndpointChanged`
   */
  update(id: string, changes: Changes, ifMatch?: string): Promise<Versioned>;
  /**
   * Makes a new key. The current key stays valid for so long; a key before it ends now.
   *
   * @throws OperationError `EndpointNotFound`
   */
  rotateKey(id: string, oldValidMs: number): Promise<NewKey>;
  /** Ends the older key, if any. @throws OperationError `EndpointNotFound` */
  revokeOldKey(id: string): Promise<Versioned>;
  /** Its requests are deleted by retention. @throws OperationError `EndpointNotFound` */
  delete(id: string): Promise<void>;
  /** Deleted endpoints of which there may still be requests. */
  deleted(): Promise<DeletedEndpoint[]>;
  /** Ends the list entry of a deleted endpoint that has no requests any more. */
  forget(endpoint: DeletedEndpoint): Promise<void>;
}

type Changes = Partial<EndpointSettings> | ((before: EndpointSettings) => EndpointSettings);

/** Operators see these errors. Clients do not: a call answers 401 whatever is wrong with its endpoint. */
export const endpointErrors = defineErrors({
  InvalidEndpoint: { status: 400, retryable: false },
  EndpointNotFound: { status: 404, retryable: false },
  EndpointExists: { status: 409, retryable: false },
  EndpointChanged: { status: 412, retryable: false },
});

const PARTITION = 'endpoint';
const DELETED = 'deleted';
const CACHE_MS = 2_000;
/** Most rows in one answer of storage. */
const PAGE = 1_000;
/** Attempts at a change while others change the same endpoint. */
const ATTEMPTS = 10;

interface Entry {
  endpoint: Endpoint;
  hashes: KeyHashes;
  /** When the older key ends, in ms since the epoch. */
  previousUntil: number;
}

export function createEndpointStore(table: TableStore): EndpointStore {
  const cache = cached(() => readAll(table));
  const changed = async <T>(change: Promise<T>) => change.finally(cache.forget);
  const read = async (id: string) => {
    const found = endpointId.safeParse(id).success ? await table.read(PARTITION, id) : undefined;
    if (!found) throw endpointErrors.EndpointNotFound(`There is no endpoint "${id}".`);
    return found;
  };
  /** Replaces columns of a row, on the condition that nobody has changed it meanwhile. */
  const change = async (id: string, columnsOf: (before: Entry) => object, ifMatch = '*'): Promise<Versioned> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const { row, etag } = await read(id);
      if (!ifMatch.split(',').some((tag) => ['*', etagOf(etag)].includes(tag.trim())))
        throw endpointErrors.EndpointChanged(`Endpoint "${id}" has changed; read it again.`, { target: 'If-Match' });
      const next = { ...storedColumns(row), ...columnsOf(entryFrom(row)) };
      const stored = await changed(table.transact([{ replace: next, etag }]));
      if (stored !== undefined) return { endpoint: entryFrom(next).endpoint, etag: etagOf(stored) };
    }
    throw commonErrors.ServiceUnavailable(`Endpoint "${id}" changes too often at this moment; try again.`);
  };

  return {
    async authorize(id, key) {
      const entry = (await cache.get()).get(id);
      return opens(key, entry && validHashes(entry)) ? entry?.endpoint : undefined;
    },
    async find(id, createdAt) {
      const known = (await cache.get()).get(id)?.endpoint;
      if (createdAt === undefined || known?.createdAt === createdAt) return known;
      const row = await table.get(PARTITION, id);
      const current = row && entryFrom(row).endpoint;
      return current?.createdAt === createdAt ? current : undefined;
    },
    async get(id) {
      const { row, etag } = await read(id);
      return { endpoint: entryFrom(row).endpoint, etag: etagOf(etag) };
    },
    list: async () => [...(await readAll(table)).values()].map(({ endpoint }) => endpoint),
    async page(after, top) {
      const rows = await table.query(`PartitionKey eq '${PARTITION}' and RowKey gt '${after}'`, top);
      return rows.map((row) => entryFrom(row).endpoint);
    },
    async create(id, settings) {
      const columns = rowOf(checked(endpointId, id, 'id'), checked(endpointSettings, settings, 'endpoint'));
      const key = newKey();
      const row = { ...columns, createdAt: new Date().toISOString(), keyHash: hashOfKey(key) };
      const stored = await changed(table.transact([{ insert: row }]));
      if (stored === undefined) throw endpointErrors.EndpointExists(`There is an endpoint "${id}" already.`);
      return { endpoint: entryFrom(row).endpoint, etag: etagOf(stored), key };
    },
    update: (id, changes, ifMatch) =>
      change(
        id,
        ({ endpoint: { id: _id, createdAt: _createdAt, ...before } }) => {
          const after = typeof changes === 'function' ? changes(before) : { ...before, ...changes };
          return rowOf(id, checked(endpointSettings, after, 'endpoint'));
        },
        ifMatch,
      ),
    async rotateKey(id, oldValidMs) {
      const key = newKey();
      const after = await change(id, ({ hashes }) => ({
        keyHash: hashOfKey(key),
        previousKeyHash: hashes.current,
        previousUntil: new Date(Date.now() + oldValidMs).toISOString(),
      }));
      return { ...after, key };
    },
    revokeOldKey: (id) => change(id, () => ({ previousKeyHash: '', previousUntil: '' })),
    async delete(id) {
      const { createdAt } = entryFrom((await read(id)).row).endpoint;
      // Written first, so that an interrupted deletion can be repeated.
      await table.put({ partitionKey: DELETED, rowKey: deletedKey({ id, createdAt }), endpoint: id, createdAt });
      await changed(table.delete(PARTITION, id));
    },
    deleted: async () =>
      (await rowsOf(table, DELETED)).map(({ rowKey, endpoint, createdAt = '' }) => ({
        id: String(endpoint ?? rowKey), // an earlier version had the id as the key
        createdAt: String(createdAt),
      })),
    async forget(endpoint) {
      await table.delete(DELETED, deletedKey(endpoint));
    },
  };
}

/** The version of a row as an ETag: that of storage is a weak one, which `If-Match` cannot use. */
function etagOf(version: string): string {
  return `"${createHash('sha256').update(version).digest('base64url').slice(0, 22)}"`;
}

/** A row as it is to be written, without what storage adds when it is read. */
function storedColumns({ etag: _etag, timestamp: _timestamp, ...row }: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('odata.'))) as Row;
}

/** An id may be deleted again while requests of the endpoint before are left. */
function deletedKey({ id, createdAt }: DeletedEndpoint): string {
  return createdAt === '' ? id : `${id} ${createdAt}`;
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const { data, error } = schema.safeParse(value);
  if (!error) return data;
  const [{ path, message } = { path: [], message: 'is not valid' }] = error.issues;
  const target = path.length > 0 ? path.join('.') : what;
  throw endpointErrors.InvalidEndpoint(`${target}: ${message}.`, { target });
}

function validHashes({ hashes: { current, previous }, previousUntil }: Entry): KeyHashes {
  return { current, previous: Date.now() < previousUntil ? previous : undefined };
}

async function readAll(table: TableStore): Promise<Map<string, Entry>> {
  return new Map((await rowsOf(table, PARTITION)).map((row) => [row.rowKey, entryFrom(row)]));
}

async function rowsOf(table: TableStore, partition: string): Promise<Row[]> {
  const rows: Row[] = [];
  let page: Row[];
  do {
    const after = rows.at(-1)?.rowKey ?? '';
    page = await table.query(`PartitionKey eq '${partition}' and RowKey gt '${after}'`, PAGE);
    rows.push(...page);
  } while (page.length === PAGE);
  return rows;
}

/** Absent values are empty strings, because merging a row cannot remove a value. */
function rowOf(id: string, settings: EndpointSettings): Row {
  const { worker, workers, maxSyncWaiting, maxQueued, webhookSecret = '' } = settings;
  return {
    partitionKey: PARTITION,
    rowKey: id,
    workerUrl: worker && 'url' in worker ? worker.url : '',
    workerKind: worker && 'kind' in worker ? worker.kind : '',
    workers,
    maxSyncWaiting,
    maxQueued,
    webhookSecret,
  };
}

function entryFrom(row: Row): Entry {
  const text = (name: string) => String(row[name] ?? '') || undefined;
  return {
    endpoint: {
      id: row.rowKey,
      worker: workerFrom(text('workerUrl'), text('workerKind')),
      workers: Number(row.workers),
      maxSyncWaiting: Number(row.maxSyncWaiting),
      maxQueued: Number(row.maxQueued ?? DEFAULT_MAX_QUEUED),
      webhookSecret: text('webhookSecret'),
      createdAt: text('createdAt') ?? '',
    },
    hashes: { current: text('keyHash') ?? '', previous: text('previousKeyHash') },
    previousUntil: Date.parse(text('previousUntil') ?? '') || 0,
  };
}

function workerFrom(url: string | undefined, kind: string | undefined): Worker {
  if (url !== undefined) return { url };
  return kind === undefined ? null : { kind };
}

/** Callers that find the value expired share one load. */
function cached<T>(load: () => Promise<T>) {
  let known: { value: Promise<T>; at: number } | undefined;
  const forget = () => void (known = undefined);
  const get = () => {
    if (known && performance.now() - known.at < CACHE_MS) return known.value;
    const entry = { value: load(), at: performance.now() };
    known = entry;
    // A failed load is not cached: the next caller tries again.
    entry.value.catch(() => known === entry && forget());
    return entry.value;
  };
  return { get, forget };
}
