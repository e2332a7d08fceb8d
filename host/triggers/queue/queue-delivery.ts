import { reasonOf } from '../../bindings/storage-clients.js';
import { type QueueSettings } from '../../config/queue-settings.js';
import { type Clock } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { sleep } from '../../waiting.js';
import { type MessageQueue, type QueueMessage } from './message-queue.js';

/** The lease of a message, as in the genuine host; renewed while its function runs. */
export const LEASE_MS = 600_000;
const RENEW_AFTER_MS = LEASE_MS / 2;
/** Delay between two attempts while storage is unreachable. */
const RETRY_AFTER_MS = 1_000;

/** What a delivery needs; the same for all messages of one queue function. */
export interface DeliveryOptions {
  functionName: string;
  /** The function of a message, for a queue of several functions. @default functionName */
  functionNameOf?: (message: QueueMessage) => string;
  queue: MessageQueue;
  settings: QueueSettings;
  /** Runs the function; rejects when it fails. */
  run: (message: QueueMessage) => Promise<unknown>;
  clock: Clock;
  log: HostLog;
}

/**
 * One delivery of one message to one function.
 *
 * V1 A message is deleted only after its function succeeded, including its outputs, or after it was copied to the
 *    poison queue: it may be delivered twice, but is never lost.
 * V2 The lease is renewed while the function runs. Only the last receipt is valid, so no renewal is running when the
 *    message is deleted or released.
 * V3 While storage is unreachable, the final step is retried until the lease expires; then the message is delivered
 *    again.
 * V4 A released message is not touched again, whatever the result of its function.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #message: QueueMessage;
  #receipt: string;
  #leasedUntil: number;
  #renewing: Promise<void> = Promise.resolve();
  #cancelRenewal: () => void = () => undefined;
  #released = false;

  constructor(options: DeliveryOptions, message: QueueMessage) {
    this.#options = options;
    this.#message = message;
    this.#receipt = message.receipt;
    this.#leasedUntil = options.clock.now() + LEASE_MS;
  }

  /** Runs the function and deletes, releases or moves the message. Never rejects. */
  async process(): Promise<void> {
    const { settings, queue } = this.#options;
    const { content, dequeueCount } = this.#message;
    if (content === undefined) {
      await this.#poison(`its encoding is not the one of host.json ("${settings.messageEncoding}")`);
    } else if (dequeueCount > settings.maxDequeueCount) {
      await this.#poison(`it has been delivered ${dequeueCount} times`);
    } else if (await this.#succeeds()) {
      await this.#persist('deleted', () => queue.remove(this.#message.id, this.#receipt));
    } else if (dequeueCount >= settings.maxDequeueCount) {
      await this.#poison(`it failed ${dequeueCount} times`);
    } else if (queue.poisonName !== undefined) {
      // Without a poison queue the genuine host keeps the lease, which prevents a fast endless loop.
      await this.#persist('released', () => this.#lease(settings.visibilityTimeoutMs));
    }
  }

  /** Releases the message while its function is still running, because the host stops. */
  async release(): Promise<void> {
    this.#released = true;
    this.#cancelRenewal();
    await this.#renewing;
    await this.#lease(0);
  }

  async #succeeds(): Promise<boolean> {
    const { run, log } = this.#options;
    this.#renewAfter(RENEW_AFTER_MS);
    try {
      await run(this.#message);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const delivery = `message ${this.#message.id}, delivery ${this.#message.dequeueCount}`;
      log.log('error', this.#category(), `The function failed (${delivery}): ${reason}`);
      return false;
    } finally {
      this.#cancelRenewal();
      await this.#renewing; // V2
    }
  }

  #renewAfter(ms: number): void {
    const { clock } = this.#options;
    this.#cancelRenewal = clock.at(clock.now() + ms, () => {
      this.#cancelRenewal = () => undefined;
      this.#renewing = this.#renew();
    });
  }

  async #renew(): Promise<void> {
    let next = RENEW_AFTER_MS;
    try {
      await this.#lease(LEASE_MS);
    } catch (error) {
      this.#warn(`cannot have its lease renewed yet: ${reasonOf(error)}`);
      next = RETRY_AFTER_MS;
    }
    const isLeased = this.#options.clock.now() < this.#leasedUntil;
    if (isLeased && !this.#released) this.#renewAfter(next);
  }

  async #lease(ms: number): Promise<void> {
    const { queue, clock } = this.#options;
    const receipt = await queue.lease(this.#message.id, this.#receipt, ms);
    this.#leasedUntil = receipt === undefined ? 0 : clock.now() + ms;
    this.#receipt = receipt ?? this.#receipt;
  }

  async #poison(reason: string): Promise<void> {
    const { queue } = this.#options;
    if (queue.poisonName === undefined) return;
    this.#warn(`goes to the queue "${queue.poisonName}": ${reason}`);
    await this.#persist('moved', () => queue.poison(this.#message.body));
    await this.#persist('deleted', () => queue.remove(this.#message.id, this.#receipt)); // V1
  }

  /** V3, V4 */
  async #persist(what: string, step: () => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    for (let attempt = 1; !this.#released && clock.now() < this.#leasedUntil; attempt++) {
      try {
        await step();
        return;
      } catch (error) {
        if (attempt === 1) this.#warn(`cannot be ${what} yet: ${reasonOf(error)}`);
        await sleep(clock, RETRY_AFTER_MS);
      }
    }
  }

  #warn(what: string): void {
    this.#options.log.log('warning', this.#category(), `The message ${this.#message.id} ${what}.`);
  }

  #category(): string {
    const { functionName, functionNameOf } = this.#options;
    return `Function.${functionNameOf?.(this.#message) ?? functionName}`;
  }
}
