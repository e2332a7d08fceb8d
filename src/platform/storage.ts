import { Readable } from 'node:stream';
import { TableClient, type RestError, type TableServiceClientOptions } from '@azure/data-tables';
import { BlobSASPermissions, BlobServiceClient, type BlockBlobClient, type ContainerClient } from '@azure/storage-blob';
import { commonErrors, OperationError } from './errors.js';

/** Storage calls fail within seconds, so that a request is answered 503 and an activity is retried durably. */
const PING_TIMEOUT_MS = 3_000;
const TABLE_TIMEOUT_MS = 5_000;
const BLOB_TIMEOUT_MS = 20_000;
const RETRIES = { maxRetries: 2, maxTries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

type Abortable = { abortSignal: AbortSignal };
const within = (ms: number): Abortable => ({ abortSignal: AbortSignal.timeout(ms) });

/** Bytes by name. Names are chosen by the app; a second write of the same name replaces the first. */
export interface BlobStore {
  put(name: string, bytes: Buffer, contentType: string): Promise<void>;
  /** @throws OperationError 503 when storage is away; undefined when there is no such blob */
  get(name: string): Promise<Buffer | undefined>;
  size(name: string): Promise<number | undefined>;
  /**
   * Stores bytes while they come; when the source fails, nothing is stored and its error is thrown.
   * @returns how many they were
   */
  putStream(name: string, source: AsyncIterable<Uint8Array>, contentType: string): Promise<number>;
  /** Bytes from `start` up to `end` (not with it; default: all), as they come; undefined when there is no such blob. */
  stream(name: string, start?: number, end?: number): Promise<Readable | undefined>;
  /** A URL that reads the blob without a key, for so many minutes. */
  readUrl(name: string, minutes: number): Promise<string>;
  /** Deletes every blob whose name starts so. */
  deletePrefix(prefix: string): Promise<void>;
  /** Rejects when storage does not answer. */
  ping(): Promise<unknown>;
}

export function createBlobStore(connectionString: string, container: string): BlobStore {
  const service = BlobServiceClient.fromConnectionString(connectionString, { retryOptions: RETRIES });
  const client = service.getContainerClient(container);
  const ready = once(() => client.createIfNotExists(within(PING_TIMEOUT_MS)));
  const blob = (name: string) => client.getBlockBlobClient(name);
  return {
    put: (name, bytes, contentType) =>
      reached(async () => {
        await ready();
        const blobHTTPHeaders = { blobContentType: contentType };
        await blob(name).uploadData(bytes, { blobHTTPHeaders, ...within(BLOB_TIMEOUT_MS) });
      }),
    get: (name) =>
      reached(() => absent(() => blob(name).downloadToBuffer(undefined, undefined, within(BLOB_TIMEOUT_MS)))),
    size: (name) =>
      reached(async () => (await absent(() => blob(name).getProperties(within(PING_TIMEOUT_MS))))?.contentLength),
    putStream: (name, source, contentType) =>
      reached(async () => {
        await ready();
        return putStream(blob(name), source, contentType);
      }),
    stream: (name, start = 0, end) =>
      reached(async () => {
        if (end === start) return Readable.from([]);
        const answer = await absent(() => blob(name).download(start, end && end - start));
        return answer?.readableStreamBody as Readable | undefined;
      }),
    readUrl: (name, minutes) =>
      blob(name).generateSasUrl({
        permissions: BlobSASPermissions.parse('r'),
        expiresOn: new Date(Date.now() + minutes * 60_000),
      }),
    deletePrefix: (prefix) => reached(() => deletePrefix(client, prefix)),
    ping: () => reached(() => client.exists(within(PING_TIMEOUT_MS))),
  };
}

/** Blocks of a streamed blob: a block is held in memory until it is stored. */
const BLOCK_BYTES = 1024 * 1024;
const BLOCKS_AT_ONCE = 4;

/** A source may take its time; storage that takes no more bytes for `BLOB_TIMEOUT_MS` is away. */
async function putStream(client: BlockBlobClient, source: AsyncIterable<Uint8Array>, contentType: string) {
  const stall = stallWatch(BLOB_TIMEOUT_MS);
  let bytes = 0;
  let failure: { cause: unknown } | undefined;
  const passing = async function* () {
    try {
      for await (const chunk of source) {
        bytes += chunk.length;
        stall.begin();
        // The SDK calls methods of a Buffer on it.
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
        stall.end();
      }
      stall.begin();
    } catch (cause) {
      failure = { cause };
      throw cause;
    }
  };
  const options = { blobHTTPHeaders: { blobContentType: contentType }, abortSignal: stall.signal };
  try {
    await client.uploadStream(Readable.from(passing()), BLOCK_BYTES, BLOCKS_AT_ONCE, options);
  } catch (thrown) {
    throw failure ? failure.cause : thrown;
  } finally {
    stall.end();
  }
  return bytes;
}

/** A signal that is aborted once something that began has not ended within `ms`. */
function stallWatch(ms: number) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = () => controller.abort(new DOMException('Storage takes no more bytes.', 'TimeoutError'));
  return {
    signal: controller.signal,
    begin: () => void (timer = setTimeout(stop, ms)),
    end: () => clearTimeout(timer),
  };
}

async function deletePrefix(client: ContainerClient, prefix: string): Promise<void> {
  await absent(async () => {
    for await (const { name } of client.listBlobsFlat({ prefix, ...within(BLOB_TIMEOUT_MS) })) {
      await client.getBlockBlobClient(name).deleteIfExists(within(BLOB_TIMEOUT_MS));
    }
  });
}

/** A row as the app keeps it: its keys and plain values. Keys are chosen by the app. */
export type Row = { partitionKey: string; rowKey: string } & Record<string, string | number | boolean | undefined>;

export interface TableStore {
  /** False when a row with these keys is there already. */
  insert(row: Row): Promise<boolean>;
  /** Writes the row whether or not there is one. */
  put(row: Row): Promise<unknown>;
  /** Sets the given values of a row and leaves its others; false when there is no such row. */
  update(row: Row): Promise<boolean>;
  get(partitionKey: string, rowKey: string): Promise<Row | undefined>;
  delete(partitionKey: string, rowKey: string): Promise<unknown>;
  /** Rows in the order of their row keys, at most `top` (up to 1,000), of those that the OData filter takes. */
  query(filter: string, top: number): Promise<Row[]>;
  /** Rejects when storage does not answer. */
  ping(): Promise<unknown>;
}

export function createTableStore(connectionString: string, table: string): TableStore {
  const options: TableServiceClientOptions = { allowInsecureConnection: true, retryOptions: RETRIES };
  const client = TableClient.fromConnectionString(connectionString, table, options);
  const ready = once(() => client.createTable(within(TABLE_TIMEOUT_MS)));
  const use = <T>(call: (limit: Abortable) => Promise<T>) =>
    reached(async () => {
      await ready();
      return call(within(TABLE_TIMEOUT_MS));
    });
  return {
    insert: (row) => use((limit) => unless(409, () => client.createEntity(row, limit))),
    put: (row) => use((limit) => client.upsertEntity(row, 'Replace', limit)),
    update: (row) => use((limit) => unless(404, () => client.updateEntity(row, 'Merge', limit))),
    get: (partitionKey, rowKey) => use((limit) => absent(() => client.getEntity<Row>(partitionKey, rowKey, limit))),
    delete: (partitionKey, rowKey) => use((limit) => absent(() => client.deleteEntity(partitionKey, rowKey, limit))),
    query: (filter, top) => use((limit) => firstRows(client, filter, top, limit)),
    ping: () => use((limit) => absent(() => client.getEntity('ping', 'ping', limit))),
  };
}

async function firstRows(client: TableClient, filter: string, top: number, limit: Abortable): Promise<Row[]> {
  const rows: Row[] = [];
  // A page may hold fewer rows than asked for, even none, and still be followed by another.
  const pages = client.listEntities<Row>({ queryOptions: { filter }, ...limit }).byPage({ maxPageSize: top });
  for await (const page of pages) {
    rows.push(...page);
    if (rows.length >= top) break;
  }
  return rows.slice(0, top);
}

/** False when the call is answered with the given status, true when it is done. */
async function unless(status: number, call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (statusOf(error) === status) return false;
    throw error;
  }
}

async function absent<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * The account being away, slow or throttling passes: 503. What storage refuses otherwise (a wrong key, a bad request)
 * is a fault of ours, and must look like one.
 */
async function reached<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof OperationError || !mayPass(cause)) throw cause;
    throw commonErrors.ServiceUnavailable('Storage cannot be reached; try again shortly.', { cause });
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name)) return true;
  if (!isRestError(error)) return false;
  const { statusCode } = error;
  return statusCode === undefined || statusCode === 408 || statusCode === 429 || statusCode >= 500;
}

/** Both storage packages throw errors of this name, each from its own copy of the class. */
function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === 'RestError';
}

function statusOf(error: unknown): number | undefined {
  return isRestError(error) ? error.statusCode : undefined;
}

/** Runs `first` once; a failed run is forgotten, so that the next caller tries again. */
function once(first: () => Promise<unknown>): () => Promise<unknown> {
  let running: Promise<unknown> | undefined;
  return () =>
    (running ??= first().catch((error: unknown) => {
      running = undefined;
      throw error;
    }));
}
