import { RestError, TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { BlobSASPermissions, BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { commonErrors, OperationError } from './errors.js';

const PING_TIMEOUT_MS = 3_000;

/** Storage calls fail within seconds, so that a request is answered 503 and an activity is retried durably. */
const RETRIES = { maxRetries: 2, maxTries: 2, tryTimeoutInMs: 8_000, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** Bytes by name. Names are chosen by the app; a second write of the same name replaces the first. */
export interface BlobStore {
  put(name: string, bytes: Buffer, contentType: string): Promise<void>;
  /** @throws OperationError 503 when storage is away; undefined when there is no such blob */
  get(name: string): Promise<Buffer | undefined>;
  size(name: string): Promise<number | undefined>;
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
  const ready = once(() => client.createIfNotExists());
  const blob = (name: string) => client.getBlockBlobClient(name);
  return {
    put: (name, bytes, contentType) =>
      reached(async () => {
        await ready();
        await blob(name).uploadData(bytes, { blobHTTPHeaders: { blobContentType: contentType } });
      }),
    get: (name) => reached(() => absent(() => blob(name).downloadToBuffer())),
    size: (name) => reached(async () => (await absent(() => blob(name).getProperties()))?.contentLength),
    readUrl: (name, minutes) =>
      blob(name).generateSasUrl({
        permissions: BlobSASPermissions.parse('r'),
        expiresOn: new Date(Date.now() + minutes * 60_000),
      }),
    deletePrefix: (prefix) => reached(() => deletePrefix(client, prefix)),
    ping: () => reached(() => client.exists({ abortSignal: AbortSignal.timeout(PING_TIMEOUT_MS) })),
  };
}

async function deletePrefix(client: ContainerClient, prefix: string): Promise<void> {
  await absent(async () => {
    for await (const { name } of client.listBlobsFlat({ prefix }))
      await client.getBlockBlobClient(name).deleteIfExists();
  });
}

/** A row as the app keeps it: its keys and plain values. Keys are chosen by the app. */
export type Row = { partitionKey: string; rowKey: string } & Record<string, string | number | boolean | undefined>;

export interface TableStore {
  /** False when a row with these keys is there already. */
  insert(row: Row): Promise<boolean>;
  /** Sets the given values of a row and leaves its others; makes the row if it is not there. */
  merge(row: Row): Promise<unknown>;
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
  const ready = once(() => client.createTable());
  const use = <T>(call: () => Promise<T>) => reached(async () => (await ready(), call()));
  return {
    insert: (row) => use(() => conflictIsFalse(() => client.createEntity(row))),
    merge: (row) => use(() => client.upsertEntity(row, 'Merge')),
    get: (partitionKey, rowKey) => use(() => absent(() => client.getEntity<Row>(partitionKey, rowKey))),
    delete: (partitionKey, rowKey) => use(() => absent(() => client.deleteEntity(partitionKey, rowKey))),
    query: (filter, top) => use(() => firstPage(client, filter, top)),
    ping: () => use(() => absent(() => client.getEntity('ping', 'ping'))),
  };
}

async function firstPage(client: TableClient, filter: string, top: number): Promise<Row[]> {
  const rows: Row[] = [];
  // A page may hold fewer rows than asked for, even none, and still be followed by another.
  for await (const page of client.listEntities<Row>({ queryOptions: { filter } }).byPage({ maxPageSize: top })) {
    rows.push(...page);
    if (rows.length >= top) break;
  }
  return rows.slice(0, top);
}

async function conflictIsFalse(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (statusOf(error) === 409) return false;
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

/** Whatever storage does not do is a passing failure: the account is away, slow or throttling. */
async function reached<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw commonErrors.ServiceUnavailable('Storage cannot be reached; try again shortly.', { cause });
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RestError || (error instanceof Error && error.name === 'RestError')
    ? (error as RestError).statusCode
    : undefined;
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
