import { type CallContext } from '../../platform/http-client.js';
import { type EndpointStore } from '../endpoints/endpoint-store.js';
import { claiming, finishing, losing } from '../queue/changes.js';
import { type EndpointQueue } from '../queue/endpoint-queue.js';
import { type Leases } from '../queue/leases.js';
import { DURABLE_OWNER } from '../queue/queue.js';
import { type Queues } from '../queue/queues.js';
import { type OfRun, type WorkerEnd } from '../schemas.js';
import { type OperationWorker } from '../worker/operation-worker.js';
import { type Slots } from '../worker/slots.js';
import { type WorkerCaller } from '../worker/worker-call.js';
import { callWhilePlaced, failureOf, noWorker } from './call.js';
import { type RequestEnd, type RequestRecord } from './request-row.js';

export interface WorkOptions {
  endpoints: Pick<EndpointStore, 'find'>;
  queues: Queues;
  leases: Leases;
  slots: Slots;
  worker: WorkerCaller;
  operations: OperationWorker;
}

/** The end of a request and the webhook that is to be told; null: there is more to do, later. */
export type WorkResult = { end: RequestEnd; webhook?: string } | null;

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

  async step(ids: OfRun, call: CallContext): Promise<WorkResult> {
    const { endpoints, queues } = this.#options;
    const queue = queues.of({ id: ids.endpoint, createdAt: ids.createdAt });
    const endpoint = await endpoints.find(ids.endpoint);
    // An endpoint that was made again under this id is another one.
    const worker = endpoint?.createdAt === ids.createdAt ? endpoint.worker : null;
    if (worker && 'url' in worker) return this.#callStep(queue, ids, worker.url, call);
    const { request } = await claimed(queue, ids, DURABLE_OWNER);
    if (!request) return null;
    const end = worker ? await this.#options.operations.step(ids.endpoint, worker.kind, request) : noWorker();
    return end ? finished(queue, request, end) : null;
  }

  async #callStep(queue: EndpointQueue, ids: OfRun, url: string, call: CallContext): Promise<WorkResult> {
    const key = `${ids.endpoint} ${ids.createdAt} ${ids.sequence}`;
    const release = this.#running.has(key) ? undefined : this.#options.slots.take();
    if (!release) return null;
    this.#running.add(key);
    try {
      return await this.#options.leases.during(async () => {
        const request = await this.#claimed(queue, ids);
        if (!request) return null;
        if (request.end) return await finished(queue, request, request.end);
        const { worker } = this.#options;
        const end = await callWhilePlaced(worker, queue, url, { endpoint: ids.endpoint, request }, call);
        return end === 'lost' ? null : await finished(queue, request, end);
      });
    } finally {
      this.#running.delete(key);
      release();
    }
  }

  /** A place of a process that is gone is free: its activity came back. */
  async #claimed(queue: EndpointQueue, ids: OfRun): Promise<RequestRecord | undefined> {
    const { leases } = this.#options;
    const { request, other } = await claimed(queue, ids, leases.owner);
    if (other === undefined || (await leases.alive(Date.now())).has(other)) return request;
    await queue.change(losing(ids.sequence, other));
    return (await claimed(queue, ids, leases.owner)).request;
  }
}

/** The request, when this owner may work on it or it has ended; the owner that works on it, if another one does. */
async function claimed(
  queue: EndpointQueue,
  { sequence, requestID, deadline }: OfRun,
  owner: string,
): Promise<{ request?: RequestRecord; other?: string }> {
  const claim = queue.change(claiming({ sequence, deadline }, owner));
  const [claimedBy, request] = await Promise.all([claim, queue.request(sequence)]);
  if (request?.requestID !== requestID) throw new Error('A request is not where it was stored.');
  if (request.end || claimedBy === 'claimed') return { request };
  return typeof claimedBy === 'object' ? { other: claimedBy.owner } : {};
}

async function finished(queue: EndpointQueue, request: RequestRecord, end: WorkerEnd): Promise<WorkResult> {
  const failure = request.end ? undefined : failureOf(end);
  const final = await queue.change(finishing(request.sequence, end, failure));
  return { end: final, ...(request.webhook !== undefined && { webhook: request.webhook }) };
}
