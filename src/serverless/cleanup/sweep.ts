import { isOver, type Instance } from '../../operations/durable.js';
import { type Operations } from '../../operations/operations.js';
import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { type DeletedEndpoint, type Endpoint, type EndpointStore } from '../endpoints/endpoint-store.js';
import { DROP, dropInstanceOf, instanceOf } from '../names.js';
import { abandoning, expiring, limiting, losing } from '../queue/changes.js';
import { MAX_ROWS_OF_CHANGE, type EndpointQueue } from '../queue/endpoint-queue.js';
import { type Leases } from '../queue/leases.js';
import { DURABLE_OWNER, type Place, type QueueState } from '../queue/queue.js';
import { partitionOf, type Queues } from '../queue/queues.js';
import { type RequestHub } from '../requests/hub.js';
import { type RequestEnd, type RequestRecord } from '../requests/request-row.js';
import { endpointInput, limitsOf, startRun } from '../requests/requests.js';
import { type Deliveries } from './dropped.js';

/** The timer's period. */
const SWEEP_MS = 30_000;
/** An older place is checked in one sweep of so many. */
const OLD_MS = 60_000;
const OLD_SHARE = 10;
/** The orchestration of a place that is so old is checked at each sweep, ms: it begins within seconds. */
const CHECKED_MS = 10_000;
/** A call ends at its deadline; a place that is kept for so long after it is a mistake. */
const OVERDUE_MS = 900_000;
const PAGE = 1_000;

export interface SweepOptions {
  endpoints: Pick<EndpointStore, 'list' | 'deleted'>;
  operations: Pick<Operations, 'cancel'>;
  hub: RequestHub;
  queues: Queues;
  leases: Leases;
  deliveries: Deliveries;
  /** Called for an endpoint whose queue could not be swept; the next run tries again. */
  onFailure(endpoint: string, thrown: unknown): void;
}

/**
 * Finds what a process that ended left undone, for each endpoint: places of processes that are gone, requests with a
 * place that were never started, requests past their TTL, webhooks and dropped requests that were not finished, and a
 * changed cap. Each step may run in several processes at the same time.
 */
export async function sweepQueues(options: SweepOptions): Promise<void> {
  const now = Date.now();
  let alive: Promise<ReadonlySet<string>> | undefined;
  const owners = () => (alive ??= options.leases.alive(now));
  for (const endpoint of [...(await options.endpoints.list()), ...(await options.endpoints.deleted())]) {
    try {
      await new Sweep(options, endpoint, now, owners).run();
    } catch (thrown) {
      options.onFailure(endpoint.id, thrown);
    }
  }
}

class Sweep {
  readonly #options: SweepOptions;
  readonly #endpoint: Endpoint | DeletedEndpoint;
  readonly #now: number;
  readonly #owners: () => Promise<ReadonlySet<string>>;
  readonly #queue: EndpointQueue;

  constructor(
    options: SweepOptions,
    endpoint: Endpoint | DeletedEndpoint,
    now: number,
    owners: () => Promise<ReadonlySet<string>>,
  ) {
    this.#options = options;
    this.#endpoint = endpoint;
    this.#now = now;
    this.#owners = owners;
    this.#queue = options.queues.of(endpoint);
  }

  async run(): Promise<void> {
    const state = await this.#queue.read();
    if (state.last === 0) return;
    await this.#applyCap(state);
    await concurrently(state.places, STORAGE_CALLS, (place) => this.#checkPlace(place));
    await concurrently([...state.lost, ...state.again], STORAGE_CALLS, (sequence) => this.#checkRun(sequence));
    await this.#expire(state);
    await this.#dropAbandonedSync(state);
    await this.#deliver(state);
    if (state.droppedDone < state.dropped) await this.#goOnDropping();
  }

  async #applyCap({ workers }: QueueState): Promise<void> {
    if (!('workers' in this.#endpoint)) return;
    const limits = limitsOf(this.#endpoint, this.#now);
    if (limits.workers !== workers) await this.#queue.change(limiting(limits));
  }

  async #checkPlace(place: Place): Promise<void> {
    const { sequence, owner, deadline } = place;
    if (this.#now > deadline + OVERDUE_MS) {
      await this.#queue.change(abandoning(sequence, { state: 'expired', at: this.#now }));
    } else if (![DURABLE_OWNER, ''].includes(owner) && !(await this.#owners()).has(owner)) {
      await this.#queue.change(losing(sequence, owner));
      await this.#stopOperation(sequence);
    } else if (this.#isToBeChecked(place)) await this.#checkRun(sequence);
  }

  /** An old place is checked in one of ten sweeps, so that long work costs little; in each one until work begins. */
  #isToBeChecked({ sequence, owner, grantedAt }: Place): boolean {
    const age = this.#now - grantedAt;
    if (age < CHECKED_MS) return false;
    return owner === '' || age < OLD_MS || (Math.floor(this.#now / SWEEP_MS) + sequence) % OLD_SHARE === 0;
  }

  /** The operation of a synchronous request ends with the process that waited for it. */
  async #stopOperation(sequence: number): Promise<void> {
    if (!('worker' in this.#endpoint) || !this.#endpoint.worker || !('kind' in this.#endpoint.worker)) return;
    const request = await this.#queue.request(sequence);
    if (request?.mode === 'sync') await this.#options.operations.cancel(request.requestID).catch(() => undefined);
  }

  /** Starts the orchestration of a request with a place when there is none; ends the request when it was ended. */
  async #checkRun(sequence: number): Promise<void> {
    const request = await this.#queue.request(sequence);
    if (!request || request.mode === 'sync') return;
    const { hub } = this.#options;
    const instance = await hub.find(instanceOf(this.#endpoint.id, request.requestID));
    if (!instance) await startRun(hub, this.#endpoint, request);
    else if (isOver(instance)) await this.#queue.change(abandoning(sequence, request.end ?? this.#endOf(instance)));
  }

  #endOf({ runtimeStatus }: Instance): RequestEnd {
    const at = this.#now;
    if (runtimeStatus.toString() !== 'Failed') return { state: 'canceled', at };
    return { state: 'failed', at, error: 'something failed on our side' };
  }

  async #expire(state: QueueState): Promise<void> {
    if (state.waiting === 0) return;
    const due = await this.#openAfter(state, `deadline lt ${(this.#now - 1).toFixed(1)}`);
    await this.#inChunks(due, (sequences) => this.#queue.change(expiring(sequences)));
  }

  /** Synchronous requests whose process is gone have no client any more. */
  async #dropAbandonedSync(state: QueueState): Promise<void> {
    if (state.waitingSync === 0) return;
    const owners = await this.#owners();
    const waiting = await this.#openAfter(state, "mode eq 'sync'");
    for (const { sequence, owner } of waiting) {
      if (owners.has(owner)) continue;
      const end = { state: 'failed' as const, at: this.#now, error: 'the process that waited for it is gone' };
      await this.#queue.change(abandoning(sequence, end));
    }
  }

  #openAfter({ head, last }: QueueState, filter: string): Promise<RequestRecord[]> {
    return this.#queue.page(head, last, { top: PAGE, filter: `open eq true and ${filter}` });
  }

  async #inChunks(requests: readonly RequestRecord[], run: (sequences: number[]) => Promise<void>): Promise<void> {
    for (let from = 0; from < requests.length; from += MAX_ROWS_OF_CHANGE) {
      await run(requests.slice(from, from + MAX_ROWS_OF_CHANGE).map(({ sequence }) => sequence));
      await this.#queue.eventsDone();
    }
  }

  /** Those that ended just now are started by the process that ended them; starting them again has no effect. */
  async #deliver({ undelivered }: QueueState): Promise<void> {
    const requests = await Promise.all(undelivered.map((sequence) => this.#queue.request(sequence)));
    await this.#options.deliveries.start(
      this.#endpoint,
      requests.filter((request) => request !== undefined),
    );
  }

  async #goOnDropping(): Promise<void> {
    const instanceId = dropInstanceOf(partitionOf(this.#endpoint));
    const running = await this.#options.hub.find(instanceId);
    if (!running || isOver(running)) await this.#options.hub.start(DROP, instanceId, endpointInput(this.#endpoint));
  }
}
