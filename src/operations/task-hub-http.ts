import { type AxiosInstance } from 'axios';
import { type DurableClient } from 'durable-functions';
import { createHttpConnection, type OutboundRequest } from '../platform/http-connection.js';

/** Longest time for one call to the task hub, ms. */
export const TASK_HUB_TIMEOUT_MS = 4_000;
/** The same for a purge, which deletes the whole history of an instance. */
const PURGE_TIMEOUT_MS = 10_000;

interface TaskHubTimeouts {
  callMs: number;
  purgeMs: number;
}

const TIMEOUTS: TaskHubTimeouts = { callMs: TASK_HUB_TIMEOUT_MS, purgeMs: PURGE_TIMEOUT_MS };

/** Calls of the task hub are no spans: each poll of a status monitor makes one. */
export const sendToTaskHub = createHttpConnection({ isTraced: false });

/**
 * Limits the time of the client's calls, and replaces the library's HTTP client for a task hub on 127.0.0.1: it is on
 * this machine, neither redirects nor compresses, and is behind no proxy; axios's support for these takes most of a
 * call's processor time. The library has no option for both, so a private member is used. Where it is missing, nothing
 * changes.
 */
export function configureClient(client: DurableClient, rpcBaseUrl = '', timeouts = TIMEOUTS): DurableClient {
  if (!('axiosInstance' in client)) return client;
  if (rpcBaseUrl.startsWith('http://127.0.0.1:')) return Object.assign(client, { axiosInstance: taskHub(timeouts) });
  (client.axiosInstance as AxiosInstance).interceptors.request.use((config) => ({
    ...config,
    timeout: timeoutOf(config.method, timeouts),
  }));
  return client;
}

function timeoutOf(method = 'get', { callMs, purgeMs }: TaskHubTimeouts): number {
  return method.toLowerCase() === 'delete' ? purgeMs : callMs;
}

interface Config {
  headers?: Record<string, string>;
}

/** The part of axios that the library uses: answers of any status, JSON bodies parsed. */
function taskHub(timeouts: TaskHubTimeouts) {
  const call = async (
    method: OutboundRequest['method'],
    url: string,
    body: string | undefined,
    config: Config = {},
  ) => {
    const headers = { ...(body !== undefined && { 'content-type': 'application/json' }), ...config.headers };
    const timeoutMs = timeoutOf(method, timeouts);
    const answer = await sendToTaskHub({ method, url: new URL(url), headers, body, timeoutMs });
    return { status: answer.status, headers: answer.headers, data: parsed(await answer.text()) };
  };
  return {
    get: (url: string, config?: Config) => call('GET', url, undefined, config),
    delete: (url: string, config?: Config) => call('DELETE', url, undefined, config),
    post: (url: string, body?: string, config?: Config) => call('POST', url, body, config),
  };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
