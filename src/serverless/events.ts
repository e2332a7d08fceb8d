import { forEachConcurrently } from './concurrently.js';
import { type RequestHub } from './hub.js';
import { type Grants } from './queue.js';
import { type RequestIndex } from './request-index.js';

interface EventTargets {
  hub: Pick<RequestHub, 'raiseGrant' | 'raiseCancel'>;
  index: Pick<RequestIndex, 'idOf'>;
}

/**
 * Tells requests that they have a place, and which request got one before each. A repeated event has no effect.
 *
 * @throws OperationError 503 when not all could be told
 */
export async function raiseGrants({ hub, index }: EventTargets, endpoint: string, granted: Grants): Promise<void> {
  const { grants } = granted;
  await forEachConcurrently([...grants.entries()], async ([position, sequence]) => {
    const requestID = await index.idOf(endpoint, sequence);
    const after = grants[position - 1] ?? granted.after;
    if (requestID !== undefined) await hub.raiseGrant(endpoint, requestID, { after });
  });
}

/** Cancels all requests of a range of sequences. @throws OperationError 503 when not all could be told */
export async function cancelRequests(
  { hub, index }: EventTargets,
  { endpoint, from, to }: { endpoint: string; from: number; to: number },
): Promise<void> {
  const sequences = Array.from({ length: to - from + 1 }, (_, position) => from + position);
  await forEachConcurrently(sequences, async (sequence) => {
    const requestID = await index.idOf(endpoint, sequence);
    if (requestID !== undefined) await hub.raiseCancel(endpoint, requestID);
  });
}
