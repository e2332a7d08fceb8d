import { z } from 'zod';
import { commonErrors } from '../platform/errors.js';
import { retryAfterHeader, TEMPORARY_FAILURE_S } from '../platform/retry-after.js';
import { serviceTag } from '../platform/http/document-route.js';
import { nextLink, skipToken, top } from '../platform/http/paging.js';
import { defineRoute, type Route } from '../platform/http/route.js';
import { webhookErrors } from '../webhooks/webhook-url.js';
import { type PerInvocation } from './durable.js';
import { operationErrors } from './errors.js';
import { eventsReplies, eventsReply, lastEventIdHeader, type StreamSource } from './events.js';
import { health, type HealthChecks } from './health.js';
import { isFinal } from './monitor.js';
import { eventOf, monitorReply, startReplies } from './replies.js';
import {
  checkedOperationId,
  monitorHeaders,
  preferredWait,
  readStartHeaders,
  startHeaders,
} from './request-headers.js';
import { monitor, operationStatus, type Monitor } from './schemas.js';
import { type Operations } from './operations.js';
import { replyToStart } from './start-route.js';
import { operationsTag } from './tag.js';

export interface OperationRoutesOptions {
  operations: PerInvocation<Operations>;
  /** Checks of `GET /health`, besides the task hub. */
  checks: HealthChecks;
  version: string;
  /** Longest time without a byte in an event stream, ms. */
  heartbeatMs: number;
}

/** A malformed id has a code of its own. */
export const params = z.object({ id: z.string().meta({ description: 'The operation’s id.' }) });
/** Errors of all calls that name an operation. */
export const idErrors = [
  operationErrors.InvalidOperationId,
  operationErrors.OperationNotFound,
  operationErrors.OperationExpired,
];

export function createOperationRoutes(options: OperationRoutesOptions): Route[] {
  return [statusRoute, eventsRoute, cancelRoute, retryRoute, deleteRoute, listRoute, healthRoute].map((route) =>
    route(options),
  );
}

function statusRoute({ operations }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/status/{id}',
    auth: 'anonymous',
    operationId: 'getOperation',
    tag: operationsTag,
    summary: 'The status monitor of an operation',
    params,
    headers: monitorHeaders,
    replies: {
      200: {
        description: 'The monitor, also of a failed operation.',
        schema: monitor,
        headers: { ETag: 'Its version.', 'Retry-After': 'While it is not final: seconds until the next poll.' },
      },
      304: { description: 'Nothing changed since the given ETag.' },
    },
    errors: idErrors,
    async handle(request) {
      const id = checkedOperationId(request.params.id, 'id');
      const wait = preferredWait(request);
      if (wait === undefined) return monitorReply(request, await operations(request).monitor(id));
      return monitorReply(request, await operations(request).waitForEnd(id, wait * 1_000), wait);
    },
  });
}

function eventsRoute({ operations, heartbeatMs }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/status/{id}/events',
    auth: 'anonymous',
    operationId: 'watchOperation',
    tag: operationsTag,
    summary: 'The status monitor immediately and at every change, as server-sent events',
    description:
      'Each event is a `status` whose data is the monitor and whose id is its ETag. The stream ends after a final ' +
      'monitor; resume one that ends or breaks earlier.',
    params,
    headers: lastEventIdHeader,
    replies: eventsReplies(monitor),
    errors: idErrors,
    async handle(request) {
      const id = checkedOperationId(request.params.id, 'id');
      const { monitor: read, poll } = operations(request);
      const source: StreamSource<Monitor> = { poll: (ms, signal) => poll(id, ms, signal), show: eventOf };
      return eventsReply(await read(id), source, { heartbeatMs, lastEventId: request.header('last-event-id') });
    },
  });
}

/** `If-None-Match` is for reads (RFC 9110, 13.1.2): a cancellation is answered in full. */
const unconditional = { header: () => undefined };

function cancelRoute({ operations }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/status/{id}:cancel',
    auth: 'function',
    operationId: 'cancelOperation',
    tag: operationsTag,
    summary: 'Asks an operation to stop',
    description: 'Running work and its calls to services are aborted within about two seconds.',
    params,
    replies: {
      202: { description: 'It will stop; the monitor says when it has.', schema: monitor },
      200: { description: 'It is canceled already.', schema: monitor },
    },
    errors: [...idErrors, operationErrors.OperationAlreadyFinished],
    async handle(request) {
      const after = await operations(request).cancel(checkedOperationId(request.params.id, 'id'));
      return { ...monitorReply(unconditional, after), status: isFinal(after.status) ? 200 : 202 };
    },
  });
}

function retryRoute({ operations }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/status/{id}:retry',
    auth: 'function',
    operationId: 'retryOperation',
    tag: operationsTag,
    summary: 'Starts an operation again that failed, was canceled, or succeeded with failed items',
    description:
      'A new operation of the same kind with the same input. A second retry is answered with the operation of the ' +
      'first; to try again, retry that one.',
    starts: true,
    params,
    headers: startHeaders,
    replies: startReplies(monitor),
    errors: [
      ...idErrors,
      operationErrors.OperationNotFinished,
      operationErrors.NothingToRetry,
      operationErrors.InputGone,
      operationErrors.OperationIdReused,
      operationErrors.IdempotencyKeyReused,
      webhookErrors.WebhookRefused,
    ],
    async handle(request) {
      const id = checkedOperationId(request.params.id, 'id');
      const own = operations(request);
      const webhookUrl = await own.acceptWebhook(request.header('webhook-url'));
      return replyToStart(own, request, await own.retry(id, { ...readStartHeaders(request), webhookUrl }));
    },
  });
}

function deleteRoute({ operations }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'delete',
    path: '/status/{id}',
    auth: 'function',
    operationId: 'deleteOperation',
    tag: operationsTag,
    summary: 'Deletes a finished operation, its inputs and results',
    params,
    replies: { 204: { description: 'It is gone.' } },
    errors: [...idErrors, operationErrors.OperationNotFinished],
    async handle(request) {
      await operations(request).delete(checkedOperationId(request.params.id, 'id'));
      return { status: 204 };
    },
  });
}

const instant = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-22T04:15:00Z' });
const listQuery = z.object({
  kind: z.string().max(100).optional().meta({ description: 'Only operations of this kind.' }),
  status: operationStatus.optional(),
  idStartsWith: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'expected 1 to 100 characters of A-Z a-z 0-9 - _')
    .optional()
    .meta({ description: 'Only operations whose ids begin with this text.' }),
  createdAfter: instant.optional(),
  createdBefore: instant.optional(),
  top,
  skipToken: skipToken(/^[\w-]{1,150}$/),
});

function listRoute({ operations }: OperationRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/status',
    auth: 'function',
    operationId: 'listOperations',
    tag: operationsTag,
    summary: 'Operations, newest first, without their results',
    query: listQuery,
    replies: {
      200: {
        description: 'A page. `nextLink` is the URL of the next one, which may be empty.',
        schema: z.object({ value: z.array(monitor), nextLink: z.url().optional() }).meta({ id: 'OperationList' }),
      },
    },
    async handle(request) {
      const { createdAfter, createdBefore, skipToken, ...query } = request.query;
      const { value, next } = await operations(request).list({
        ...query,
        ...(createdAfter && { createdAfter: new Date(createdAfter) }),
        ...(createdBefore && { createdBefore: new Date(createdBefore) }),
        ...(skipToken && { after: skipToken }),
      });
      return { status: 200, body: { value, ...(next !== undefined && { nextLink: nextLink(request.url, next) }) } };
    },
  });
}

const healthState = z.enum(['ok', 'unavailable']).meta({ id: 'HealthState' });
const healthBody = z
  .object({ status: healthState, version: z.string(), checks: z.record(z.string(), healthState) })
  .meta({ id: 'Health' });

function healthRoute({ operations, checks, version }: OperationRoutesOptions): Route {
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
        description: 'Storage or the task hub cannot be reached.',
        schema: healthBody,
        headers: { 'Retry-After': 'Seconds.' },
      },
    },
    errors: [commonErrors.ServiceUnavailable],
    async handle(request) {
      const results = await health({ ...checks, taskHub: () => operations(request).ping() });
      const ok = Object.values(results).every((state) => state === 'ok');
      const body = { status: ok ? 'ok' : 'unavailable', version, checks: results };
      return { status: ok ? 200 : 503, ...(!ok && { headers: retryAfterHeader(TEMPORARY_FAILURE_S) }), body };
    },
  });
}
