import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { defineRoute, type Route } from '../../platform/http/route.js';
import { contractErrors } from '../errors.js';
import { authorized, common, json, known, type ServerlessRoutesOptions } from './common.js';
import { readMembers } from './request-data.js';
import { requestID, sequenceText, statusesQuery, statusObject } from '../schemas.js';

const statusQuery = z.object({
  requestID: z.string().optional().meta({ description: 'The request; without it, the queue is shown.' }),
});
const queueStatus = z.object({ queueingCount: z.int().min(0) }).meta({ id: 'ServerlessQueue' });

export function statusRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/v1/{serverlessId}/status',
    operationId: 'getQueueOrRequest',
    summary: 'Gets the length of the queue, or one request',
    query: statusQuery,
    replies: { 200: { description: 'The queue, or the request.', schema: z.union([queueStatus, statusObject]) } },
    errors: known('ArgumentsInvalid', 'StatusFailed'),
    handle: authorized(options, contractErrors.status, async ({ request, endpoint, requests }) => {
      const { requestID: id } = request.query;
      if (id === '') throw contractErrors.badArguments();
      if (id === undefined) {
        return { status: 200, body: { queueingCount: await requests.queueingCount(endpoint) } };
      }
      const [status] = await requests.statuses(endpoint, [id]);
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
    summary: 'Gets up to 100 requests',
    stream: json(statusesQuery, '1 to 100 ids.'),
    replies: {
      200: {
        description: 'In the order asked.',
        schema: z.object({ statuses: z.array(statusObject) }).meta({ id: 'ServerlessStatuses' }),
      },
    },
    errors: known('RequestTooLarge', 'RequestUnreadable', 'ArgumentsInvalid', 'StatusFailed'),
    handle: authorized(options, contractErrors.status, async ({ request, endpoint, requests }) => {
      const query = statusesQuery.safeParse(await readMembers(request, ['requestIDs']));
      if (!query.success) throw contractErrors.badArguments();
      const statuses = await requests.statuses(endpoint, query.data.requestIDs);
      return { status: 200, body: { statuses } };
    }),
  });
}

const deleteQuery = z.looseObject({
  requestID: z
    .string()
    .optional()
    .meta({ description: 'The request to cancel; without it, all queued requests are dropped.' }),
  sequence: z.string().optional().meta({ description: 'Its sequence.' }),
});
const oneRequest = z.strictObject({ requestID, sequence: sequenceText.transform(Number) });
/** Answer of a cancellation or a clean-up. */
export const dropped = z
  .object({ id: z.uuid(), cleaned: z.array(z.uuid()).optional() })
  .meta({ id: 'ServerlessDropped' });

export function deleteRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'delete',
    path: '/v1/{serverlessId}/async',
    operationId: 'cancelRequests',
    summary: 'Cancels one request, queued or running, or drops all queued requests',
    query: deleteQuery,
    replies: {
      200: { description: 'The id of the cancellation, and the ids that a clean-up dropped.', schema: dropped },
    },
    errors: known('ArgumentsInvalid', 'CancelFailed'),
    handle: authorized(options, contractErrors.cancel, async ({ request, endpoint, requests }) => {
      const id = randomUUID();
      // A misspelled name must not drop the whole queue.
      if (request.url.search === '') {
        return { status: 200, body: { id, cleaned: await requests.clean(endpoint) } };
      }
      const one = oneRequest.safeParse(request.query);
      if (!one.success) throw contractErrors.badArguments();
      await requests.cancel(endpoint, one.data.requestID, one.data.sequence);
      return { status: 200, body: { id } };
    }),
  });
}
