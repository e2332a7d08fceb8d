import { onTaskHub, type DurableClient } from '../operations/durable.js';
import { forEachAtOnce } from './concurrently.js';
import type { Directory } from './request-index.js';
import { CANCEL_EVENT, instanceOf, TURN_EVENT } from './names.js';
import type { Grants } from './queue.js';
import type { Turn } from './schemas.js';

export interface Telling {
  client: DurableClient;
  directory: Directory;
}

/**
 * Tells requests that it is their turn, and after which other; telling one twice does no harm.
 * @throws OperationError 503 when not all could be told
 */
export async function giveTurns(
  { client, directory }: Telling,
  endpoint: string,
  { grants, after }: Grants,
): Promise<void> {
  await forEachAtOnce([...grants.entries()], async ([index, sequence]) => {
    const requestID = await directory.idOf(client, endpoint, sequence);
    const turn: Turn = { after: grants[index - 1] ?? after };
    if (requestID !== undefined) await raise(client, endpoint, requestID, TURN_EVENT, turn);
  });
}

/** @throws OperationError 503 */
export async function cancelRequests(
  { client, directory }: Telling,
  { endpoint, from, to }: { endpoint: string; from: number; to: number },
): Promise<void> {
  const sequences = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  await forEachAtOnce(sequences, async (sequence) => {
    const requestID = await directory.idOf(client, endpoint, sequence);
    if (requestID !== undefined) await cancelRequest(client, endpoint, requestID);
  });
}

export function cancelRequest(client: DurableClient, endpoint: string, requestID: string): Promise<void> {
  return raise(client, endpoint, requestID, CANCEL_EVENT, true);
}

/** Who has ended hears nothing; who is gone (the library has only a sentence for it) need not. */
async function raise(
  client: DurableClient,
  endpoint: string,
  requestID: string,
  event: string,
  data: unknown,
): Promise<void> {
  const instance = instanceOf(endpoint, requestID);
  await onTaskHub(async () => {
    try {
      await client.raiseEvent(instance, event, data);
    } catch (thrown) {
      if (!(thrown instanceof Error) || !thrown.message.startsWith('No instance with ID')) throw thrown;
    }
  });
}
