import { commonErrors } from '../platform/errors.js';
import { ErrorWithHeaders, type DispatchOptions } from '../platform/http/dispatch.js';
import { type RawRequest } from '../platform/http/route.js';
import { RecentMap } from '../platform/recent-map.js';

const WINDOW_S = 60;
/** Callers that are remembered; one that is forgotten may start as many as a new one. */
const MAX_CALLERS = 10_000;

interface Bucket {
  tokens: number;
  /** When it had so many tokens, ms since the epoch. */
  at: number;
}

/**
 * Limits how many operations a caller starts: a bucket of tokens for each caller, in this process. The headers are those
 * of draft-ietf-httpapi-ratelimit-headers-11.
 * @param perMinute size of a bucket, which is full again after a minute; 0: no limit
 */
export function createStartLimit(
  perMinute: number,
  { TRUST_PROXY: trustProxy }: { TRUST_PROXY: boolean },
  now: () => number = Date.now,
): DispatchOptions['limitStarts'] {
  if (perMinute === 0) return undefined;
  const perMs = perMinute / (WINDOW_S * 1_000);
  const buckets = new RecentMap<string, Bucket>(MAX_CALLERS);
  return (request) => {
    const caller = callerOf(request, trustProxy);
    const at = now();
    const before = buckets.get(caller) ?? { tokens: perMinute, at };
    const filled = Math.min(perMinute, before.tokens + Math.max(0, at - before.at) * perMs);
    const tokens = filled < 1 ? filled : filled - 1;
    buckets.set(caller, { tokens, at });
    const secondsUntil = (wanted: number) => Math.ceil((wanted - tokens) / perMs / 1_000);
    const headers = {
      'RateLimit-Policy': `"starts";q=${perMinute};w=${WINDOW_S}`,
      RateLimit: `"starts";r=${Math.floor(tokens)};t=${secondsUntil(perMinute)}`,
    };
    if (filled >= 1) return headers;
    const error = commonErrors.TooManyRequests(
      `A caller may start ${perMinute} operations in a minute; start again after the time in Retry-After.`,
    );
    throw new ErrorWithHeaders({ ...headers, 'Retry-After': String(secondsUntil(1)) }, error);
  };
}

/** The function key, or else the address that the nearest proxy gives; callers of whom neither is known are one. */
function callerOf({ headers, query }: Pick<RawRequest, 'headers' | 'query'>, trustProxy: boolean): string {
  const key = headers.get('x-functions-key') ?? query.get('code');
  if (key) return `key ${key}`;
  // A client can send the header too; the last address is the one that the proxy added.
  const address = trustProxy ? headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
  return `address ${withoutPort(address ?? '')}`;
}

/** Azure's proxy adds the port: `203.0.113.7:50123`, `[2001:db8::1]:50123`. */
function withoutPort(address: string): string {
  return address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1');
}
