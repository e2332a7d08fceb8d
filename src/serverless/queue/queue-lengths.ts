import { telemetry, type Observation } from '../../platform/telemetry/index.js';

/** Endpoints whose queues a process reports: those that it saw last. More would be too many series of a metric. */
const MOST = 100;
/** For so long a length is reported, ms. The sweep reads each queue every 30 s, in one process of the app. */
const FRESH_MS = 90_000;

/** The lengths of queues as this process saw them last, for the metric of docs/telemetry.md. */
export class QueueLengths {
  readonly #seen = new Map<string, { length: number; at: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    telemetry().observe('queueLength', () => this.observed());
  }

  saw(endpoint: string, length: number): void {
    this.#seen.delete(endpoint);
    this.#seen.set(endpoint, { length, at: this.#now() });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST && oldest !== undefined) this.#seen.delete(oldest);
  }

  *observed(): Iterable<Observation> {
    for (const [endpoint, { length, at }] of this.#seen)
      if (this.#now() - at <= FRESH_MS) yield { value: length, attributes: { 'longhaul.endpoint.id': endpoint } };
  }
}
