import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { DurableClient } from '../operations/durable.js';
import { logFailure } from '../platform/logging.js';
import { OperationError } from '../platform/errors.js';
import { defineRoute, type Reply, type Route, type RouteRequest, type StreamBody } from '../platform/http/route.js';
import type { BlobStore } from '../platform/storage.js';
import { bytesOf } from './delivery.js';
import { readQueue } from './directory.js';
import type { Endpoint, EndpointStore } from './endpoints.js';
import { asContractError, contractErrors, errorForm, serverlessErrors } from './errors.js';
import { bearerOf } from './keys.js';
import { queueingCount } from './queue.js';
import { readJson, requestDataOf } from './request-data.js';
import type { Requests } from './requests.js';
import { bytesIn, isTooLarge, tooLargeMessage } from './results.js';
import {
  MAX_BODY_BYTES,
  RESULT_URL_MINUTES,
  requestID,
  sequenceText,
  statusesQuery,
  statusObject,
  SYNC_TTL_MS,
  type RequestNote,
} from './schemas.js';
import { checkWebhookUrl } from './webhook-url.js';

export interface ServerlessRoutesOptions {
  endpoints: Pick<EndpointStore, 'authorize'>;
  requests: Requests;
  blobs: Pick<BlobStore, 'get' | 'stream' | 'readUrl'>;
  client: (request: Pick<RouteRequest, 'invocation'>) => DurableClient;
  /** Whether webhooks may go to addresses that are not public. */
  privateWebhooks: boolean;
}

const tag = { name: 'Serverless endpoints', description: 'Queues in front of pools of workers.' };
const params = z.object({ serverlessId: z.string().meta({ description: 'The endpoint.' }) });
const headers = { Authorization: '`Bearer` and the endpoint’s API key.' };
const json = (description: string): StreamBody => ({
  types: ['application/json'],
  anyType: true,
  maxBytes: Infinity,
  description,
});
const common = { auth: 'anonymous' as const, tag, params, headers, errorForm };
const known = (...codes: (keyof typeof serverlessErrors)[]) =>
  (['EndpointUnauthorized', ...codes] as const).map((code) => serverlessErrors[code]('').data);

type Params = z.output<typeof params>;
interface Call<Q> {
  request: RouteRequest<Params, Q>;
  endpoint: Endpoint;
  client: DurableClient;
}

/** The calls of contracts/serverless.md. Before anything else, each asks for the endpoint's key. */
export function createServerlessRoutes(options: ServerlessRoutesOptions): Route[] {
  return [asyncRoute, syncRoute, statusRoute, statusesRoute, deleteRoute].map((route) => route(options));
}

/** @param failed the call's answer when it is storage or the task hub that fails */
function authorized<Q>(
  { endpoints, client }: ServerlessRoutesOptions,
  failed: (cause: unknown) => OperationError,
  run: (call: Call<Q>) => Promise<Reply>,
) {
  return async (request: RouteRequest<Params, Q>): Promise<Reply> => {
    try {
      const key = bearerOf(request.header('authorization'));
      const endpoint = await endpoints.authorize(request.params.serverlessId, key);
      if (!endpoint) throw contractErrors.unauthorized();
      return await run({ request, endpoint, client: client(request) });
    } catch (thrown) {
      const error = asContractError(thrown, failed);
      if (error !== thrown) logFailure(request.invocation, OperationError.from(thrown));
      throw error;
    }
  };
}

const data = {
  stream: json(`\`{"input": {…}, "webhook": "https://…", "policy": {"ttl": 900000}}\`, up to ${MAX_BODY_BYTES} bytes.`),
};

function asyncRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    ...data,
    method: 'post',
    path: '/v1/{serverlessId}/async',
    operationId: 'queueRequest',
    summary: 'Puts a request into the queue; its result goes to the webhook',
    replies: {
      200: {
        description: 'It is in the queue.',
        schema: z.object({ id: z.uuid(), sequence: z.string() }).meta({ id: 'ServerlessAccepted' }),
      },
    },
    errors: known(
      'RequestTooLarge',
      'RequestUnreadable',
      'RequestDataInvalid',
      'WebhookEmpty',
      'ArgumentsInvalid',
      'PublishFailed',
    ),
    handle: authorized(options, contractErrors.publish, async ({ request, endpoint, client }) => {
      const { input, webhook, ttlMs } = requestDataOf(await bodyOf(request));
      if (webhook === undefined || webhook === null || webhook === '') throw contractErrors.noWebhook();
      const url = await checkWebhookUrl(webhook, { allowPrivate: options.privateWebhooks });
      const wanted = { mode: 'async' as const, input, webhook: url.href, ttlMs };
      const accepted = await options.requests.accept(client, endpoint, wanted);
      return { status: 200, body: { id: accepted.requestID, sequence: String(accepted.sequence) } };
    }),
  });
}

function syncRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    ...data,
    method: 'post',
    path: '/v1/{serverlessId}/sync',
    operationId: 'runRequest',
    summary: 'Puts a request into the queue and answers with its result',
    replies: {
      200: { description: 'The worker’s result, with its own content type.', mediaType: '*/*', schema: z.string() },
    },
    errors: known(
      'RequestTooLarge',
      'RequestUnreadable',
      'RequestDataInvalid',
      'ArgumentsInvalid',
      'RequestTimeout',
      'RequestCanceled',
      'ResultTooLarge',
      'PublishFailed',
      'HandlingFailed',
      'WorkersBusy',
    ),
    handle: authorized(options, contractErrors.publish, async ({ request, endpoint, client }) => {
      const { input } = requestDataOf(await bodyOf(request));
      const wanted = { mode: 'sync' as const, input, ttlMs: SYNC_TTL_MS };
      const done = await options.requests.run(client, endpoint, wanted);
      return resultReply(done.note, done.requestID, options.blobs);
    }),
  });
}

async function resultReply(note: RequestNote, id: string, blobs: ServerlessRoutesOptions['blobs']): Promise<Reply> {
  const { state, result } = note;
  if (state === 'canceled') throw contractErrors.canceled();
  if (state === 'expired') throw contractErrors.timeout();
  if (!result) throw contractErrors.handling(id, note.error ?? 'the worker gave no result');
  if (isTooLarge(note) && 'blob' in result) {
    const resultUrl = await blobs.readUrl(result.blob, RESULT_URL_MINUTES);
    return { status: 413, body: { error: tooLargeMessage(bytesIn(result)), resultUrl } };
  }
  return { status: 200, headers: { 'Content-Type': result.contentType }, body: await bytesOf(result, blobs) };
}

const statusQuery = z.object({
  requestID: z.string().optional().meta({ description: 'Of one request; without it, of the queue.' }),
});
const queueStatus = z.object({ queueingCount: z.int().min(0) }).meta({ id: 'ServerlessQueue' });

function statusRoute(options: ServerlessRoutesOptions): Route {
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

function statusesRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/v1/{serverlessId}/status',
    operationId: 'getRequests',
    summary: 'How far up to 100 requests are',
    stream: { ...json('`{"requestIDs": ["…"]}`, 1 to 100 of them.') },
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

function deleteRoute(options: ServerlessRoutesOptions): Route {
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

function bodyOf(request: Pick<RouteRequest, 'stream' | 'header'>): Promise<unknown> {
  return readJson(request.stream, request.header('content-length'));
}
