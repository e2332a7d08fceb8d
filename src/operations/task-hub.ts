import { type InvocationContext } from '@azure/functions';
import { type DurableClient, getClient } from 'durable-functions';
import { configureClient } from './task-hub-http.js';

/**
 * Builds an object on the durable client of an invocation and keeps it: address and hub are the same for all
 * invocations of a process, and connections, shared polls and caches are worth keeping.
 */
export function perTaskHub<T>(build: (client: DurableClient) => T): (invocation: InvocationContext) => T {
  let cached: { rpcBaseUrl: string; taskHubName: string; built: T } | undefined;
  return (invocation) => {
    const { rpcBaseUrl, taskHubName } = bindingOf(invocation);
    if (rpcBaseUrl === undefined) return build(configureClient(getClient(invocation)));
    if (cached?.rpcBaseUrl !== rpcBaseUrl || cached.taskHubName !== taskHubName)
      cached = { rpcBaseUrl, taskHubName, built: build(configureClient(getClient(invocation), rpcBaseUrl)) };
    return cached.built;
  };
}

/** The library does not export the shape of its client binding. */
function bindingOf({ options, extraInputs }: InvocationContext): { rpcBaseUrl?: string; taskHubName: string } {
  const input = options.extraInputs.find(({ type }) => type === 'durableClient');
  const value = (input && extraInputs.get(input)) as { rpcBaseUrl?: unknown; taskHubName?: unknown } | undefined;
  const { rpcBaseUrl, taskHubName } = value ?? {};
  return { ...(typeof rpcBaseUrl === 'string' && { rpcBaseUrl }), taskHubName: String(taskHubName) };
}
