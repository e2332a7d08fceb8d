import { reasonOf } from '../../bindings/storage-clients.js';
import { type QueueMessage } from './message-queue.js';
import { pollingDelayMs } from './polling-delay.js';
import { Delivery, type DeliveryOptions, LEASE_MS } from './queue-delivery.js';

/** Longest wait between two attempts to reach a storage that is away, in ms: its user looks at the log and waits. */
const MAX_AWAY_MS = 10_000;

export type QueueListenerOptions = DeliveryOptions;

/**
 * Looks for messages of one queue and runs one function with each.
 *
 * L1 At most `newBatchThreshold + batchSize` messages are worked on at once: a batch is asked for when no more than
 *    the threshold are left.
 * L2 After a look in vain the next one waits, longer each time; a message that this host itself put in wakes it.
 * L3 A storage that is away is said once, and once more when it is back; looking goes on.
 * L4 After `stop` nothing is begun: what a look still brings is given back. Should that fail, its lease runs out.
 */
export class QueueListener {
  readonly #options: QueueListenerOptions;
  /** What is worked on, with its end. */
  readonly #running = new Map<Delivery, Promise<void>>();
  #inVain = 0;
  #isAway = false;
  #stopped = false;
  #wake: () => void = () => undefined;
  #listening: Promise<void> = Promise.resolve();

  constructor(options: QueueListenerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#listening = this.#listen();
  }

  /** There is something in the queue. */
  wake(): void {
    this.#inVain = 0;
    this.#wake();
  }

  /** Begins nothing more, from this call on; resolves when what runs has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#listening;
    await Promise.all(this.#running.values());
  }

  /** Gives back what still runs: after the host's end it comes to the next one at once. */
  async giveBack(): Promise<void> {
    await Promise.allSettled([...this.#running.keys()].map((delivery) => delivery.giveBack()));
  }

  async #listen(): Promise<void> {
    const { settings } = this.#options;
    while (!this.#stopped) {
      if (this.#running.size > settings.newBatchThreshold)
        await this.#pause(undefined); // L1
      else if (!(await this.#look())) await this.#pause(this.#delay()); // L2
    }
  }

  /** True when there were messages. */
  async #look(): Promise<boolean> {
    const { queue, settings } = this.#options;
    const looks = this.#inVain + 1;
    this.#inVain = looks;
    const messages = await queue.receive(settings.batchSize, LEASE_MS).then(
      (found) => this.#reached(found),
      (error: unknown) => this.#away(error),
    );
    if (messages.length > 0) this.#inVain = 0;
    const deliveries = messages.map((message) => new Delivery(this.#options, message));
    if (this.#stopped)
      await Promise.allSettled(deliveries.map((delivery) => delivery.giveBack())); // L4
    else for (const delivery of deliveries) this.#begin(delivery);
    // Someone may have put a message in meanwhile, too late for this look.
    return messages.length > 0 || this.#inVain !== looks;
  }

  #begin(delivery: Delivery): void {
    const end = delivery.process().finally(() => {
      this.#running.delete(delivery);
      // There is room again, and a message whose function failed may be there anew.
      if (this.#running.size <= this.#options.settings.newBatchThreshold) this.#wake();
    });
    this.#running.set(delivery, end);
  }

  #reached(messages: QueueMessage[]): QueueMessage[] {
    if (this.#isAway) this.#log('information', 'is read again');
    this.#isAway = false;
    return messages;
  }

  #away(error: unknown): QueueMessage[] {
    if (!this.#isAway) this.#log('warning', `cannot be read: ${reasonOf(error)}. It is tried again until it can`);
    this.#isAway = true; // L3
    return [];
  }

  #delay(): number {
    const { maxPollingIntervalMs } = this.#options.settings;
    return pollingDelayMs(
      this.#inVain - 1,
      this.#isAway ? Math.min(maxPollingIntervalMs, MAX_AWAY_MS) : maxPollingIntervalMs,
    );
  }

  /** Waits so long, or until it is woken when there is no time given. */
  async #pause(ms: number | undefined): Promise<void> {
    if (this.#stopped) return;
    const { clock } = this.#options;
    let cancel: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (ms !== undefined) cancel = clock.at(clock.now() + ms, resolve);
    });
    cancel();
    this.#wake = () => undefined;
  }

  #log(level: 'information' | 'warning', what: string): void {
    const { log, functionName, queue } = this.#options;
    log.log(level, `Function.${functionName}`, `The queue "${queue.name}" ${what}.`);
  }
}
