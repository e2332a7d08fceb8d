import { z } from 'zod';
import { commonErrors } from '../platform/errors.js';
import { serviceTag } from '../platform/http/document-route.js';
import { defineRoute, type Route, type RouteRequest } from '../platform/http/route.js';
import type { DurableClient } from './durable.js';
import { operationErrors } from './errors.js';
import { eventsReply } from './events.js';
import { health, type HealthChecks } from './health.js';
import { isFinal } from './monitor.js';
import { checkedOperationId, monitorHeaders, monitorReply, preferredWait } from './replies.js';
import { monitor, operationStatus } from './schemas.js';
import type { Operations } from './service.js';

export interface OperationRoutesOptions {
  operations: Operations;
  client: (request: Pick<RouteRequest, 'invocation'>) => DurableClient;
  checks: HealthChecks;
  version: string;
  /** Longest silence of an event stream, in ms. */
  heartbeatMs: number;
}

/** A malformed id has a code of its own. */
const params = z.object({ id: z.string().meta({ description: 'The operation’s id.' }) });
const tag = { name: 'Operations', description: 'Watch, cancel, list and delete operations of every kind.' };
const known = (...codes: (keyof typeof operationErrors)[]) => codes.map((code) => operationErrors[code]('').data);

export function createOperationRoutes(options: OperationRoutesOptions): Route[] {
  return [statusRoute, eventsRoute, cancelRoute, deleteRoute, listRoute, healthRoute].map((route) => route(options));
}

function statusRoute({ operations, client }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/status/{id}',
    auth: 'anonymous',
    operationId: 'getOperation',
    tag,
    summary: 'The status monitor of an operation',
    params,
    headers: monitorHeaders,
    replies: {
      200: {
        description: 'The monitor, also of a failed operation.',
        schema: monitor,
        headers: { ETag: 'Its version.', 'Retry-After': 'While it is not final: seconds until it is worth asking.' },
      },
      304: { description: 'Nothing changed since the given ETag.' },
    },
    errors: known('InvalidOperationId', 'OperationNotFound', 'OperationExpired'),
    async handle(request) {
      const id = checkedOperationId(request.params.id, 'id');
      const wait = preferredWait(request);
      if (wait === undefined) return monitorReply(request, await operations.monitor(client(request), id));
      return monitorReply(request, await operations.waitForEnd(client(request), id, wait * 1_000), wait);
    },
  });
}

function eventsRoute({ operations, client, heartbeatMs }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/status/{id}/events',
    auth: 'anonymous',
    operationId: 'watchOperation',
    tag,
    summary: 'The status monitor at once and at every change, as server-sent events',
    description:
      'Each event is a `status` whose data is the monitor and whose id is its ETag. The stream ends after a final ' +
      'monitor; one that ends or breaks earlier is to be resumed.',
    params,
    headers: { 'Last-Event-ID': 'The id of the last event that came; an event follows only when there is news.' },
    replies: {
      200: {
        description: 'The stream.',
        mediaType: 'text/event-stream',
        schema: z
          .string()
          .meta({ examples: ['event: status\nid: "qZk…"\ndata: {"id":"6b1c…","status":"Running"}\n\n'] }),
      },
      204: { description: 'The client has the final monitor already; there is nothing to come back for.' },
    },
    errors: known('InvalidOperationId', 'OperationNotFound', 'OperationExpired'),
    async handle(request) {
      const id = checkedOperationId(request.params.id, 'id');
      const by = client(request);
      const first = await operations.monitor(by, id);
      const look = (ms: number, signal: AbortSignal) => operations.look(id, by, ms, signal);
      return eventsReply(first, look, { heartbeatMs, lastEventId: request.header('last-event-id') });
    },
  });
}

/** `If-None-Match` is about reading (RFC 9110, 13.1.2): a cancellation is answered in full. */
const unconditional = { header: () => undefined };

function cancelRoute({ operations, client }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/status/{id}:cancel',
    auth: 'function',
    operationId: 'cancelOperation',
    tag,
    summary: 'Asks an operation to stop',
    description: 'Running work and its calls to services are aborted within about two seconds.',
    params,
    replies: {
      202: { description: 'It will stop; the monitor says when it has.', schema: monitor },
      200: { description: 'It is cancelled already.', schema: monitor },
    },
    errors: known('InvalidOperationId', 'OperationNotFound', 'OperationAlreadyFinished', 'OperationExpired'),
    async handle(request) {
      const after = await operations.cancel(client(request), checkedOperationId(request.params.id, 'id'));
      return { ...monitorReply(unconditional, after), status: isFinal(after.status) ? 200 : 202 };
    },
  });
}

function deleteRoute({ operations, client }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'delete',
    path: '/status/{id}',
    auth: 'function',
    operationId: 'deleteOperation',
    tag,
    summary: 'Deletes a finished operation, its inputs and results',
    params,
    replies: { 204: { description: 'It is gone.' } },
    errors: known('InvalidOperationId', 'OperationNotFound', 'OperationNotFinished', 'OperationExpired'),
    async handle(request) {
      await operations.delete(client(request), checkedOperationId(request.params.id, 'id'));
      return { status: 204 };
    },
  });
}

const instant = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-22T04:15:00Z' });
const MAX_TOP = 100;
const topMessage = `expected a whole number from 1 to ${MAX_TOP}`;
const listQuery = z.object({
  kind: z.string().max(100).optional().meta({ description: 'Only operations of this kind.' }),
  status: operationStatus.optional(),
  createdAfter: instant.optional(),
  createdBefore: instant.optional(),
  top: z.coerce.number(topMessage).int(topMessage).min(1, topMessage).max(MAX_TOP, topMessage).default(20),
  skipToken: z
    .string()
    .regex(/^[\w-]{1,150}$/, 'expected the one of a nextLink')
    .optional()
    .meta({ description: 'Where to go on; part of `nextLink`.' }),
});

function listRoute({ operations, client }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/status',
    auth: 'function',
    operationId: 'listOperations',
    tag,
    summary: 'Operations, newest first, without their results',
    query: listQuery,
    replies: {
      200: {
        description: 'A page; `nextLink` leads to the next one, and may be there when nothing follows.',
        schema: z.object({ value: z.array(monitor), nextLink: z.url().optional() }).meta({ id: 'OperationList' }),
      },
    },
    async handle(request) {
      const { createdAfter, createdBefore, skipToken, ...query } = request.query;
      const { value, next } = await operations.list(client(request), {
        ...query,
        ...(createdAfter && { createdAfter: new Date(createdAfter) }),
        ...(createdBefore && { createdBefore: new Date(createdBefore) }),
        ...(skipToken && { after: skipToken }),
      });
      return { status: 200, body: { value, ...(next !== undefined && { nextLink: nextLink(request.url, next) }) } };
    },
  });
}

/** The same request at another place; the function key is the client's to add again, it is not echoed. */
function nextLink(url: URL, next: string): string {
  const link = new URL(url);
  for (const name of [...link.searchParams.keys()]) if (name.toLowerCase() === 'code') link.searchParams.delete(name);
  link.searchParams.set('skipToken', next);
  return link.href;
}

const healthBody = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    version: z.string(),
    checks: z.record(z.string(), z.enum(['ok', 'unavailable'])),
  })
  .meta({ id: 'Health' });

function healthRoute({ client, checks, version }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/health',
    auth: 'anonymous',
    operationId: 'getHealth',
    tag: serviceTag,
    summary: 'Whether storage and the task hub answer',
    replies: {
      200: { description: 'Everything answers.', schema: healthBody },
      503: {
        description: 'Storage or the task hub is away.',
        schema: healthBody,
        headers: { 'Retry-After': 'Seconds.' },
      },
    },
    errors: [commonErrors.ServiceUnavailable('').data],
    async handle(request) {
      const results = await health(client(request), checks);
      const ok = Object.values(results).every((state) => state === 'ok');
      const body = { status: ok ? 'ok' : 'unavailable', version, checks: results };
      return { status: ok ? 200 : 503, ...(!ok && { headers: { 'Retry-After': '5' } }), body };
    },
  });
}
