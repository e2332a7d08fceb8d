/** The event that tells a waiting operation that a service is resumed. */
export const RESUMED_EVENT = 'upstreamResumed';

/** Orchestration: tells all operations that wait for a service. */
export const RESUME = 'upstreams_resume';
/** Activity: tells a page of them. */
export const TELL_WAITING = 'upstreams_tellWaiting';

/** How often an open circuit breaker lets a call through, ms (docs/contracts/managing-operations.md). */
export const TRY_EVERY_MS = 5_000;
