import { type StorageClients } from '../../bindings/storage-clients.js';
import { type QueueSettings } from '../../config/queue-settings.js';
import { type Environment, resolveSettings } from '../../config/app-settings.js';
import { type Clock, type HostFunction } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type Invoker } from '../../app/invoker.js';
import { waitAtMost } from '../../waiting.js';
import { QueueListener } from './queue-listener.js';
import { queueRequest } from './queue-request.js';
import { poisonNameOf, storageQueue } from './storage-queue.js';

/** What the listeners need from the host. */
interface QueueListenersOptions {
  functions: readonly HostFunction[];
  invoke: Invoker['invoke'];
  isDisabled: (fn: HostFunction) => boolean;
  clients: StorageClients;
  settings: QueueSettings;
  clock: Clock;
  log: HostLog;
  env: Environment;
}

/** Time for releasing messages when the host stops, in ms. */
const RELEASE_MS = 2_000;

/** The listeners of the app's queue functions. */
export class QueueListeners {
  /** By the queue's URL. */
  readonly #listeners = new Map<string, QueueListener[]>();

  /** Starts a listener for each queue function. A function with an invalid queue is reported and left out. */
  start(options: QueueListenersOptions): void {
    for (const fn of options.functions) {
      if (fn.trigger.type.toLowerCase() === 'queuetrigger' && !options.isDisabled(fn)) this.#listen(fn, options);
    }
  }

  /** Starts a listener of the queue with this URL. */
  add(queueUrl: string, listener: QueueListener): void {
    this.#listeners.set(queueUrl, [...(this.#listeners.get(queueUrl) ?? []), listener]);
    listener.start();
  }

  /** Makes the listeners poll immediately: this host has sent a message to the queue. */
  readonly onSent = (queueUrl: string): void => {
    for (const listener of this.#listeners.get(queueUrl) ?? []) listener.wake();
  };

  /** Receives no more messages; resolves when the running deliveries have ended. */
  async stop(): Promise<void> {
    await Promise.all(this.#all().map((listener) => listener.stop()));
  }

  /** Releases the messages whose functions are still running. */
  async release(): Promise<void> {
    await waitAtMost(Promise.all(this.#all().map((listener) => listener.release())), RELEASE_MS);
  }

  #listen(fn: HostFunction, options: QueueListenersOptions): void {
    try {
      const { url, listener } = createListener(fn, options);
      this.add(url, listener);
    } catch (error) {
      const reason = (error as Error).message;
      options.log.log('error', 'Host.Startup', `The function "${fn.name}" does not run: ${reason}.`);
    }
  }

  #all(): QueueListener[] {
    return [...this.#listeners.values()].flat();
  }
}

function createListener(fn: HostFunction, { clients, settings, invoke, clock, log, env }: QueueListenersOptions) {
  const { queueName, connection } = fn.trigger;
  if (typeof queueName !== 'string' || queueName === '') throw new Error('its queueName is missing');
  const name = resolveSettings(queueName, env).toLowerCase();
  if (!/^[a-z0-9](?:-?[a-z0-9]){2,62}$/.test(name)) {
    throw new Error(
      `"${name}" is not a valid queue name: give 3 to 63 letters, digits and single hyphens between them`,
    );
  }
  const poisonName = poisonNameOf(name);
  const client = clients.queue(connection, name);
  const listener = new QueueListener({
    functionName: fn.name,
    queue: storageQueue(
      client,
      poisonName === undefined ? undefined : clients.queue(connection, poisonName),
      settings.messageEncoding,
    ),
    settings,
    run: (message) => invoke(fn, queueRequest(message)),
    clock,
    log,
  });
  return { url: client.url, listener };
}
