import { type InvocationContext } from '@azure/functions';
import { type DurableClient, type DurableOrchestrationStatus, type GetStatusOptions } from 'durable-functions';
import { commonErrors, type OperationError } from '../platform/errors.js';

export type { DurableClient };

/** The state of an orchestration instance as the task hub gives it. */
export type Instance = Omit<DurableOrchestrationStatus, 'history'>;

/** Finds the object that is bound to the task hub of a request's invocation (task-hub.ts). */
export type PerInvocation<T> = (request: { invocation: InvocationContext }) => T;

/** The library has no error class for this case, only a message (DurableClient.getStatus). */
const NOT_FOUND = 'DurableClient error: Durable Functions extension replied with HTTP 404 response.';

/**
 * The instance, or undefined when the task hub has none of that id.
 * @throws OperationError 503 when the task hub cannot be reached
 */
export async function findInstance(
  client: DurableClient,
  id: string,
  options?: GetStatusOptions,
): Promise<Instance | undefined> {
  try {
    return await client.getStatus(id, options);
  } catch (cause) {
    if (cause instanceof Error && cause.message.startsWith(NOT_FOUND)) return undefined;
    throw taskHubUnavailable(cause);
  }
}

/** Whether the instance has ended in any way. */
export function isOver({ runtimeStatus }: Instance): boolean {
  return ['Completed', 'Failed', 'Terminated', 'Canceled'].includes(runtimeStatus);
}

/**
 * Deletes an instance that may not have ended. Azure refuses to purge such a one: it is terminated, and a later call
 * deletes it.
 *
 * @returns whether the instance is deleted
 * @throws OperationError 503
 */
export async function endAndPurge(client: DurableClient, id: string, reason: string): Promise<boolean> {
  const instance = await findInstance(client, id, { showInput: false });
  if (instance && !isOver(instance)) {
    await onTaskHub(() => client.terminate(id, reason));
    return false;
  }
  if (instance) await onTaskHub(() => client.purgeInstanceHistory(id));
  return true;
}

/** Runs a call to the task hub. @throws OperationError 503 when it fails */
export async function onTaskHub<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw taskHubUnavailable(cause);
  }
}

function taskHubUnavailable(cause: unknown): OperationError {
  return commonErrors.ServiceUnavailable('The task hub cannot be reached; try again shortly.', { cause });
}
