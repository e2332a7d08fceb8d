import { createClient, type LonghaulClient } from '@longhaul/client';
import { Store } from '../store.js';

/** The session storage keeps the function key: it ends with the tab. */
const KEY = 'longhaul-key';

/** `lost`: the app did not answer the last call. */
export const connection = new Store<'ok' | 'lost'>('ok');
/** Why the key is asked for; undefined while it is not. */
export const keyRequest = new Store<'missing' | 'wrong' | undefined>(undefined);
const client = new Store<LonghaulClient>(clientWith(sessionStorage.getItem(KEY) ?? undefined));

/** Takes another key; all calls from now on use it. */
export function takeKey(key: string): void {
  sessionStorage.setItem(KEY, key);
  keyRequest.set(undefined);
  client.set(clientWith(key));
}

/** Whether calls are made with a function key. */
export const hasKey = (): boolean => sessionStorage.getItem(KEY) !== null;

/** The app, from any place outside of a component's rendering. */
export const api = (): LonghaulClient => client.get();

/** A client that makes its calls by another `fetch`, such as one that tells the progress of an upload. */
export function apiWith(send: typeof fetch): LonghaulClient {
  return clientWith(sessionStorage.getItem(KEY) ?? undefined, (input, init) => watched(input, init, send));
}

/** A call whose answer is no JSON, such as a file. @throws Error */
export async function download(path: string, init: RequestInit = {}): Promise<Response> {
  const key = sessionStorage.getItem(KEY);
  const headers = new Headers(init.headers);
  if (key !== null) headers.set('x-functions-key', key);
  return watched(path, { ...init, headers });
}

function clientWith(
  key: string | undefined,
  send: typeof fetch = (input, init) => watched(input, init),
): LonghaulClient {
  // Queries are repeated by the page, which says meanwhile that the connection is lost.
  return createClient({ baseUrl: location.origin, key, retryMs: 5_000, fetch: send });
}

/** `fetch`, which sees whether the app answers and asks for a key. */
async function watched(input: Parameters<typeof fetch>[0], init?: RequestInit, send = fetch): Promise<Response> {
  let answer: Response;
  try {
    answer = await send(input, withCsrfToken(init));
    if (answer.headers.get('x-ms-error-code') === 'CsrfTokenInvalid') {
      await fetch('/csrftoken/'); // sets the cookie
      answer = await send(input, withCsrfToken(init));
    }
  } catch (thrown) {
    if (!init?.signal?.aborted) connection.set('lost');
    throw thrown;
  }
  connection.set('ok');
  // A call with a key of its own, such as an endpoint's, says nothing about the function key.
  if (answer.status === 401 && !new Headers(init?.headers).has('authorization')) {
    keyRequest.set(hasKey() ? 'wrong' : 'missing');
  }
  return answer;
}

/** The call with the token of its page, which some apps ask for (docs/contracts/files.md, `GET /csrftoken/`). */
function withCsrfToken(init?: RequestInit): RequestInit | undefined {
  if (['GET', 'HEAD'].includes(init?.method ?? 'GET')) return init;
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (token === undefined) return init;
  const headers = new Headers(init?.headers);
  headers.set('X-CSRFToken', token);
  return { ...init, headers };
}
