import { reasonOf } from '../../bindings/storage-clients.js';
import { type QueueSettings } from '../../config/queue-settings.js';
import { type Clock } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type MessageQueue, type QueueMessage } from './message-queue.js';

/** How long a message is held at a time, as in the product; held for longer while its function runs. */
export const LEASE_MS = 600_000;
const RENEW_AFTER_MS = LEASE_MS / 2;
/** Between two attempts to reach a storage that is away. */
const AGAIN_AFTER_MS = 1_000;

export interface DeliveryOptions {
  functionName: string;
  queue: MessageQueue;
  settings: QueueSettings;
  /** Runs the function; a rejection is its failure. */
  run: (message: QueueMessage) => Promise<unknown>;
  clock: Clock;
  log: HostLog;
}

/**
 * One message on its way through one function.
 *
 * V1 A message is deleted only after its function succeeded, outputs included, or after it was copied to the poison
 *    queue: it may come twice, and is never lost.
 * V2 It is held as long as the function runs; only the receipt of the last lease counts, so no lease is under way when
 *    the message is deleted or let go.
 * V3 While storage is away its end is tried again, as long as the lease lasts: after that it comes again by itself.
 * V4 Once given back it is let be, whatever its function still comes to.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #message: QueueMessage;
  #receipt: string;
  #heldUntil: number;
  #renewing: Promise<void> = Promise.resolve();
  #cancelRenewal: () => void = () => undefined;
  #givenBack = false;

  constructor(options: DeliveryOptions, message: QueueMessage) {
    this.#options = options;
    this.#message = message;
    this.#receipt = message.receipt;
    this.#heldUntil = options.clock.now() + LEASE_MS;
  }

  /** Resolves when the message is done with, in whatever way. */
  async process(): Promise<void> {
    const { settings, queue } = this.#options;
    const { content, dequeueCount } = this.#message;
    if (content === undefined) {
      await this.#poison(`it is not encoded as host.json says ("${settings.messageEncoding}")`);
    } else if (dequeueCount > settings.maxDequeueCount) {
      await this.#poison(`it has been delivered ${dequeueCount} times`);
    } else if (await this.#succeeds()) {
      await this.#persist('deleted', () => queue.remove(this.#message.id, this.#receipt));
    } else if (dequeueCount >= settings.maxDequeueCount) {
      await this.#poison(`it failed ${dequeueCount} times`);
    } else if (queue.poisonName !== undefined) {
      // Without a companion queue the product leaves it to its lease, against a fast loop without an end.
      await this.#persist('released', () => this.#lease(settings.visibilityTimeoutMs));
    }
  }

  /** Lets the message go to whoever asks next, though its function still runs: the host ends before it. */
  async giveBack(): Promise<void> {
    this.#givenBack = true;
    this.#cancelRenewal();
    await this.#renewing;
    await this.#lease(0);
  }

  async #succeeds(): Promise<boolean> {
    const { run, log, functionName } = this.#options;
    this.#renewAfter(RENEW_AFTER_MS);
    try {
      await run(this.#message);
      return true;
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const delivery = `message ${this.#message.id}, delivery ${this.#message.dequeueCount}`;
      log.log('error', `Function.${functionName}`, `The function failed (${delivery}): ${reason}`);
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
      this.#warn(`cannot be held for longer: ${reasonOf(error)}`);
      next = AGAIN_AFTER_MS;
    }
    const isHeld = this.#options.clock.now() < this.#heldUntil;
    if (isHeld && !this.#givenBack) this.#renewAfter(next);
  }

  async #lease(ms: number): Promise<void> {
    const { queue, clock } = this.#options;
    const receipt = await queue.lease(this.#message.id, this.#receipt, ms);
    this.#heldUntil = receipt === undefined ? 0 : clock.now() + ms;
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
  async #persist(what: string, end: () => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    for (let attempt = 1; !this.#givenBack && clock.now() < this.#heldUntil; attempt++) {
      try {
        await end();
        return;
      } catch (error) {
        if (attempt === 1) this.#warn(`cannot be ${what} yet: ${reasonOf(error)}`);
        await new Promise<void>((resolve) => clock.at(clock.now() + AGAIN_AFTER_MS, resolve));
      }
    }
  }

  #warn(what: string): void {
    const { log, functionName } = this.#options;
    log.log('warning', `Function.${functionName}`, `The message ${this.#message.id} ${what}.`);
  }
}
