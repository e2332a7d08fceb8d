import { findInstance, onTaskHub, type DurableClient } from '../operations/durable.js';
import { forEachAtOnce } from './concurrently.js';
import { readQueue } from './request-index.js';
import { capOf, type Endpoint, type EndpointStore } from './endpoints/endpoint-store.js';
import { giveTurns, type Telling } from './events.js';
import { TEND, tendInstanceOf } from './names.js';
import type { TendInput } from './schemas.js';
import { findRequest, isEndedInstance, noteOf } from './watch.js';

export interface TendingOptions extends Telling {
  endpoints: Pick<EndpointStore, 'list'>;
  /** Told of an endpoint that could not be tended; the next run tries again. */
  onFailure(endpoint: string, thrown: unknown): void;
}

/**
 * Looks after the queues: a request that was terminated or purged keeps no place, one that was given a place is told
 * (twice does no harm), and a cap that an operator changed counts.
 */
export async function tendQueues(options: TendingOptions): Promise<void> {
  const asOf = Date.now();
  for (const endpoint of await options.endpoints.list()) {
    try {
      await tendOne(options, endpoint, asOf);
    } catch (thrown) {
      options.onFailure(endpoint.id, thrown);
    }
  }
}

async function tendOne({ directory, client }: TendingOptions, endpoint: Endpoint, asOf: number): Promise<void> {
  const queue = await readQueue(client, endpoint.id);
  const dead: number[] = [];
  const untold: number[] = [];
  await forEachAtOnce(queue.running, async (sequence) => {
    const requestID = await directory.idOf(client, endpoint.id, sequence);
    const instance = requestID === undefined ? undefined : await findRequest(client, endpoint.id, requestID);
    if (!instance || isEndedInstance(instance)) dead.push(sequence);
    else if (noteOf(instance)?.state === 'queued') untold.push(sequence);
  });
  // They have waited too long already: none waits for another.
  for (const sequence of untold) {
    await giveTurns({ client, directory }, endpoint.id, { grants: [sequence], after: 0 });
  }
  const workers = capOf(endpoint);
  if (queue.last > 0 && (dead.length > 0 || workers !== queue.workers)) {
    await start(client, { endpoint: endpoint.id, dead, workers, asOf });
  }
}

/** One at a time: what a run leaves, the next one finds. */
async function start(client: DurableClient, input: TendInput): Promise<void> {
  const instanceId = tendInstanceOf(input.endpoint);
  const running = await findInstance(client, instanceId);
  if (running && !isEndedInstance(running)) return;
  await onTaskHub(() => client.startNew(TEND, { instanceId, input }));
}
