import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  TableClient,
  type RestError,
  type TableServiceClientOptions,
  type TransactionAction,
} from '@azure/data-tables';
import {
  type BlobServiceClient,
  type BlockBlobClient,
  type ContainerClient,
  type ContainerListBlobFlatSegmentResponse,
} from '@azure/storage-blob';
import { blobServiceOf, createSigner, type SasSigner } from './blob-sas.js';
import { BLOCKS_AT_ONCE, blocksOf } from './blocks.js';
import { commonErrors, OperationError } from './errors.js';
import { TimeoutError } from './http-connection.js';
import { retried } from './retried.js';
import { retryingTable } from './retrying-table.js';
import { type StorageLocation } from './storage-location.js';
import { type Row, type RowWrite, type TableStore } from './table-store.js';

export { type Row, type RowWrite, type TableStore } from './table-store.js';

/** Longest times of one call to storage. */
export interface StorageTimeouts {
  pingMs: number;
  tableMs: number;
  /** Also the longest time in which the bytes of a stream do not advance. */
  blobMs: number;
}

/** Storage calls fail within seconds, so that a request is answered 503 and an activity is retried durably. */
export const TIMEOUTS: StorageTimeouts = { pingMs: 3_000, tableMs: 5_000, blobMs: 20_000 };

/** Calls are repeated here (retried.ts), also after 429, and not in the SDKs. */
export const use = <T>(call: () => Promise<T>): Promise<T> => retried(() => as503(call));

type Abortable = { abortSignal: AbortSignal };
export const within = (ms: number): Abortable => ({ abortSignal: AbortSignal.timeout(ms) });

/** Bytes by name. The app chooses the names; a second write to a name replaces the first. */
export interface BlobStore {
  put(name: string, bytes: Buffer, contentType: string): Promise<void>;
  /** Stores bytes under a name that has none; false when it has some, also of an attempt whose answer was lost. */
  create(name: string, bytes: Buffer, contentType: string): Promise<boolean>;
  /** Undefined when there is no such blob. @throws OperationError 503 when storage cannot be reached */
  get(name: string): Promise<Buffer | undefined>;
  size(name: string): Promise<number | undefined>;
  /** The names of all blobs that start with the prefix. */
  names(prefix: string): Promise<string[]>;
  /** Stores the bytes of a blob under a second name too; false when there is no such blob. */
  copy(from: string, to: string): Promise<boolean>;
  /**
   * Stores bytes while they arrive; when the source fails, nothing is stored and its error is thrown.
   * @returns the number of bytes
   */
  putStream(name: string, source: AsyncIterable<Uint8Array>, contentType: string): Promise<number>;
  /** Stores a block, which belongs to no blob until it is committed. Ids of one name have the same length. */
  stage(name: string, id: string, bytes: Buffer): Promise<void>;
  /** Makes a blob of blocks, staged ones or its own, and discards all others that are staged for the name. */
  commit(name: string, ids: readonly string[], contentType: string): Promise<void>;
  /** Deletes a blob and the blocks that are staged for the name. */
  discard(name: string): Promise<void>;
  /** Leases of blobs. */
  leases: BlobLeases;
  /** Streams the bytes from `start` up to and without `end` (default: all); undefined when there is no such blob. */
  stream(name: string, start?: number, end?: number): Promise<Readable | undefined>;
  /** A URL that reads the blob without a key for the given minutes. */
  readUrl(name: string, minutes: number): Promise<string>;
  /** The folders directly under one, which ends with a slash like each of them; in the order of their names. */
  folders(folder: string): Promise<string[]>;
  /** Deletes every blob whose name starts with the prefix, or those of them that the options name. */
  deletePrefix(prefix: string, options?: DeletePrefixOptions): Promise<void>;
  /** Rejects when storage does not answer. */
  ping(): Promise<unknown>;
}

/** Leases: at most one holder of a blob at a time, across processes. The ids of holders are UUIDs. */
export interface BlobLeases {
  /** Takes the lease for 15 to 60 s. */
  acquire(name: string, holder: string, seconds: number): Promise<'acquired' | 'held' | 'missing'>;
  /** False when the holder has lost the lease, or must give it up. */
  renew(name: string, holder: string): Promise<boolean>;
  /** A lease that is lost is released already. */
  release(name: string, holder: string): Promise<void>;
  /** Ends the lease after 0 to 60 s, in which it cannot be renewed. */
  break(name: string, seconds: number): Promise<void>;
}

interface DeletePrefixOptions {
  /** Only blobs that were stored before, ms since the epoch. */
  storedBefore?: number;
  /** When it stops although blobs are left, ms since the epoch. */
  until?: number;
}

/** The signer of a service. A key that it needs is got as any other call is made. */
export function signerOf(service: BlobServiceClient, location: StorageLocation): SasSigner {
  return createSigner(service, location, (from, until) =>
    use(() => service.getUserDelegationKey(from, until, within(TIMEOUTS.blobMs))),
  );
}

export function createBlobStore(
  location: StorageLocation,
  container: string,
  { pingMs, blobMs }: Pick<StorageTimeouts, 'pingMs' | 'blobMs'> = TIMEOUTS,
): BlobStore {
  const service = blobServiceOf(location);
  const signer = signerOf(service, location);
  const client = service.getContainerClient(container);
  const ready = once(() => client.createIfNotExists(within(pingMs)));
  const blob = (name: string) => client.getBlockBlobClient(name);
  return {
    put: (name, bytes, contentType) =>
      use(async () => {
        await ready();
        const blobHTTPHeaders = { blobContentType: contentType };
        await blob(name).uploadData(bytes, { blobHTTPHeaders, ...within(blobMs) });
      }),
    create: (name, bytes, blobContentType) =>
      use(async () => {
        await ready();
        const options = { conditions: { ifNoneMatch: '*' }, blobHTTPHeaders: { blobContentType }, ...within(blobMs) };
        return falseOnStatus(409, () => blob(name).upload(bytes, bytes.length, options));
      }),
    get: (name) => use(() => undefinedOn404(() => blob(name).downloadToBuffer(undefined, undefined, within(blobMs)))),
    size: (name) =>
      use(async () => (await undefinedOn404(() => blob(name).getProperties(within(pingMs))))?.contentLength),
    names: (prefix) => use(() => namesOf(client, prefix, blobMs)),
    async copy(from, to) {
      const source = await use(() => undefinedOn404(() => download(blob(from), {}, blobMs)));
      if (!source?.readableStreamBody) return false;
      const { contentType = 'application/octet-stream' } = source;
      await putStream(blob(to), moving(source.readableStreamBody, blobMs), contentType, blobMs);
      return true;
    },
    async putStream(name, source, contentType) {
      await use(ready);
      return putStream(blob(name), source, contentType, blobMs);
    },
    async stage(name, id, bytes) {
      await use(ready);
      await stageBlock(blob(name), id, bytes, blobMs);
    },
    commit: (name, ids, contentType) => commitBlocks(blob(name), ids, contentType, blobMs),
    async discard(name) {
      await use(ready);
      // A blob that does not exist yet keeps its blocks for a week; committing none discards them.
      await commitBlocks(blob(name), [], 'application/octet-stream', blobMs);
      await use(() => blob(name).deleteIfExists(within(blobMs)));
    },
    leases: leasesOf(blob, pingMs),
    stream: (name, start = 0, end) =>
      use(async () => {
        if (end === start) return Readable.from([]);
        const answer = await undefinedOn404(() => download(blob(name), { start, count: end && end - start }, blobMs));
        return answer?.readableStreamBody && moving(answer.readableStreamBody, blobMs);
      }),
    readUrl: (name, minutes) => signer.readUrl(blob(name), minutes),
    folders: (folder) => use(() => foldersIn(client, folder, blobMs)),
    deletePrefix: (prefix, options) => use(() => deletePrefix(client, prefix, { blobMs, ...options })),
    ping: () => use(() => client.exists(within(pingMs))),
  };
}

/** The time-out is for the answer alone: how long the body may take depends on its reader. */
export async function download(
  client: BlockBlobClient,
  { start = 0, count, ifMatch }: { start?: number; count?: number | undefined; ifMatch?: string },
  blobMs: number,
) {
  const stall = stallWatch(blobMs, 'Storage gives no answer.');
  stall.begin();
  try {
    return await client.download(start, count, { conditions: { ifMatch }, abortSignal: stall.signal });
  } finally {
    stall.end();
  }
}

/** The source, which fails with 503 when the reader waits for its next bytes for `blobMs`. */
export function moving(source: NodeJS.ReadableStream, blobMs: number): Readable {
  const destroy = (reason?: Error) => {
    if (source instanceof Readable) source.destroy(reason);
  };
  const chunks = async function* () {
    const stall = stallWatch(blobMs, 'Storage sends no more bytes.');
    // A race with a promise that lasts as long as the stream would keep all of its bytes.
    stall.signal.addEventListener('abort', () => destroy(stall.signal.reason as Error));
    const iterator = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        stall.begin();
        const next = await as503(() => iterator.next());
        stall.end();
        if (next.done) return;
        yield next.value as Buffer;
      }
    } finally {
      stall.end();
      destroy();
    }
  };
  return Readable.from(chunks(), { objectMode: false, highWaterMark: READ_AHEAD_BYTES });
}

/** Bytes that are read before the reader of a stream takes them; it gets all that has come. */
const READ_AHEAD_BYTES = 1024 * 1024;

/** The source may be slow, and each block has its own time. What the source throws is thrown. */
async function putStream(
  client: BlockBlobClient,
  source: AsyncIterable<Uint8Array>,
  contentType: string,
  blobMs: number,
) {
  const upload = randomUUID(); // another one of this name may be in progress
  const ids: string[] = [];
  let bytes = 0;
  const readable = Readable.from(blocksOf(source), { highWaterMark: 1 });
  const store = async (block: Buffer) => {
    const id = `${upload}-${String(ids.length).padStart(6, '0')}`;
    ids.push(id);
    bytes += block.length;
    await stageBlock(client, id, block, blobMs);
  };
  try {
    await readable.forEach(store, { concurrency: BLOCKS_AT_ONCE });
  } finally {
    readable.destroy();
  }
  await commitBlocks(client, ids, contentType, blobMs);
  return bytes;
}

const blockId = (id: string) => Buffer.from(id).toString('base64');

function stageBlock(client: BlockBlobClient, id: string, block: Buffer, blobMs: number): Promise<unknown> {
  return use(() => client.stageBlock(blockId(id), block, block.length, within(blobMs)));
}

async function commitBlocks(client: BlockBlobClient, ids: readonly string[], contentType: string, blobMs: number) {
  const options = { blobHTTPHeaders: { blobContentType: contentType }, ...within(blobMs) };
  await use(() => client.commitBlockList(ids.map(blockId), options));
}

function leasesOf(blob: (name: string) => BlockBlobClient, pingMs: number): BlobLeases {
  const changed = async (call: () => Promise<unknown>) => {
    try {
      await use(call);
      return 200;
    } catch (error) {
      const status = statusOf(error);
      if (status === 404 || status === 409 || status === 412) return status;
      throw error;
    }
  };
  return {
    async acquire(name, holder, seconds) {
      const status = await changed(() => blob(name).getBlobLeaseClient(holder).acquireLease(seconds, within(pingMs)));
      return status === 200 ? 'acquired' : status === 404 ? 'missing' : 'held';
    },
    renew: async (name, holder) =>
      (await changed(() => blob(name).getBlobLeaseClient(holder).renewLease(within(pingMs)))) === 200,
    async release(name, holder) {
      await changed(() => blob(name).getBlobLeaseClient(holder).releaseLease(within(pingMs)));
    },
    async break(name, seconds) {
      await changed(() => blob(name).getBlobLeaseClient().breakLease(seconds, within(pingMs)));
    },
  };
}

/** A signal that aborts when a step that began does not end within `ms`. */
function stallWatch(ms: number, message: string) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => controller.abort(new TimeoutError(message));
  return {
    signal: controller.signal,
    begin: () => void (timer = setTimeout(stop, ms)),
    end: () => clearTimeout(timer),
  };
}

async function foldersIn(client: ContainerClient, folder: string, blobMs: number): Promise<string[]> {
  const found: string[] = [];
  await undefinedOn404(async () => {
    for await (const item of client.listBlobsByHierarchy('/', { prefix: folder, ...within(blobMs) }))
      if (item.kind === 'prefix') found.push(item.name);
  });
  return found;
}

async function namesOf(client: ContainerClient, prefix: string, blobMs: number): Promise<string[]> {
  const found: string[] = [];
  await undefinedOn404(async () => {
    for await (const { name } of client.listBlobsFlat({ prefix, ...within(blobMs) })) found.push(name);
  });
  return found;
}

/** Blobs that are listed, and then deleted concurrently. */
const DELETED_AT_ONCE = 32;

/** Each page and each deletion has its own time: many blobs may take longer in all. */
async function deletePrefix(
  client: ContainerClient,
  prefix: string,
  { blobMs, storedBefore = Infinity, until = Infinity }: DeletePrefixOptions & { blobMs: number },
): Promise<void> {
  await undefinedOn404(async () => {
    for (let continuationToken: string | undefined; Date.now() < until;) {
      const options = { continuationToken, maxPageSize: DELETED_AT_ONCE };
      const pages = client.listBlobsFlat({ prefix, ...within(blobMs) }).byPage(options);
      const { value: page } = (await pages.next()) as IteratorResult<ContainerListBlobFlatSegmentResponse, undefined>;
      const due = page?.segment.blobItems.filter(({ properties }) => properties.lastModified.getTime() < storedBefore);
      await Promise.all((due ?? []).map(({ name }) => client.getBlockBlobClient(name).deleteIfExists(within(blobMs))));
      continuationToken = page?.continuationToken;
      if (!continuationToken) return;
    }
  });
}

export function createTableStore(
  location: StorageLocation,
  table: string,
  { tableMs }: Pick<StorageTimeouts, 'tableMs'> = TIMEOUTS,
): TableStore {
  return retryingTable(tableOf(location, table, tableMs));
}

function tableOf(location: StorageLocation, table: string, tableMs: number): TableStore {
  const options: TableServiceClientOptions = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
  const client =
    typeof location === 'string'
      ? TableClient.fromConnectionString(location, table, options)
      : new TableClient(location.tableUrl, table, location.credential, options);
  const ready = once(() => client.createTable(within(tableMs)));
  const request = <T>(call: (limit: Abortable) => Promise<T>) =>
    as503(async () => {
      await ready();
      return call(within(tableMs));
    });
  return {
    insert: (row) => request((limit) => falseOnStatus(409, () => client.createEntity(row, limit))),
    put: (row) => request((limit) => client.upsertEntity(row, 'Replace', limit)),
    update: (row) => request((limit) => falseOnStatus(404, () => client.updateEntity(row, 'Merge', limit))),
    get: (partitionKey, rowKey) =>
      request((limit) => undefinedOn404(() => client.getEntity<Row>(partitionKey, rowKey, limit))),
    delete: (partitionKey, rowKey) =>
      request((limit) => undefinedOn404(() => client.deleteEntity(partitionKey, rowKey, limit))),
    read: (partitionKey, rowKey) =>
      request(async (limit) => {
        const found = await undefinedOn404(() => client.getEntity<Row>(partitionKey, rowKey, limit));
        return found && { row: found, etag: found.etag };
      }),
    query: (filter, top, columns) => request((limit) => firstRows(client, { filter, top, columns }, limit)),
    transact: (writes) => request((limit) => transact(client, writes, limit)),
    ping: () => request((limit) => undefinedOn404(() => client.getEntity('ping', 'ping', limit))),
  };
}

interface Query {
  filter: string;
  top: number;
  columns: string[] | undefined;
}

async function firstRows(client: TableClient, { filter, top, columns }: Query, limit: Abortable): Promise<Row[]> {
  const rows: Row[] = [];
  const queryOptions = { filter, ...(columns && { select: ['PartitionKey', 'RowKey', ...columns] }) };
  // A page may hold fewer rows than asked for, even none, and still be followed by another.
  const pages = client.listEntities<Row>({ queryOptions, ...limit }).byPage({ maxPageSize: top });
  for await (const page of pages) {
    rows.push(...page);
    if (rows.length >= top) break;
  }
  return rows.slice(0, top);
}

/** A conflict, a version that is not current, and a row that is missing. */
const CONDITION_FAILED = [404, 409, 412];

async function transact(
  client: TableClient,
  writes: readonly RowWrite[],
  limit: Abortable,
): Promise<string | undefined> {
  try {
    const { subResponses } = await client.submitTransaction(writes.map(actionOf), limit);
    return subResponses[0]?.etag ?? '';
  } catch (error) {
    if (CONDITION_FAILED.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

function actionOf(write: RowWrite): TransactionAction {
  if ('insert' in write) return ['create', write.insert];
  if ('replace' in write) return ['update', write.replace, 'Replace', { etag: write.etag }];
  return 'merge' in write ? ['update', write.merge, 'Merge'] : ['delete', write.delete];
}

/** False when the call is answered with the given status, true when it succeeds. */
async function falseOnStatus(status: number, call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (statusOf(error) === status) return false;
    throw error;
  }
}

export async function undefinedOn404<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * Throws 503 when the account is unreachable, slow or throttling. Other refusals (a wrong key, a bad request) are
 * faults of the app and are thrown as they are.
 */
async function as503<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof OperationError || !isTransient(cause)) throw cause;
    throw commonErrors.ServiceUnavailable('Storage cannot be reached; try again shortly.', { cause });
  }
}

function isTransient(error: unknown): boolean {
  if (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name)) return true;
  if (!isRestError(error)) return false;
  const { statusCode } = error;
  return statusCode === undefined || statusCode === 408 || statusCode === 429 || statusCode >= 500;
}

/** Both storage packages throw errors of this name, each from its own copy of the class. */
function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === 'RestError';
}

export function statusOf(error: unknown): number | undefined {
  return isRestError(error) ? error.statusCode : undefined;
}

/** Runs `first` once; after a failed run, the next caller tries again. */
function once(first: () => Promise<unknown>): () => Promise<unknown> {
  let running: Promise<unknown> | undefined;
  return () =>
    (running ??= first().catch((error: unknown) => {
      running = undefined;
      throw error;
    }));
}
