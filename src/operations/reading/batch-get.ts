import { z } from 'zod';
import { concurrently, STORAGE_CALLS } from '../../platform/concurrently.js';
import { OperationError, type ErrorData } from '../../platform/errors.js';
import { shortError } from '../../platform/http/schemas.js';
import { operationErrors } from '../errors.js';
import { type Operations } from '../operations.js';
import { checkedOperationId } from '../request-headers.js';
import { monitor, type Monitor } from '../schemas.js';

/** Most ids of one request. */
const MAX_IDS = 100;
const idCount = `expected 1 to ${MAX_IDS} ids`;

export const batchGetRequest = z
  .strictObject({ ids: z.array(z.string()).min(1, idCount).max(MAX_IDS, idCount) })
  .meta({ id: 'OperationIds' });

const missing = z.object({ id: z.string(), error: shortError }).meta({
  id: 'MissingOperation',
  description: 'An id that is malformed, unknown, or of an operation that has expired.',
});

export const batchGetResponse = z
  .object({ value: z.array(z.union([monitor, missing])).describe('One entry for each id, in the order asked.') })
  .meta({ id: 'OperationsById' });

type Entry = Monitor | z.infer<typeof missing>;

const ABSENT: readonly string[] = [
  operationErrors.InvalidOperationId.code,
  operationErrors.OperationNotFound.code,
  operationErrors.OperationExpired.code,
];

/** The monitors of operations in the order of their ids. @throws OperationError 503 */
export async function monitorsOf(operations: Operations, ids: readonly string[]): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  await concurrently([...new Set(ids)], STORAGE_CALLS, async (id) => {
    entries.set(id, await entryOf(operations, id));
  });
  return ids.flatMap((id) => entries.get(id) ?? []);
}

async function entryOf(operations: Operations, id: string): Promise<Entry> {
  try {
    return await operations.compactMonitor(checkedOperationId(id, 'id'));
  } catch (thrown) {
    if (!(thrown instanceof OperationError) || !ABSENT.includes(thrown.data.code)) throw thrown;
    const { code, message }: ErrorData = thrown.data;
    return { id, error: { code, message } };
  }
}
