import type * as Tables from '@azure/data-tables';
import type * as Blobs from '@azure/storage-blob';
import type * as Queues from '@azure/storage-queue';
import { createRequire } from 'node:module';
import { type Environment } from '../config/app-settings.js';
import { connectionString } from './connection.js';

/** Time limit of one call to storage, so that storage that hangs counts as unreachable. */
const CALL_TIMEOUT_MS = 10_000;
const BLOB_TIMEOUT_MS = 30_000;
const RETRIES = { maxRetries: 2, maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** Connection strings with plain HTTP addresses, for which TLS is not required. */
const IS_PLAIN_HTTP = /(?:^|;)(?:DefaultEndpointsProtocol=http;|TableEndpoint=http:|UseDevelopmentStorage=true)/i;

const load = createRequire(__filename);

/** Request options that abort the call after its time limit. */
export const withTimeout = (ms = CALL_TIMEOUT_MS) => ({ abortSignal: AbortSignal.timeout(ms) });

/** The same for the content of blobs. */
export const withBlobTimeout = () => withTimeout(BLOB_TIMEOUT_MS);

/**
 * Clients for the storage accounts of the app's settings. The libraries are loaded on first use: together they take
 * longer to load than the host.
 */
export class StorageClients {
  readonly #env: Environment;
  readonly #clients = new Map<string, unknown>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** @throws Error naming the setting when the connection string is missing; does not call the service */
  check(connection: unknown): void {
    connectionString(connection, this.#env);
  }

  queue(connection: unknown, name: string): Queues.QueueClient {
    const service = this.#cached('queue', connection, (text) => {
      const { QueueServiceClient } = load('@azure/storage-queue') as typeof Queues;
      return QueueServiceClient.fromConnectionString(text, { retryOptions: RETRIES });
    });
    return service.getQueueClient(name);
  }

  container(connection: unknown, name: string): Blobs.ContainerClient {
    const service = this.#cached('blob', connection, (text) => {
      const { BlobServiceClient } = load('@azure/storage-blob') as typeof Blobs;
      return BlobServiceClient.fromConnectionString(text, { retryOptions: RETRIES });
    });
    return service.getContainerClient(name);
  }

  table(connection: unknown, name: string): Tables.TableClient {
    return this.#cached(`table ${name}`, connection, (text) => {
      const { TableClient } = load('@azure/data-tables') as typeof Tables;
      const options = { allowInsecureConnection: IS_PLAIN_HTTP.test(text), retryOptions: RETRIES };
      return TableClient.fromConnectionString(text, name, options);
    });
  }

  #cached<T>(kind: string, connection: unknown, create: (text: string) => T): T {
    const text = connectionString(connection, this.#env);
    const key = `${kind} ${text}`;
    const client = (this.#clients.get(key) as T | undefined) ?? create(text);
    this.#clients.set(key, client);
    return client;
  }
}

/** The HTTP status of a storage error. */
function statusOf(error: unknown): number | undefined {
  return (Object(error) as { statusCode?: number }).statusCode;
}

/** The result of a call; undefined when storage answers with one of the statuses. */
export async function undefinedOn<T>(statuses: readonly number[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (statuses.includes(statusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

/** The result of a call; undefined when the resource does not exist. */
export function undefinedOn404<T>(call: () => Promise<T>): Promise<T | undefined> {
  return undefinedOn([404], call);
}

/** Calls; when the queue, container or table does not exist, creates it and calls again. */
export async function createOn404<T>(call: () => Promise<T>, create: () => Promise<unknown>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    await create();
    return call();
  }
}

/** A storage error as one line of text, without request, headers and stack. */
export function reasonOf(error: unknown): string {
  const { name, message, code } = Object(error) as { name?: string; message?: string; code?: string };
  if (name === 'AbortError' || name === 'TimeoutError') return 'storage does not answer';
  const [line = ''] = (message ?? String(error)).split('\n');
  return line.trim() || (code ?? 'no reason given');
}
