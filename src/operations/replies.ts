import { type z } from 'zod';
import { pollAfterSeconds, retryAfterHeader } from '../platform/retry-after.js';
import { type Reply, type ReplySpec, type RouteRequest } from '../platform/http/route.js';
import { type StreamEvent } from './events.js';
import { etagOf, isFinal } from './monitor.js';
import { type Monitor } from './schemas.js';

const acceptedHeaders = {
  'Operation-Location': 'URL of the status monitor.',
  'Operation-Id': 'The operation’s id.',
  'Retry-After': 'Seconds until the next poll.',
};

/** The answers of a route that starts an operation. */
export function startReplies(schema: z.ZodType): Record<200 | 202, ReplySpec> {
  return {
    202: { description: 'The operation was started; follow Operation-Location.', schema, headers: acceptedHeaders },
    200: { description: 'It ended within the time that `Prefer: wait` gave it.', schema, headers: acceptedHeaders },
  };
}

/** URL of the status monitor, with the host that the client uses and the client's `api-version`. */
export function operationLocation(url: URL, id: string): string {
  const location = new URL(`/status/${id}`, url.origin);
  const version = url.searchParams.get('api-version');
  if (version !== null) location.searchParams.set('api-version', version);
  return location.href;
}

/** 202 with the monitor, or 200 once the operation has ended within the time that the client waited. */
export function startedReply(request: Pick<RouteRequest, 'url'>, monitor: Monitor, waitedS?: number): Reply {
  const ended = waitedS !== undefined && isFinal(monitor.status);
  return {
    status: ended ? 200 : 202,
    headers: {
      'Operation-Location': operationLocation(request.url, monitor.id),
      'Operation-Id': monitor.id,
      ...pollHeaders(monitor),
      ...(ended && { 'Preference-Applied': `wait=${waitedS}` }),
    },
    body: monitor,
  };
}

/** `Retry-After` while the operation is not final. */
export function pollHeaders(monitor: Pick<Monitor, 'status' | 'createdDateTime'>): Record<string, string> {
  return isFinal(monitor.status) ? {} : retryAfterHeader(pollAfterSeconds(monitor.createdDateTime));
}

/** The monitor itself, or 304 when the client has it already. */
export function monitorReply(request: Pick<RouteRequest, 'header'>, monitor: Monitor, waitedS?: number): Reply {
  const { body, etag } = representationOf(monitor);
  const headers: Record<string, string> = {
    ETag: etag,
    'Cache-Control': 'no-store',
    ...pollHeaders(monitor),
    ...(waitedS !== undefined && { 'Preference-Applied': `wait=${waitedS}` }),
  };
  if (matches(request.header('if-none-match'), etag)) return { status: 304, headers };
  return { status: 200, headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers }, body };
}

export interface Representation {
  body: string;
  etag: string;
}

/** Requests at the same time share a monitor, and so its bytes. */
const representations = new WeakMap<Monitor, Representation>();

/** The monitor as it is sent, with its ETag. */
export function representationOf(monitor: Monitor): Representation {
  const known = representations.get(monitor);
  if (known) return known;
  const body = JSON.stringify(monitor);
  const representation = { body, etag: etagOf(body) };
  representations.set(monitor, representation);
  return representation;
}

/** A monitor as an event; its id is the monitor's ETag. */
export function eventOf(monitor: Monitor): StreamEvent {
  const { etag, body } = representationOf(monitor);
  return { id: etag, name: 'status', data: body, isFinal: isFinal(monitor.status) };
}

/** RFC 9110, 13.1.2: weak comparison. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((item) => [etag, '*'].includes(item.trim().replace(/^W\//, '')));
}
