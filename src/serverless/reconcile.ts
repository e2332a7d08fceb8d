import { forEachConcurrently } from './concurrently.js';
import { capOf, type Endpoint, type EndpointStore } from './endpoints/endpoint-store.js';
import { raiseGrants } from './events.js';
import { type RequestHub } from './hub.js';
import { RECONCILE, reconcileInstanceOf } from './names.js';
import { type RequestIndex } from './request-index.js';
import { type ReconcileInput } from './schemas.js';
import { customStatusOf, isOver } from './watch.js';

interface ReconcileOptions {
  endpoints: Pick<EndpointStore, 'list'>;
  hub: RequestHub;
  index: RequestIndex;
  /** Called for an endpoint whose queue could not be reconciled; the next run tries again. */
  onFailure(endpoint: string, thrown: unknown): void;
}

/**
 * Reconciles each queue with its requests and its endpoint: a request that was terminated or purged loses its place, one
 * that was given a place and has not begun is told again, and a changed cap is applied.
 */
export async function reconcileQueues(options: ReconcileOptions): Promise<void> {
  const asOf = Date.now();
  for (const endpoint of await options.endpoints.list()) {
    try {
      await reconcileQueue(options, endpoint, asOf);
    } catch (thrown) {
      options.onFailure(endpoint.id, thrown);
    }
  }
}

async function reconcileQueue({ hub, index }: ReconcileOptions, endpoint: Endpoint, asOf: number): Promise<void> {
  const queue = await hub.readQueue(endpoint.id);
  const dead: number[] = [];
  const untold: number[] = [];
  await forEachConcurrently(queue.running, async (sequence) => {
    const requestID = await index.idOf(endpoint.id, sequence);
    const instance = requestID === undefined ? undefined : await hub.findRequest(endpoint.id, requestID);
    if (!instance || isOver(instance)) dead.push(sequence);
    else if (customStatusOf(instance)?.state === 'queued') untold.push(sequence);
  });
  // They have waited too long already: none waits for another.
  for (const sequence of untold) await raiseGrants({ hub, index }, endpoint.id, { grants: [sequence], after: 0 });
  const workers = capOf(endpoint);
  if (queue.last > 0 && (dead.length > 0 || workers !== queue.workers)) {
    await start(hub, { endpoint: endpoint.id, dead, workers, asOf });
  }
}

/** One at a time: the next run finds what this one leaves. */
async function start(hub: RequestHub, input: ReconcileInput): Promise<void> {
  const instanceId = reconcileInstanceOf(input.endpoint);
  const running = await hub.find(instanceId);
  if (!running || isOver(running)) await hub.start(RECONCILE, instanceId, input);
}
