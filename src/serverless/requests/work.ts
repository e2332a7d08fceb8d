import { type CallContext } from '../../platform/http-client.js';
import { type Limit } from '../../platform/limit.js';
import { type EndpointStore } from '../endpoints/endpoint-store.js';
import { claiming, finishing, losing } from '../queue/changes.js';
import { type EndpointQueue } from '../queue/endpoint-queue.js';
import { type Leases } from '../queue/leases.js';
import { DURABLE_OWNER } from '../queue/queue.js';
import { type Queues } from '../queue/queues.js';
import { type OfRun, type WorkerEnd } from '../schemas.js';
import { type OperationWorker } from '../worker/operation-worker.js';
import { type WorkerCaller } from '../worker/worker-call.js';
import { callWhilePlaced, failureOf, noWorker } from './call.js';
import { type RequestEnd } from './request-row.js';

export interface WorkOptions {
  endpoints: Pick<EndpointStore, 'find'>;
  queues: Queues;
  leases: Leases;
  /** Of worker calls and webhook attempts: each holds an activity slot of the host, which everything in the app shares. */
  calls: Limit;
  worker: WorkerCaller;
  operations: OperationWorker;
}

/** The end of a request; null: there is more to do, later. */
export type WorkResult = RequestEnd | null;

/**
 * One step of an asynchronous request, an activity. For a worker by URL it is the whole call; an operation of the app
 * takes a step for each look at it. A step that is made twice, also at the same time in two processes, has the effect
 * of one: the place in the queue says who works.
 *
 * @throws OperationError 503 when storage is away
 */
export class Work {
  readonly #options: WorkOptions;
  /** Sequences by partition that this process works on: the same activity may come twice. */
  readonly #running = new Set<string>();

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  async step(run: OfRun, call: CallContext): Promise<WorkResult> {
    const { endpoints, queues } = this.#options;
    const queue = queues.of({ id: run.endpoint, createdAt: run.createdAt });
    const worker = (await endpoints.find(run.endpoint, run.createdAt))?.worker;
    if (worker && 'url' in worker) return this.#callStep(queue, run, worker.url, call);
    const claim = await claimed(queue, run, DURABLE_OWNER);
    if (claim === 'waits' || 'owner' in claim) return null;
    const end = worker
      ? await this.#options.operations.step(run.endpoint, worker.kind, { ...run, ...claim })
      : noWorker();
    return end ? finished(queue, run, end) : null;
  }

  async #callStep(queue: EndpointQueue, run: OfRun, url: string, call: CallContext): Promise<WorkResult> {
    const key = `${run.endpoint} ${run.createdAt} ${run.sequence}`;
    const release = this.#running.has(key) ? undefined : this.#options.calls.enter();
    if (!release) return null;
    this.#running.add(key);
    try {
      return await this.#options.leases.during(async () => {
        const claim = await this.#claimed(queue, run);
        if (claim === 'waits' || 'owner' in claim) return null;
        if (claim.end) return await finished(queue, run, claim.end);
        const end = await callWhilePlaced(this.#options.worker, queue, url, run, call);
        return end === 'lost' ? null : await finished(queue, run, end);
      });
    } finally {
      this.#running.delete(key);
      release();
    }
  }

  /** A place of a process that is gone is free: its activity came back. */
  async #claimed(queue: EndpointQueue, run: OfRun): Promise<Claimed> {
    const { leases } = this.#options;
    const claim = await claimed(queue, run, leases.owner);
    if (claim === 'waits' || !('owner' in claim) || (await leases.alive(Date.now())).has(claim.owner)) return claim;
    await queue.change(losing(run.sequence, claim.owner));
    return claimed(queue, run, leases.owner);
  }
}

/** This process may work on the request, or its end if it has one; it has to wait; another process works on it. */
type Claimed = { end?: RequestEnd } | 'waits' | { owner: string };

async function claimed(queue: EndpointQueue, run: OfRun, owner: string): Promise<Claimed> {
  const claim = await queue.change(claiming(run, owner));
  if (claim === 'claimed') return {};
  if (claim !== 'ended') return claim;
  const request = await queue.request(run.sequence);
  return { end: request?.end ?? { state: 'canceled', at: Date.now() } };
}

function finished(queue: EndpointQueue, { sequence }: OfRun, end: WorkerEnd): Promise<RequestEnd> {
  return queue.change(finishing(sequence, end, failureOf(end)));
}
