import { type DurableClient } from 'durable-functions';
import { createHttpConnection, type OutboundRequest } from '../platform/http-connection.js';

const send = createHttpConnection();

/**
 * Replaces the library's HTTP client for a task hub on 127.0.0.1: it is on this machine, neither redirects nor
 * compresses, and is behind no proxy; axios's support for these takes most of a call's processor time. The library has
 * no option for it, so a private member is set. Where it is missing, or the hub is elsewhere, nothing changes.
 */
export function useDirectConnection(client: DurableClient, rpcBaseUrl: string): DurableClient {
  if ('axiosInstance' in client && rpcBaseUrl.startsWith('http://127.0.0.1:'))
    Object.assign(client, { axiosInstance: taskHub });
  return client;
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
  const answer = await send({ method, url: new URL(url), headers, body });
  return { status: answer.status, headers: answer.headers, data: parsed(await answer.text()) };
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}
