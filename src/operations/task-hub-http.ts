import { type AxiosInstance } from 'axios';
import { type DurableClient } from 'durable-functions';
import { createHttpConnection, type OutboundRequest } from '../platform/http-connection.js';

/** Longest time for one call to the task hub, ms. */
export const TASK_HUB_TIMEOUT_MS = 4_000;
/** The same for a purge, which deletes the whole history of an instance. */
const PURGE_TIMEOUT_MS = 10_000;

const send = createHttpConnection();

/**
 * Limits the time of the client's calls, and replaces the library's HTTP client for a task hub on 127.0.0.1: it is on
 * this machine, neither redirects nor compresses, and is behind no proxy; axios's support for these takes most of a
 * call's processor time. The library has no option for both, so a private member is used. Where it is missing, nothing
 * changes.
 */
export function configureClient(client: DurableClient, rpcBaseUrl = ''): DurableClient {
  if (!('axiosInstance' in client)) return client;
  if (rpcBaseUrl.startsWith('http://127.0.0.1:')) return Object.assign(client, { axiosInstance: taskHub });
  (client.axiosInstance as AxiosInstance).interceptors.request.use((config) => ({
    ...config,
    timeout: timeoutOf(config.method),
  }));
  return client;
}

function timeoutOf(method = 'get'): number {
  return method.toLowerCase() === 'delete' ? PURGE_TIMEOUT_MS : TASK_HUB_TIMEOUT_MS;
}

interface Config {
  headers?: Record<string, string>;
}

/** The part of axios that the library uses: answers of any status, JSON bodies parsed. */
const taskHub = {
  get: (url: string, config?: Config) => call('GET', url, undefined, config),
  delete: (url: string, config?: Config) => call('DELETE', url, undefined, config),
  post: (url: string, body?: string, config?: Config) => call('POST', url, body, config),
};

async function call(method: OutboundRequest['method'], url: string, body: string | undefined, config: Config = {}) {
  const headers = { ...(body !== undefined && { 'content-type': 'application/json' }), ...config.headers };
  const answer = await send({ method, url: new URL(url), headers, body, timeoutMs: timeoutOf(method) });
  return { status: answer.status, headers: answer.headers, data: parsed(await answer.text()) };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
