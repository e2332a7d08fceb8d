import { setTimeout as sleep } from 'node:timers/promises';
import { type CallContext } from '../../platform/http-client.js';
import { retried } from '../../platform/retried.js';
import { type Endpoint } from '../endpoints/endpoint-store.js';
import { expiring, finishing } from '../queue/changes.js';
import { type EndpointQueue } from '../queue/endpoint-queue.js';
import { placeOf } from '../queue/queue.js';
import { type Queues } from '../queue/queues.js';
import { type WorkerEnd } from '../schemas.js';
import { type OperationWorker } from '../worker/operation-worker.js';
import { type WorkerCaller } from '../worker/worker-call.js';
import { callWhilePlaced, failureOf, noWorker } from './call.js';
import { nextStepMs } from './next-step.js';
import { type RequestEnd, type RequestRecord } from './request-row.js';

interface SyncRunOptions {
  queues: Queues;
  worker: WorkerCaller;
  operations: OperationWorker;
}

/**
 * Runs a synchronous request in the process of its client's call: when that process ends, no client waits any more. It
 * needs no orchestration, and no activity slot.
 */
export class SyncRuns {
  readonly #options: SyncRunOptions;

  constructor(options: SyncRunOptions) {
    this.#options = options;
  }

  /** How it ended. @throws OperationError 503 when storage fails for long */
  async toEnd(endpoint: Endpoint, request: RequestRecord, call: CallContext): Promise<RequestEnd> {
    const queue = this.#options.queues.of(endpoint);
    const store = (end: RequestEnd, failure?: string | null) =>
      retried(() => queue.change(finishing(request.sequence, end, failure)), STORAGE_MS);
    const unserved = await untilPlaced(queue, request);
    if (unserved) return unserved;
    let end: WorkerEnd;
    try {
      end = await this.#serve(endpoint, queue, request, call);
    } catch (thrown) {
      await store(failed('something failed on our side'));
      throw thrown;
    }
    return store(end, failureOf(end));
  }

  async #serve(
    { id, worker }: Endpoint,
    queue: EndpointQueue,
    request: RequestRecord,
    call: CallContext,
  ): Promise<WorkerEnd> {
    if (!worker) return noWorker();
    if ('kind' in worker) return this.#runOperation(id, worker.kind, queue, request);
    const { input = { text: 'null' } } = request;
    const run = { ...request, input, endpoint: id };
    const end = await callWhilePlaced(this.#options.worker, queue, worker.url, run, call);
    return end === 'lost' ? failed('its place was given to another request') : end;
  }

  async #runOperation(
    endpoint: string,
    kind: string,
    queue: EndpointQueue,
    request: RequestRecord,
  ): Promise<WorkerEnd> {
    const begun = Date.now();
    for (;;) {
      const current = (await queue.request(request.sequence)) ?? request;
      const end = await this.#options.operations.step(endpoint, kind, current);
      if (end) return end;
      await sleep(nextStepMs(Date.now() - begun));
    }
  }
}

/** How often a request that waits is checked: it may be canceled, ms. */
const CHECK_MS = 2_000;
/** How long storage may fail while a client waits: a longer time ends the lease of this process (leases.ts), ms. */
const STORAGE_MS = 20_000;

/** Waits for a place. @returns how the request ended, when it ended before it had one */
async function untilPlaced(
  queue: EndpointQueue,
  { sequence, deadline }: RequestRecord,
): Promise<RequestEnd | undefined> {
  for (;;) {
    const state = await queue.until(
      (current) => placeOf(current, sequence) !== undefined || sequence <= current.head,
      Math.min(deadline + 1, Date.now() + CHECK_MS),
    );
    if (state && placeOf(state, sequence)) return undefined;
    if (Date.now() > deadline) await retried(() => queue.change(expiring([sequence])), STORAGE_MS);
    const request = await retried(() => queue.request(sequence), STORAGE_MS);
    if (!request) return failed('its queue is gone');
    if (request.end) return request.end;
  }
}

function failed(error: string): WorkerEnd {
  return { state: 'failed', at: Date.now(), error };
}
