import { createClient, type LonghaulClient } from '@longhaul/client';
import { Store } from '../store.js';

/** The session storage keeps the function key: it ends with the tab. */
const KEY = 'longhaul-key';

/** `lost`: the app did not answer the last call. */
export const connection = new Store<'ok' | 'lost'>('ok');
/** Why the key is asked for; undefined while it is not. */
export const keyRequest = new Store<'missing' | 'wrong' | undefined>(undefined);
export const client = new Store<LonghaulClient>(clientWith(sessionStorage.getItem(KEY) ?? undefined));

/** Takes another key; all calls from now on use it. */
export function useKey(key: string): void {
  sessionStorage.setItem(KEY, key);
  keyRequest.set(undefined);
  client.set(clientWith(key));
}

/** The app, from any place outside of a component's rendering. */
export const api = (): LonghaulClient => client.get();

/** A call whose answer is no JSON, such as a file. @throws Error */
export async function download(path: string, init: RequestInit = {}): Promise<Response> {
  const key = sessionStorage.getItem(KEY);
  const headers = new Headers(init.headers);
  if (key !== null) headers.set('x-functions-key', key);
  return watched(path, { ...init, headers });
}

function clientWith(key: string | undefined): LonghaulClient {
  // Queries are repeated by the page, which says meanwhile that the connection is lost.
  return createClient({ baseUrl: location.origin, key, retryMs: 5_000, fetch: watched });
}

/** `fetch`, which sees whether the app answers and asks for a key. */
async function watched(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(input, init);
  } catch (thrown) {
    if (!init?.signal?.aborted) connection.set('lost');
    throw thrown;
  }
  connection.set('ok');
  // A call with a key of its own, such as an endpoint's, says nothing about the function key.
  const isOwnKey = new Headers(init?.headers).has('authorization');
  if (answer.status === 401 && !isOwnKey) keyRequest.set(sessionStorage.getItem(KEY) === null ? 'missing' : 'wrong');
  return answer;
}
