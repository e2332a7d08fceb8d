import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { defineRoute, type Route } from '../../platform/http/route.js';
import { readQueue } from '../request-index.js';
import { contractErrors } from '../errors.js';
import { queueingCount } from '../queue.js';
import { authorized, bodyOf, common, json, known, type ServerlessRoutesOptions } from './common.js';
import { requestID, sequenceText, statusesQuery, statusObject } from '../schemas.js';

const statusQuery = z.object({
  requestID: z.string().optional().meta({ description: 'Of one request; without it, of the queue.' }),
});
const queueStatus = z.object({ queueingCount: z.int().min(0) }).meta({ id: 'ServerlessQueue' });

export function statusRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/v1/{serverlessId}/status',
    operationId: 'getQueueOrRequest',
    summary: 'How many requests wait, or how far one of them is',
    query: statusQuery,
    replies: { 200: { description: 'The queue, or the request.', schema: z.union([queueStatus, statusObject]) } },
    errors: known('ArgumentsInvalid', 'StatusFailed'),
    handle: authorized(options, contractErrors.status, async ({ request, endpoint, client }) => {
      const { requestID: id } = request.query;
      if (id === '') throw contractErrors.badArguments();
      if (id === undefined) {
        return { status: 200, body: { queueingCount: queueingCount(await readQueue(client, endpoint.id)) } };
      }
      const [status] = await options.requests.statuses(client, endpoint, [id]);
      return { status: 200, body: status };
    }),
  });
}

export function statusesRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/v1/{serverlessId}/status',
    operationId: 'getRequests',
    summary: 'How far up to 100 requests are',
    stream: json('`{"requestIDs": ["…"]}`, 1 to 100 of them.'),
    replies: {
      200: {
        description: 'In the order asked.',
        schema: z.object({ statuses: z.array(statusObject) }).meta({ id: 'ServerlessStatuses' }),
      },
    },
    errors: known('RequestTooLarge', 'RequestUnreadable', 'ArgumentsInvalid', 'StatusFailed'),
    handle: authorized(options, contractErrors.status, async ({ request, endpoint, client }) => {
      const query = statusesQuery.safeParse(await bodyOf(request));
      if (!query.success) throw contractErrors.badArguments();
      const statuses = await options.requests.statuses(client, endpoint, query.data.requestIDs);
      return { status: 200, body: { statuses } };
    }),
  });
}

const deleteQuery = z.looseObject({
  requestID: z
    .string()
    .optional()
    .meta({ description: 'The request to cancel; without it, all that wait are dropped.' }),
  sequence: z.string().optional().meta({ description: 'Its sequence.' }),
});
const oneRequest = z.strictObject({ requestID, sequence: sequenceText.transform(Number) });
const dropped = z.object({ id: z.uuid(), cleaned: z.array(z.uuid()).optional() }).meta({ id: 'ServerlessDropped' });

export function deleteRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'delete',
    path: '/v1/{serverlessId}/async',
    operationId: 'cancelRequests',
    summary: 'Cancels one request, queued or running; or drops all that are queued',
    query: deleteQuery,
    replies: { 200: { description: 'The id of the cancellation, and what a clean-up dropped.', schema: dropped } },
    errors: known('ArgumentsInvalid', 'CancelFailed'),
    handle: authorized(options, contractErrors.cancel, async ({ request, endpoint, client }) => {
      const id = randomUUID();
      // A mistyped name must not drop the whole queue.
      if (Object.keys(request.query).length === 0) {
        return { status: 200, body: { id, cleaned: await options.requests.clean(client, endpoint, id) } };
      }
      const one = oneRequest.safeParse(request.query);
      if (!one.success) throw contractErrors.badArguments();
      await options.requests.cancel(client, endpoint, one.data.requestID, one.data.sequence);
      return { status: 200, body: { id } };
    }),
  });
}
