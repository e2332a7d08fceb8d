import { type HttpRequestData } from './actions.js';

/** Name of the activity in the history that performs the requests of `callHttp`, as in Azure (host contract, 6.8.7). */
export const HTTP_ACTIVITY = 'BuiltIn::HttpActivity';

/** The longest wait between two polls that a service can ask for: one day. */
const MAX_POLL_MS = 86_400_000;

/** The result of one request of `callHttp`. */
export interface HttpResultData {
  statusCode: number;
  headers: Record<string, string | string[]>;
  content: string;
}

/**
 * A response of 202 with a `Location` makes another request necessary, after a wait (host contract, 6.8.7).
 *
 * @param input JSON of the request
 * @param result JSON of its response
 * @param defaultMs wait when the response has no `Retry-After`
 * @returns time (ms since the epoch) and input of the next request; undefined when the call is complete
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
  return { at: now + Math.min(wait, MAX_POLL_MS), input: JSON.stringify(next) };
}

function header(headers: HttpResultData['headers'], wanted: string): string | undefined {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return Array.isArray(value) ? value[0] : value;
}

function without(headers: Record<string, string> = {}, ...names: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase())));
}
