/** The header and its rules, of answers that the app gives and of answers that it gets (RFC 9110, 10.2.3). */

/** Seconds after which a temporary failure (429, 503) is worth a new attempt. */
export const TEMPORARY_FAILURE_S = 5;

/** Poll intervals by the age of an operation, seconds: a slow operation is polled less often. */
const POLL_INTERVALS: readonly (readonly [upToAge: number, interval: number])[] = [
  [10, 1],
  [30, 2],
  [120, 5],
];
const LONGEST_POLL_INTERVAL = 10;

/** Whole seconds after which an unfinished operation is worth the next poll (docs/contracts/operations.md). */
export function pollAfterSeconds(createdDateTime: string, now = Date.now()): number {
  const ageS = (now - Date.parse(createdDateTime)) / 1_000;
  return POLL_INTERVALS.find(([upToAge]) => ageS < upToAge)?.[1] ?? LONGEST_POLL_INTERVAL;
}

export function retryAfterHeader(seconds: number): { 'Retry-After': string } {
  return { 'Retry-After': String(seconds) };
}

/** Parses a service's header, whole seconds or an HTTP date, to milliseconds; undefined when it is neither. */
export function parseRetryAfter(header: unknown, now = Date.now()): number | undefined {
  if (typeof header !== 'string') return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
