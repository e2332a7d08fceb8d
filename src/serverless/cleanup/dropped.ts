import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { DELIVERY, deliveryInstanceOf } from '../names.js';
import { droppingPage, started } from '../queue/changes.js';
import { type QueueOwner, type Queues } from '../queue/queues.js';
import { type RequestHub } from '../requests/hub.js';
import { type RequestRecord } from '../requests/request-row.js';
import { deliveryOf } from '../requests/run.orchestrator.js';
import { type DeliveryOrchestrationInput, type OfEndpoint } from '../schemas.js';

interface DeliveriesOptions {
  hub: RequestHub;
  queues: Queues;
  /** Waits between attempts at a webhook, ms. */
  webhookGapsMs: readonly number[];
}

/** Starts the webhooks of requests that ended while they waited: these have no orchestration of their own. */
export class Deliveries {
  readonly #options: DeliveriesOptions;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  /**
   * Starts the deliveries of ended requests and takes them off the queue's list. What fails stays in the list, where a
   * sweep finds it.
   *
   * @throws OperationError 503
   */
  async start(endpoint: QueueOwner, requests: readonly RequestRecord[]): Promise<void> {
    const { hub, queues, webhookGapsMs } = this.#options;
    const { id, createdAt } = endpoint;
    const done: number[] = [];
    try {
      await concurrently(requests, STORAGE_CALLS, async ({ sequence, requestID, webhook, end }) => {
        if (webhook === undefined || !end) return;
        const ids = { endpoint: id, createdAt, sequence, requestID };
        const delivery = deliveryOf(ids, end, webhook);
        const input: DeliveryOrchestrationInput = { ...ids, delivery, attempts: 0, gapsMs: webhookGapsMs };
        const instanceId = deliveryInstanceOf(id, requestID);
        // Another process may have started it, and it may have ended: a start would repeat it.
        if (!(await hub.find(instanceId))) await hub.start(DELIVERY, instanceId, input);
        done.push(sequence);
      });
    } finally {
      if (done.length > 0) await queues.of(endpoint).change(started(done));
    }
  }
}

/** An activity: drops the next page, and starts the deliveries of its webhooks. Null when there are too many already. */
export async function dropPage({ queues }: { queues: Queues }, { endpoint, createdAt }: OfEndpoint) {
  const queue = queues.of({ id: endpoint, createdAt });
  const dropped = await queue.change(droppingPage(queue));
  await queue.eventsDone();
  return dropped;
}
