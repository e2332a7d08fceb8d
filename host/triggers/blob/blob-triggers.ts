import { type BlobItem } from '@azure/storage-blob';
import { type Invoker } from '../../app/invoker.js';
import { textOption } from '../../bindings/binding-types.js';
import { jsonIn } from '../../bindings/json.js';
import { encodeMessage } from '../../bindings/queue-messages.js';
import {
  createOn404,
  type StorageClients,
  undefinedOn,
  withBlobTimeout,
  withTimeout,
} from '../../bindings/storage-clients.js';
import { type Environment, resolveSettings } from '../../config/app-settings.js';
import { type BlobSettings } from '../../config/blob-settings.js';
import { type QueueSettings } from '../../config/queue-settings.js';
import { type Clock, type HostFunction, type InvocationRequest } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type MessageQueue, type QueueMessage } from '../queue/message-queue.js';
import { QueueListener } from '../queue/queue-listener.js';
import { type QueueListeners } from '../queue/queue-listeners.js';
import { storageQueue } from '../queue/storage-queue.js';
import { type BlobPattern, parseBlobPattern } from './blob-pattern.js';
import { BlobReceipts, HOSTS_CONTAINER } from './blob-receipts.js';
import { blobRequest } from './blob-request.js';
import { ContainerScan } from './container-scan.js';
import { hostId } from './host-id.js';

const POISON_QUEUE = 'webjobs-blobtrigger-poison';
/** The internal queue has this encoding, whatever host.json says. */
const ENCODING = 'base64';

/** What the blob triggers need from the host. */
interface BlobTriggersOptions {
  appDir: string;
  functions: readonly HostFunction[];
  invoke: Invoker['invoke'];
  isDisabled: (fn: HostFunction) => boolean;
  clients: StorageClients;
  /** Serves the internal queue. */
  listeners: QueueListeners;
  blobs: BlobSettings;
  queues: QueueSettings;
  clock: Clock;
  log: HostLog;
  env: Environment;
}

/** The message that stands for one version of a blob (BlobTriggerMessage.cs). */
interface BlobTriggerMessage {
  Type: 'BlobTrigger';
  FunctionId: string;
  BlobType: string;
  ContainerName: string;
  BlobName: string;
  /** With quotes. */
  ETag: string;
}

interface BlobFunction {
  fn: HostFunction;
  pattern: BlobPattern;
  scan: ContainerScan;
}

/**
 * Runs functions with new and changed blobs, with the mechanism and the formats of the genuine host.
 *
 * T1 Scans find the versions of blobs. For each of them one message is sent to an internal queue; a receipt says that it
 *    was sent.
 * T2 The messages are delivered as those of queue triggers: at least once, and to the poison queue of the blob's account
 *    after `poisonBlobThreshold` failures.
 * T3 The message of a version that has been replaced or deleted is dropped: the scan finds the new one.
 */
export class BlobTriggers {
  readonly #options: BlobTriggersOptions;
  readonly #functions = new Map<string, BlobFunction>();
  readonly #hostId: string;

  constructor(options: BlobTriggersOptions) {
    this.#options = options;
    this.#hostId = hostId(options.env, options.appDir);
  }

  /** Starts the scans. A function with an invalid trigger is reported and left out. */
  start(): void {
    const { functions, isDisabled } = this.#options;
    for (const fn of functions) if (isBlobTrigger(fn) && !isDisabled(fn)) this.#add(fn);
    if (this.#functions.size === 0) return;
    const { listeners, clock, log, blobs, queues } = this.#options;
    const queue = this.#queue();
    const settings = listenerSettings(blobs, queues);
    const run = (message: QueueMessage) => this.#run(message);
    const functionName = 'BlobTrigger';
    const functionNameOf = (message: QueueMessage) => this.#functionOf(message)?.fn.name ?? functionName;
    const options = { functionName, functionNameOf, queue, settings, run, clock, log };
    listeners.add(this.#queueClient().url, new QueueListener(options));
    for (const { scan } of this.#functions.values()) scan.start();
  }

  /** Starts no more scans; resolves when the current ones have ended. */
  async stop(): Promise<void> {
    await Promise.all([...this.#functions.values()].map(({ scan }) => scan.stop()));
  }

  /**
   * The invocation for `POST /admin/functions/{name}`.
   *
   * @param path `container/name` of an existing blob
   * @throws Error when there is no such blob
   */
  async manualRequest(fn: HostFunction, path: string): Promise<InvocationRequest> {
    const [container = '', ...rest] = path.split('/');
    const request = await this.#request(fn, this.#patternOf(fn), container, rest.join('/'));
    if (request === undefined) throw new Error(`The blob "${path}" does not exist.`);
    return request;
  }

  #add(fn: HostFunction): void {
    const { clients, clock, log } = this.#options;
    try {
      if (/^eventgrid$/i.test(String(fn.trigger.source)))
        throw new Error('its source is EventGrid, which this host does not support; use LogsAndContainerScan');
      const pattern = this.#patternOf(fn);
      const receipts = new BlobReceipts(clients.container(undefined, HOSTS_CONTAINER), this.#hostId);
      const container = clients.container(fn.trigger.connection, pattern.container);
      const scan = new ContainerScan({
        functionName: fn.name,
        container,
        prefix: pattern.prefix,
        matches: (name) => pattern.match(name) !== undefined,
        found: (blob) => {
          const version = { container: pattern.container, name: blob.name, etag: quotedEtag(blob.properties.etag) };
          return receipts.sendOnce(functionId(fn), version, () => this.#send(fn, pattern, blob));
        },
        clock,
        log,
      });
      this.#functions.set(functionId(fn), { fn, pattern, scan });
    } catch (error) {
      log.log('error', 'Host.Startup', `The function "${fn.name}" does not run: ${(error as Error).message}.`);
    }
  }

  #patternOf(fn: HostFunction): BlobPattern {
    return parseBlobPattern(resolveSettings(textOption(fn.trigger, 'path'), this.#options.env));
  }

  /** T1 */
  async #send(fn: HostFunction, pattern: BlobPattern, { name, properties }: BlobItem): Promise<void> {
    const queue = this.#queueClient();
    const message: BlobTriggerMessage = {
      Type: 'BlobTrigger',
      FunctionId: functionId(fn),
      BlobType: properties.blobType ?? 'BlockBlob',
      ContainerName: pattern.container,
      BlobName: name,
      ETag: quotedEtag(properties.etag),
    };
    const body = encodeMessage(JSON.stringify(message, null, 2), ENCODING);
    await createOn404(
      () => queue.sendMessage(body, { messageTimeToLive: -1, ...withTimeout() }),
      () => queue.createIfNotExists(withTimeout()),
    );
    this.#options.listeners.onSent(queue.url);
  }

  async #run(message: QueueMessage): Promise<void> {
    const { FunctionId, BlobName, ContainerName, ETag } = parse(String(message.content));
    if (FunctionId === undefined || BlobName === undefined || ContainerName === undefined)
      throw new Error('It is not the message of a blob trigger.');
    const known = this.#functions.get(FunctionId);
    if (known === undefined) return; // as in the genuine host: the function was removed or renamed
    const { fn, pattern, scan } = known;
    const request = await this.#request(fn, pattern, ContainerName, BlobName, ETag);
    if (request === undefined)
      scan.wake(); // T3
    else await this.#options.invoke(fn, request);
  }

  #functionOf(message: QueueMessage): BlobFunction | undefined {
    return this.#functions.get(parse(String(message.content)).FunctionId ?? '');
  }

  /** @returns undefined when the blob does not exist, or not in this version */
  #request(fn: HostFunction, pattern: BlobPattern, containerName: string, name: string, etag?: string) {
    const container = this.#options.clients.container(fn.trigger.connection, containerName);
    const blob = container.getBlobClient(name);
    return undefinedOn([404, 412], async () => {
      const properties = await blob.getProperties(withTimeout());
      if (etag !== undefined && quotedEtag(properties.etag) !== etag) return undefined;
      const conditions = { ...(properties.etag !== undefined && { ifMatch: properties.etag }) };
      const isEmpty = properties.contentLength === 0; // it has no range to read
      const content = isEmpty
        ? Buffer.alloc(0)
        : await blob.downloadToBuffer(undefined, undefined, { conditions, ...withBlobTimeout() });
      const parameters = pattern.match(name) ?? {};
      return blobRequest({ path: `${containerName}/${name}`, url: blob.url, properties, content, parameters });
    });
  }

  /** T2 */
  #queue(): MessageQueue {
    const { clients } = this.#options;
    const queue = this.#queueClient();
    const inHostAccount = storageQueue(queue, clients.queue(undefined, POISON_QUEUE), ENCODING);
    return {
      ...inHostAccount,
      poison: (body) => {
        const { FunctionId } = parse(Buffer.from(body, ENCODING).toString('utf8'));
        const known = this.#functions.get(FunctionId ?? '');
        if (known === undefined) return inHostAccount.poison(body);
        return storageQueue(queue, clients.queue(known.fn.trigger.connection, POISON_QUEUE), ENCODING).poison(body);
      },
    };
  }

  #queueClient() {
    return this.#options.clients.queue(undefined, `azure-webjobs-blobtrigger-${this.#hostId}`);
  }
}

/** Whether the function has a blob trigger. */
export function isBlobTrigger({ trigger }: HostFunction): boolean {
  return trigger.type.toLowerCase() === 'blobtrigger';
}

/** The id of a function in receipts and messages. */
function functionId({ name }: HostFunction): string {
  return `Host.Functions.${name}`;
}

/** The members of a message, which can be of another sender. */
function parse(text: string): Partial<BlobTriggerMessage> {
  return Object(jsonIn(text)) as Partial<BlobTriggerMessage>;
}

/** An ETag as a header has it: listings have no quotes. */
function quotedEtag(etag: string | undefined): string {
  return `"${(etag ?? '').replaceAll('"', '')}"`;
}

/** Limit of Azure Storage. */
const MAX_BATCH = 32;

function listenerSettings(blobs: BlobSettings, queues: QueueSettings): QueueSettings {
  const { maxDegreeOfParallelism: parallel, poisonBlobThreshold } = blobs;
  const batchSize = Math.min(MAX_BATCH, (parallel >> 1) + 1); // SharedBlobQueueListenerFactory.cs
  return {
    batchSize,
    newBatchThreshold: parallel - batchSize,
    maxPollingIntervalMs: queues.maxPollingIntervalMs,
    visibilityTimeoutMs: 0,
    maxDequeueCount: poisonBlobThreshold,
    messageEncoding: ENCODING,
  };
}
