import { createHash } from 'node:crypto';
import { type ActivityWeather, type DurableWeather, type Logger } from '../contracts.js';

/** How an answer of storage fails: before the request was forwarded, or after, so that its effect exists. */
export interface StorageFailure {
  status: 429 | 503;
  after: boolean;
}

/**
 * How often each kind of behavior occurs. High enough that a suite meets all of them, low enough that it takes at most
 * about twice its time.
 */
const RATES = {
  activity: 0.08,
  crash: 0.04,
  late: 0.12,
  oldStatus: 0.4,
  storage: 0.03,
};
/** Longest delay of a message, in ms. Most are much shorter. */
const MAX_LATE_MS = 3_000;
/** Longest time for which a status stays a turn old, in ms. */
const MAX_OLD_STATUS_MS = 1_000;
/** Above this number of messages that were counted, counting starts again, so that memory is bounded. */
const MAX_COUNTED = 100_000;

/**
 * The decisions of `--weather` (docs/host.md): how badly the host behaves, for each message.
 *
 * A decision is a hash of the seed and the message, which is described by what it says and, among equal messages, by its
 * ordinal. So the same seed makes the same decisions in another run with the same messages. Every decision to misbehave
 * is logged.
 */
export class Weather implements DurableWeather {
  readonly seed: number;
  readonly #logger: Logger;
  #counts = new Map<string, number>();

  constructor(seed: number, logger: Logger) {
    this.seed = seed;
    this.#logger = logger;
  }

  activity(message: string): ActivityWeather | undefined {
    const draw = this.#draw('activity', message);
    if (draw >= RATES.activity) return undefined;
    const ways = ['together', 'twice', 'again'] as const;
    const way = ways[Math.floor((draw / RATES.activity) * ways.length)] ?? 'again';
    return this.#decided(`activity ${way}`, message, way);
  }

  crashes(message: string): boolean {
    if (this.#draw('crash', message) >= RATES.crash) return false;
    return this.#decided('crash before the state is stored', message, true);
  }

  lateMs(message: string): number {
    const draw = this.#draw('late', message);
    if (draw >= RATES.late) return 0;
    const ms = Math.ceil((draw / RATES.late) ** 3 * MAX_LATE_MS);
    return this.#decided(`message late by ${ms} ms`, message, ms);
  }

  oldStatusMs(message: string): number {
    const draw = this.#draw('status', message);
    if (draw >= RATES.oldStatus) return 0;
    const ms = Math.ceil((draw / RATES.oldStatus) * MAX_OLD_STATUS_MS);
    return this.#decided(`status a turn old for ${ms} ms`, message, ms);
  }

  storage(request: string): StorageFailure | undefined {
    const draw = this.#draw('storage', request);
    if (draw >= RATES.storage) return undefined;
    const quarter = Math.floor((draw / RATES.storage) * 4);
    const failure: StorageFailure = { status: quarter % 2 === 0 ? 503 : 429, after: quarter >= 2 };
    return this.#decided(
      `storage ${failure.status} ${failure.after ? 'after' : 'before'} the effect`,
      request,
      failure,
    );
  }

  reordered<T>(message: string, items: readonly T[], sender: (item: T) => unknown): T[] {
    const queues = new Map<unknown, T[]>();
    for (const item of items) {
      const key = sender(item) ?? item;
      queues.set(key, [...(queues.get(key) ?? []), item]);
    }
    const ordered: T[] = [];
    for (let left = [...queues.values()]; left.length > 0; left = left.filter((queue) => queue.length > 0)) {
      const queue = left[Math.floor(this.#draw('order', message) * left.length)] ?? [];
      ordered.push(...queue.splice(0, 1));
    }
    return ordered;
  }

  /** A number from 0 to 1, without 1, that follows from the seed, the question and the message. */
  #draw(question: string, message: string): number {
    const key = `${question} ${message}`;
    if (this.#counts.size >= MAX_COUNTED) this.#counts = new Map();
    const ordinal = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, ordinal);
    const digest = createHash('sha1').update(`${this.seed} ${ordinal} ${key}`).digest();
    return digest.readUInt32BE(0) / 2 ** 32;
  }

  #decided<T>(what: string, message: string, decision: T): T {
    const shown = message.length > 200 ? `${message.slice(0, 200)}…` : message;
    this.#logger.log('information', 'Host.Weather', `${what}: ${shown}`);
    return decision;
  }
}
