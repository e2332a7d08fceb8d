import type * as Tables from '@azure/data-tables';
import type * as Blobs from '@azure/storage-blob';
import type * as Queues from '@azure/storage-queue';
import { createRequire } from 'node:module';
import { type Environment } from '../config/app-settings.js';
import { connectionString } from './connection.js';

/** One call to storage gives up after this long, so that a storage that hangs is seen as one that is away. */
const CALL_TIMEOUT_MS = 10_000;
const BLOB_TIMEOUT_MS = 30_000;
const RETRIES = { maxRetries: 2, maxTries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

/** What may be spoken to without TLS: what the connection string itself gives a plain address. */
const IS_PLAIN_HTTP = /(?:^|;)(?:DefaultEndpointsProtocol=http;|TableEndpoint=http:|UseDevelopmentStorage=true)/i;

const load = createRequire(__filename);

export type Abortable = { abortSignal: AbortSignal };
export const within = (ms = CALL_TIMEOUT_MS): Abortable => ({ abortSignal: AbortSignal.timeout(ms) });
export const withinForBytes = (): Abortable => within(BLOB_TIMEOUT_MS);

/**
 * Clients for the storage accounts that the app's settings name. The libraries are loaded when a function first needs
 * one: together they cost more than the start of the host.
 */
export class StorageClients {
  readonly #env: Environment;
  readonly #clients = new Map<string, unknown>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** @throws Error when the connection cannot be resolved, naming the setting; it says nothing about the service */
  check(connection: unknown): void {
    connectionString(connection, this.#env);
  }

  queue(connection: unknown, name: string): Queues.QueueClient {
    const service = this.#once('queue', connection, (text) => {
      const { QueueServiceClient } = load('@azure/storage-queue') as typeof Queues;
      return QueueServiceClient.fromConnectionString(text, { retryOptions: RETRIES });
    });
    return service.getQueueClient(name);
  }

  container(connection: unknown, name: string): Blobs.ContainerClient {
    const service = this.#once('blob', connection, (text) => {
      const { BlobServiceClient } = load('@azure/storage-blob') as typeof Blobs;
      return BlobServiceClient.fromConnectionString(text, { retryOptions: RETRIES });
    });
    return service.getContainerClient(name);
  }

  table(connection: unknown, name: string): Tables.TableClient {
    return this.#once(`table ${name}`, connection, (text) => {
      const { TableClient } = load('@azure/data-tables') as typeof Tables;
      const options = { allowInsecureConnection: IS_PLAIN_HTTP.test(text), retryOptions: RETRIES };
      return TableClient.fromConnectionString(text, name, options);
    });
  }

  #once<T>(kind: string, connection: unknown, create: (text: string) => T): T {
    const text = connectionString(connection, this.#env);
    const key = `${kind} ${text}`;
    const client = (this.#clients.get(key) as T | undefined) ?? create(text);
    this.#clients.set(key, client);
    return client;
  }
}

export function statusOf(error: unknown): number | undefined {
  return (Object(error) as { statusCode?: number }).statusCode;
}

/** undefined when what is asked for is not there. */
export async function absent<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Makes the queue, container or table when the call finds that it is not there, and calls again. */
export async function creating<T>(call: () => Promise<T>, create: () => Promise<unknown>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    await create();
    return call();
  }
}

/** A storage failure in one line for people: no request, no headers, no stack. */
export function reasonOf(error: unknown): string {
  const { name, message, code } = Object(error) as { name?: string; message?: string; code?: string };
  if (name === 'AbortError' || name === 'TimeoutError') return 'storage does not answer';
  const [line = ''] = (message ?? String(error)).split('\n');
  return line.trim() || (code ?? 'no reason given');
}
