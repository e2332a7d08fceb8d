import { reasonOf } from '../../bindings/storage-clients.js';
import { sleep } from '../../waiting.js';
import { type QueueMessage } from './message-queue.js';
import { pollingDelayMs } from './polling-delay.js';
import { Delivery, type DeliveryOptions, LEASE_MS } from './queue-delivery.js';

/** Longest delay between two polls while storage is unreachable, in ms: a developer waits for the reconnection. */
const MAX_UNREACHABLE_DELAY_MS = 10_000;

/**
 * Polls one queue and runs one function with each message (host contract, 10.2).
 *
 * L1 At most `newBatchThreshold + batchSize` messages are processed at a time: a batch is received when at most the
 *    threshold are running.
 * L2 After an empty poll the next one is delayed, longer each time; a message that this host sends ends the delay.
 * L3 Unreachable storage is logged once, and once more when it is reachable again; polling continues.
 * L4 After `stop` no delivery starts: messages of a poll that is still running are released. If that fails, their lease
 *    expires.
 */
export class QueueListener {
  readonly #options: DeliveryOptions;
  /** The running deliveries, each with the promise of its end. */
  readonly #running = new Map<Delivery, Promise<void>>();
  #emptyPolls = 0;
  #isUnreachable = false;
  #stopped = false;
  /** Ends the current delay when aborted. */
  #delay = new AbortController();
  #listening: Promise<void> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  start(): void {
    this.#listening = this.#listen();
  }

  /** Polls immediately: a message was sent to the queue. */
  wake(): void {
    this.#emptyPolls = 0;
    this.#delay.abort();
  }

  /** Starts no more deliveries; resolves when the running ones have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#delay.abort();
    await this.#listening;
    await Promise.all(this.#running.values());
  }

  /** Releases the messages that are still running, so that the next host receives them immediately. */
  async release(): Promise<void> {
    await Promise.allSettled([...this.#running.keys()].map((delivery) => delivery.release()));
  }

  async #listen(): Promise<void> {
    const { settings } = this.#options;
    while (!this.#stopped) {
      if (this.#running.size > settings.newBatchThreshold)
        await this.#sleep(Infinity); // L1
      else if (!(await this.#poll())) await this.#sleep(this.#delayMs()); // L2
    }
  }

  /** @returns whether to poll again without a delay */
  async #poll(): Promise<boolean> {
    const { queue, settings } = this.#options;
    const emptyPolls = this.#emptyPolls + 1;
    this.#emptyPolls = emptyPolls;
    const messages = await queue.receive(settings.batchSize, LEASE_MS).then(
      (found) => this.#onReachable(found),
      (error: unknown) => this.#onUnreachable(error),
    );
    if (messages.length > 0) this.#emptyPolls = 0;
    const deliveries = messages.map((message) => new Delivery(this.#options, message));
    if (this.#stopped)
      await Promise.allSettled(deliveries.map((delivery) => delivery.release())); // L4
    else for (const delivery of deliveries) this.#start(delivery);
    // A changed count means that `wake` was called during the poll, which may have missed the message.
    return messages.length > 0 || this.#emptyPolls !== emptyPolls;
  }

  #start(delivery: Delivery): void {
    const end = delivery.process().finally(() => {
      this.#running.delete(delivery);
      // There is capacity again, and the message of a failed function may be visible again.
      if (this.#running.size <= this.#options.settings.newBatchThreshold) this.#delay.abort();
    });
    this.#running.set(delivery, end);
  }

  #onReachable(messages: QueueMessage[]): QueueMessage[] {
    if (this.#isUnreachable) this.#log('information', 'is read again');
    this.#isUnreachable = false;
    return messages;
  }

  #onUnreachable(error: unknown): QueueMessage[] {
    if (!this.#isUnreachable) this.#log('warning', `cannot be read: ${reasonOf(error)}. The host keeps trying`);
    this.#isUnreachable = true; // L3
    return [];
  }

  #delayMs(): number {
    const { maxPollingIntervalMs } = this.#options.settings;
    return pollingDelayMs(
      this.#emptyPolls - 1,
      this.#isUnreachable ? Math.min(maxPollingIntervalMs, MAX_UNREACHABLE_DELAY_MS) : maxPollingIntervalMs,
    );
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopped) return;
    this.#delay = new AbortController();
    await sleep(this.#options.clock, ms, this.#delay.signal);
  }

  #log(level: 'information' | 'warning', what: string): void {
    const { log, functionName, queue } = this.#options;
    log.log(level, `Function.${functionName}`, `The queue "${queue.name}" ${what}.`);
  }
}
