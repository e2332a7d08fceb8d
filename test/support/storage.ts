import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Part } from '../../dev/part.js';
import { connectionStringFor, storageSpec } from '../../dev/plan.js';
import { freePorts } from '../../dev/ports.js';
import { eventually } from './eventually.js';

const START_DEADLINE_MS = 60_000;

/** An Azurite for one test file; it is stopped at the end of the file. */
export interface Storage {
  readonly connectionString: string;
  /** Starts it again on the same ports with its data. */
  start(): Promise<void>;
  /** Stops it with SIGTERM; SIGKILL would lose data that is not written yet. */
  stop(): Promise<void>;
  /** Suspends the process: connections are accepted without a response. */
  freeze(): void;
  thaw(): void;
  /** Sends a message to a queue, which is created if necessary. */
  send(queue: string, message: unknown): Promise<void>;
  /** Waits for the next message of a queue, deletes it and returns it, parsed if it is JSON. */
  next(queue: string): Promise<unknown>;
  /** Empties the queues that exist. */
  clear(...queues: string[]): Promise<void>;
  /** The number of messages in a queue, invisible ones included; undefined when it does not exist. */
  count(queue: string): Promise<number | undefined>;
  readBlob(at: string): Promise<string | undefined>;
  writeBlob(at: string, content: string | Buffer): Promise<void>;
  container(name: string): ContainerClient;
  table(name: string): TableClient;
  queues: QueueServiceClient;
}

const started: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const stop of started.splice(0)) await stop();
});

/** How to start an Azurite with https. */
interface HttpsOptions {
  /** Makes its options and a file with its certificate, given a folder for files. */
  prepare(dir: string): { flags: string[]; certificate: string };
  /** A module that is loaded before it starts. */
  preload: string;
}

/** Starts an Azurite with empty storage. */
export async function startStorage(https?: HttpsOptions): Promise<Storage> {
  const dir = await mkdtemp(path.join(tmpdir(), 'longhaul-storage-'));
  const ports = await freePorts(3);
  const ignore = () => undefined;
  const secured = https?.prepare(dir);
  const spec = storageSpec(dir, ports, secured?.flags);
  const args = https ? ['--require', https.preload, ...spec.args] : spec.args;
  // It reads the sources of copies from itself.
  const env = { ...spec.env, ...(secured && { NODE_EXTRA_CA_CERTS: secured.certificate }) };
  const part = new Part({ ...spec, args, env }, { line: ignore, died: ignore });
  const start = () => part.start(START_DEADLINE_MS);
  const signal = (name: NodeJS.Signals) => {
    if (part.pid !== undefined) process.kill(part.pid, name);
  };
  started.push(async () => {
    signal('SIGCONT');
    await part.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });
  await start();
  return {
    ...clients(https ? connectionStringFor(ports).replaceAll('http', 'https') : connectionStringFor(ports)),
    start,
    stop: () => part.stop(),
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
  };
}

/** An external storage, which is not started or stopped. */
export function storageOf(connectionString: string): Storage {
  const unsupported = (): never => {
    throw new Error('This test needs a storage of its own: make it a testHere.');
  };
  return {
    ...clients(connectionString),
    start: unsupported,
    stop: unsupported,
    freeze: unsupported,
    thaw: unsupported,
  };
}

function clients(connectionString: string) {
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  const blobAt = (at: string) => {
    const [container = '', ...name] = at.split('/');
    return { container: blobs.getContainerClient(container), name: name.join('/') };
  };
  return {
    connectionString,
    queues,
    async send(queue: string, message: unknown) {
      const client = queues.getQueueClient(queue);
      await client.createIfNotExists();
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      await client.sendMessage(Buffer.from(text).toString('base64'));
    },
    next: (queue: string) => eventually(() => take(queues, queue), `a message in ${queue}`),
    async clear(...names: string[]) {
      const existing = names.map((name) => queues.getQueueClient(name));
      await Promise.all(existing.map(async (queue) => (await queue.exists()) && queue.clearMessages()));
    },
    async count(queue: string) {
      const client = queues.getQueueClient(queue);
      if (!(await client.exists())) return undefined;
      return (await client.getProperties()).approximateMessagesCount;
    },
    async readBlob(at: string) {
      const { container, name } = blobAt(at);
      const blob = container.getBlobClient(name);
      return (await blob.exists()) ? (await blob.downloadToBuffer()).toString('utf8') : undefined;
    },
    async writeBlob(at: string, content: string | Buffer) {
      const { container, name } = blobAt(at);
      await container.createIfNotExists();
      await container.getBlockBlobClient(name).uploadData(Buffer.from(content as string));
    },
    container: (name: string) => blobs.getContainerClient(name),
    table: (name: string) =>
      TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true }),
  };
}

async function take(queues: QueueServiceClient, queue: string): Promise<unknown> {
  const client = queues.getQueueClient(queue);
  const { receivedMessageItems } = await client.receiveMessages();
  const [message] = receivedMessageItems;
  if (message === undefined) return undefined;
  await client.deleteMessage(message.messageId, message.popReceipt);
  const text = Buffer.from(message.messageText, 'base64').toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
