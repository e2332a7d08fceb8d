import axios, { type AxiosResponse } from 'axios';
import { type IncomingMessage } from 'node:http';
import { type HttpRequestData } from './actions.js';
import { EventType, type ScheduledEvent } from '../store/history-events.js';

/** Under this name the call stands in the history, as in the product (host contract, 6.8.7). */
export const HTTP_ACTIVITY = 'BuiltIn::HttpActivity';

/** Longest time for one request, as .NET's client has it. */
const TIMEOUT_MS = 100_000;
/** .NET's limit on redirects. */
const MOST_REDIRECTS = 50;
/** An answer goes into the history: more than this is a task failed, not a host out of memory. */
const LARGEST_ANSWER_BYTES = 104_857_600;
/** The longest wait between two polls that a service can ask for: a day. */
const LONGEST_POLL_MS = 86_400_000;

interface HttpResultData {
  statusCode: number;
  headers: Record<string, string | string[]>;
  content: string;
}

/**
 * Performs one request of `callHttp`. Any status is a result.
 *
 * @param input JSON of the action's `httpRequest`
 * @returns the task's result as JSON text
 * @throws Error when there is no answer, or the request cannot be made; its message holds no query and no header
 */
export async function callHttp(input: string): Promise<string> {
  const request = JSON.parse(input) as HttpRequestData;
  const target = targetOf(request);
  try {
    const token = await bearer(request);
    const response = await axios.request<string>({
      method: request.method,
      url: target.href,
      headers: { 'Content-Type': request.content === undefined ? false : 'text/plain', ...request.headers, ...token },
      data: request.content,
      responseType: 'text',
      transformRequest: (data: unknown) => data,
      transformResponse: (data: unknown) => data,
      validateStatus: () => true,
      maxRedirects: MOST_REDIRECTS,
      maxContentLength: LARGEST_ANSWER_BYTES,
      timeout: TIMEOUT_MS,
      proxy: false,
    });
    return JSON.stringify(resultOf(response));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${request.method} ${target.origin}${target.pathname} failed: ${reason}`, { cause: error });
  }
}

function targetOf({ uri, method, headers }: HttpRequestData): URL {
  const target = URL.parse(uri);
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
    throw new Error(`callHttp takes an absolute http or https URL; '${method}' was given something else.`);
  }
  const type = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type?.toLowerCase().startsWith('multipart')) throw new Error('callHttp cannot send multipart content.');
  return target;
}

function resultOf({ status, data, request }: AxiosResponse<string, unknown>): HttpResultData {
  const { headersDistinct } = (request as { res: IncomingMessage }).res;
  const headers = Object.entries(headersDistinct).map(([name, values = []]) => {
    const [only = ''] = values;
    return [name, values.length > 1 ? values : only] as const;
  });
  return { statusCode: status, headers: Object.fromEntries(headers), content: data };
}

/**
 * The token of the machine's managed identity, through the endpoint that App Service gives its apps
 * (`IDENTITY_ENDPOINT`, `IDENTITY_HEADER`). It goes into the request alone, never into the history.
 */
async function bearer({ tokenSource }: HttpRequestData): Promise<Record<string, string>> {
  if (tokenSource === undefined) return {};
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: secret } = process.env;
  if (endpoint === undefined || secret === undefined) {
    throw new Error('its token source needs a managed identity: set IDENTITY_ENDPOINT and IDENTITY_HEADER');
  }
  const { data } = await axios.get<{ access_token: string }>(endpoint, {
    params: { resource: tokenSource.resource, 'api-version': '2019-08-01' },
    headers: { 'X-IDENTITY-HEADER': secret },
    timeout: TIMEOUT_MS,
  });
  return { Authorization: `Bearer ${data.access_token}` };
}

/**
 * What follows an answer of 202 with a `Location`: another request, after a wait (host contract, 6.8.7).
 *
 * @param defaultMs wait when the answer names none
 * @returns when to ask (ms since the epoch) and the next request's input; undefined when the call is over
 */
export function nextPoll(input: string | null, result: string | null, now: number, defaultMs: number) {
  if (input === null || result === null) return undefined;
  const request = JSON.parse(input) as HttpRequestData;
  if (request.asynchronousPatternEnabled !== true) return undefined;
  const { statusCode, headers } = JSON.parse(result) as HttpResultData;
  const location = header(headers, 'location');
  if (statusCode !== 202 || !location) return undefined;
  const next: HttpRequestData = {
    ...request,
    method: 'GET',
    uri: URL.parse(location, request.uri)?.href ?? location,
    headers: without(request.headers, 'x-functions-key', 'content-type'),
  };
  delete next.content;
  const seconds = Number(header(headers, 'retry-after') ?? NaN);
  const wait = Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : defaultMs;
  return { at: now + Math.min(wait, LONGEST_POLL_MS), input: JSON.stringify(next) };
}

function header(headers: HttpResultData['headers'], wanted: string): string | undefined {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return Array.isArray(value) ? value[0] : value;
}

function without(headers: Record<string, string> = {}, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase())));
}

/** Whether a task's result was not the end of an HTTP call, so that a poll followed. */
export function isUnfinishedCall(result: string | null, scheduled: ScheduledEvent | undefined): boolean {
  if (scheduled?.EventType !== EventType.TaskScheduled || scheduled.Name !== HTTP_ACTIVITY) return false;
  return nextPoll(scheduled.Input, result, 0, 0) !== undefined;
}
