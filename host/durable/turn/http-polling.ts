import { trap } from '../../azure-differences.js';
import { type HttpRequestData } from './actions.js';

/** Name of the activity in the history that performs the requests of `callHttp`, as in Azure (host contract, 6.8.7). */
export const HTTP_ACTIVITY = 'BuiltIn::HttpActivity';

const ACCEPTED = 202;
/** What .NET's `int.Parse` accepts. */
const WHOLE_NUMBER = /^\s*[+-]?\d{1,9}\s*$/;

/** The result of one request of `callHttp`. */
export interface HttpResultData {
  statusCode: number;
  headers: Record<string, string | string[]>;
  content: string;
}

/** Whether another request follows. */
export function isPolled(request: HttpRequestData, { statusCode }: HttpResultData): boolean {
  return statusCode === ACCEPTED && request.asynchronousPatternEnabled === true;
}

/** Why a 202 cannot be polled: the extension and the library then disagree about what comes next. */
export function pollTrap(request: HttpRequestData, { headers }: HttpResultData): Error | undefined {
  const remedy = 'Set enablePolling to false in the options of callHttp, and poll the service in the orchestrator.';
  const location = header(headers, 'location');
  if (!location)
    return trap('loses the result of the next task, because callHttp got 202 without a Location header', remedy);
  const waits = (reason: string) => trap(`waits forever, because callHttp got 202 with ${reason}`, remedy);
  if (!URL.canParse(location, originalOf(request).uri)) return waits('a Location header that is not a URL');
  const delay = header(headers, 'retry-after');
  if (delay !== undefined && !WHOLE_NUMBER.test(delay))
    return waits('a Retry-After header that is not a whole number of seconds');
  return undefined;
}

/**
 * A response of 202 with a `Location` makes another request necessary, after a wait (host contract, 6.8.7).
 *
 * Each poll is derived from the original request (`CreateLocationPollRequest` in DurableOrchestrationContext.cs). The
 * service chooses its URL: another origin than that of the original request gets no credentials.
 *
 * @param input JSON of the request
 * @param result JSON of its response
 * @param defaultMs wait when the response has no `Retry-After`
 * @returns time (ms since the epoch) and input of the next request; undefined when the call is complete
 */
export function nextPoll(input: string | null, result: string | null, now: number, defaultMs: number) {
  if (input === null || result === null) return undefined;
  const request = JSON.parse(input) as HttpRequestData;
  const response = JSON.parse(result) as HttpResultData;
  if (!isPolled(request, response)) return undefined;
  const original = originalOf(request);
  const location = header(response.headers, 'location');
  const target = location ? URL.parse(location, original.uri) : null;
  if (target === null) return undefined;
  const isSameOrigin = target.origin === URL.parse(original.uri)?.origin;
  const dropped = ['x-functions-key', ...(isSameOrigin ? [] : ['authorization', 'cookie', 'proxy-authorization'])];
  const next: HttpRequestData = {
    method: 'GET',
    uri: target.href,
    headers: without(original.headers ?? {}, dropped),
    ...(isSameOrigin && original.tokenSource !== undefined && { tokenSource: original.tokenSource }),
    asynchronousPatternEnabled: true,
    original,
  };
  const seconds = Number(header(response.headers, 'retry-after') ?? NaN);
  const wait = Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : defaultMs;
  return { at: now + wait, input: JSON.stringify(next) };
}

/** What polls are derived from. Polls that were stored before they had it are derived from the poll before. */
function originalOf({
  original,
  uri,
  headers,
  tokenSource,
}: HttpRequestData): NonNullable<HttpRequestData['original']> {
  return original ?? { uri, ...(headers && { headers }), ...(tokenSource && { tokenSource }) };
}

function header(headers: HttpResultData['headers'], wanted: string): string | undefined {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return Array.isArray(value) ? value[0] : value;
}

function without(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase())));
}
