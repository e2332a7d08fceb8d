import { text } from 'node:stream/consumers';
import { AxiosError, type AxiosAdapter, type AxiosInstance } from 'axios';
import type { DurableClient } from 'durable-functions';
import { createBareHttp } from '../platform/bare-http.js';

const send = createBareHttp();

/**
 * Makes the library's calls to the task hub cheaper: it is on this machine, neither redirects nor compresses, and is
 * behind no proxy, and looking after all that takes axios' own adapter most of a call's processor time. The library
 * offers no way to say so. Where it has no axios of its own, or the hub is elsewhere, nothing changes.
 */
export function shortcutTaskHub(client: DurableClient, rpcBaseUrl: string): DurableClient {
  const { axiosInstance } = client as unknown as { axiosInstance?: AxiosInstance };
  if (axiosInstance && rpcBaseUrl.startsWith('http://127.0.0.1:')) axiosInstance.defaults.adapter = adapter;
  return client;
}

const adapter: AxiosAdapter = async (config) => {
  const { url = '', method = 'get' } = config;
  try {
    const { status, headers, body } = await send({
      method: method.toUpperCase() as 'GET',
      url: new URL(url),
      headers: config.headers.toJSON() as Record<string, string>,
      body: config.data as string | undefined,
    });
    return { data: await text(body), status, statusText: '', headers: headers as Record<string, string>, config };
  } catch (cause) {
    throw AxiosError.from(cause, (cause as NodeJS.ErrnoException).code, config);
  }
};
