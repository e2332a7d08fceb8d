import type { InvocationContext } from '@azure/functions';
import {
  getClient,
  type DurableClient,
  type DurableOrchestrationStatus,
  type GetStatusOptions,
} from 'durable-functions';
import { commonErrors } from '../platform/errors.js';
import { shortcutTaskHub } from './task-hub-http.js';

export type { DurableClient };

/** What the task hub says of an instance. */
export type Instance = Omit<DurableOrchestrationStatus, 'history'>;

/**
 * The durable client of an invocation. A client holds an HTTP client of its own, which is worth keeping; the addresses
 * that it was made for are the same for every invocation of one process.
 */
export function createClientCache(): (context: InvocationContext) => DurableClient {
  let cached: { rpcBaseUrl: string; taskHubName: string; client: DurableClient } | undefined;
  return (context) => {
    const { rpcBaseUrl, taskHubName } = bindingOf(context);
    if (rpcBaseUrl === undefined) return getClient(context);
    if (cached?.rpcBaseUrl !== rpcBaseUrl || cached.taskHubName !== taskHubName)
      cached = { rpcBaseUrl, taskHubName, client: shortcutTaskHub(getClient(context), rpcBaseUrl) };
    return cached.client;
  };
}

function bindingOf({ options, extraInputs }: InvocationContext): { rpcBaseUrl?: string; taskHubName: string } {
  const input = options.extraInputs.find(({ type }) => type === 'durableClient');
  const value = (input && extraInputs.get(input)) as { rpcBaseUrl?: unknown; taskHubName?: unknown } | undefined;
  const { rpcBaseUrl, taskHubName } = value ?? {};
  return { ...(typeof rpcBaseUrl === 'string' && { rpcBaseUrl }), taskHubName: String(taskHubName) };
}

/** The library has no error class for this case, only a sentence (DurableClient.getStatus). */
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
    throw taskHubAway(cause);
  }
}

/** Runs a call to the task hub; what it does not do is a passing failure. */
export async function onTaskHub<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw taskHubAway(cause);
  }
}

function taskHubAway(cause: unknown) {
  return commonErrors.ServiceUnavailable('The task hub cannot be reached; try again shortly.', { cause });
}
