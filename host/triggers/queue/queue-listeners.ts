import { type StorageClients } from '../../bindings/storage-clients.js';
import { type QueueSettings } from '../../config/queue-settings.js';
import { type Environment, resolveSettings } from '../../config/app-settings.js';
import { type Clock, type HostFunction } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type Invoker } from '../../app/invoker.js';
import { QueueListener } from './queue-listener.js';
import { queueRequest } from './queue-request.js';
import { poisonNameOf, storageQueue } from './storage-queue.js';

export interface QueuesOptions {
  functions: readonly HostFunction[];
  invoke: Invoker['invoke'];
  isDisabled: (fn: HostFunction) => boolean;
  clients: StorageClients;
  settings: QueueSettings;
  clock: Clock;
  log: HostLog;
  env: Environment;
}

/** Longest time that a stopping host takes to give messages back, in ms. */
const GIVE_BACK_MS = 2_000;

/** Who listens to which queue, by the queue's URL. Outputs may be written before anyone listens. */
export class QueueListeners {
  readonly #listeners = new Map<string, QueueListener[]>();

  /** Starts the listeners of the app's queue functions. A function that cannot be listened for is reported and left out. */
  start(options: QueuesOptions): void {
    for (const fn of options.functions) {
      if (fn.trigger.type.toLowerCase() === 'queuetrigger' && !options.isDisabled(fn)) this.#listen(fn, options);
    }
  }

  /** Spares a listener its wait: this host itself has put a message into the queue. */
  readonly sent = (queueUrl: string): void => {
    for (const listener of this.#listeners.get(queueUrl) ?? []) listener.wake();
  };

  /** Begins no more deliveries, from this call on; resolves when those under way have ended. */
  async stop(): Promise<void> {
    await Promise.all(this.#all().map((listener) => listener.stop()));
  }

  /** Lets go of the messages whose functions still run. */
  async giveBack(): Promise<void> {
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, GIVE_BACK_MS).unref());
    await Promise.race([Promise.all(this.#all().map((listener) => listener.giveBack())), timeout]);
  }

  #listen(fn: HostFunction, options: QueuesOptions): void {
    try {
      const { url, listener } = createListener(fn, options);
      this.#listeners.set(url, [...(this.#listeners.get(url) ?? []), listener]);
      listener.start();
    } catch (error) {
      const reason = (error as Error).message;
      options.log.log('error', 'Host.Startup', `The queue of "${fn.name}" is not listened to: ${reason}.`);
    }
  }

  #all(): QueueListener[] {
    return [...this.#listeners.values()].flat();
  }
}

function createListener(fn: HostFunction, { clients, settings, invoke, clock, log, env }: QueuesOptions) {
  const { queueName, connection } = fn.trigger;
  if (typeof queueName !== 'string' || queueName === '') throw new Error('its queueName is missing');
  const name = resolveSettings(queueName, env).toLowerCase();
  if (!/^[a-z0-9](?:-?[a-z0-9]){2,62}$/.test(name)) {
    throw new Error(`"${name}" is no name of a queue: give 3 to 63 letters, digits and single hyphens between them`);
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
