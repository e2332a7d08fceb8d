import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type OperationKind } from '../../operations/define.js';
import { type PerInvocation } from '../../operations/durable.js';
import { OperationError } from '../../platform/errors.js';
import { MERGE_PATCH_TYPE } from '../../platform/http/merge-patch.js';
import { nextLink, skipToken, top } from '../../platform/http/paging.js';
import { defineRoute, type Reply, type Route } from '../../platform/http/route.js';
import { endpointBodies, generatesSecret, patched } from '../endpoints/bodies.js';
import { DEFAULT_SETTINGS, workerKindsOf } from '../endpoints/endpoint-settings.js';
import { endpointErrors, type Endpoint, type EndpointStore, type Versioned } from '../endpoints/endpoint-store.js';
import { withoutSecrets } from '../endpoints/without-secrets.js';
import { serverlessErrors } from '../errors.js';
import { sequenceOf } from '../requests/request-id.js';
import { type Requests } from '../requests/requests.js';
import { dropped } from './queue-routes.js';

export interface EndpointRoutesOptions {
  endpoints: EndpointStore;
  requests: PerInvocation<Pick<Requests, 'list' | 'lastHour' | 'cancel' | 'clean'>>;
  kinds: readonly OperationKind[];
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const common = {
  auth: 'function' as const,
  tag: { name: 'Endpoints', description: 'Serverless endpoints, for operators: settings, keys, requests, statistics.' },
};
const params = z.object({ id: z.string().meta({ description: 'The id of the endpoint.' }) });
const etagHeader = { ETag: 'The version of the endpoint: of its settings and keys.' };

const endpoint = z
  .object({
    id: z.string(),
    worker: z
      .union([z.object({ url: z.string() }), z.object({ kind: z.string() })])
      .meta({ id: 'EndpointWorkerShown', description: 'Secrets in the query of the URL are left out.' })
      .nullable(),
    workers: z.int(),
    maxSyncWaiting: z.int(),
    maxQueued: z.int(),
    signsWebhooks: z.boolean().describe('Whether it has a webhook secret.'),
    createdDateTime: z.iso.datetime(),
  })
  .meta({ id: 'Endpoint' });
const key = z.string().describe('The new API key; shown only once.');
/** What is made now is shown once. */
const changedEndpoint = endpoint
  .extend({
    key: key.optional(),
    webhookSecret: z.string().optional().describe('The generated secret; shown only once.'),
  })
  .meta({ id: 'ChangedEndpoint' });
const newEndpoint = changedEndpoint.extend({ key }).meta({ id: 'CreatedEndpoint' });

/** The calls that manage endpoints (docs/contracts/managing-operations.md). They do what `npx longhaul serverless` does. */
export function createEndpointRoutes(options: EndpointRoutesOptions): Route[] {
  const bodies = endpointBodies(workerKindsOf(options.kinds));
  return [
    listRoute(options),
    createRoute(options, bodies.create),
    getRoute(options),
    patchRoute(options, bodies.patch),
    deleteRoute(options),
    rotateKeyRoute(options, bodies.rotateKey),
    requestsRoute(options),
    cancelRoute(options),
    cleanRoute(options),
    statsRoute(options),
  ];
}

type Bodies = ReturnType<typeof endpointBodies>;

function listRoute({ endpoints }: EndpointRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/endpoints',
    operationId: 'listEndpoints',
    summary: 'Lists endpoints, in the order of their ids, without keys and secrets',
    query: z.object({ top, skipToken: skipToken(/^[\w-]{1,63}$/) }),
    replies: {
      200: {
        description: 'A page. `nextLink` is the URL of the next one, which may be empty.',
        schema: z.object({ value: z.array(endpoint), nextLink: z.url().optional() }).meta({ id: 'EndpointList' }),
      },
    },
    async handle({ query, url }) {
      const page = await endpoints.page(query.skipToken ?? '', query.top);
      const next = page.length === query.top ? page.at(-1)?.id : undefined;
      return {
        status: 200,
        body: { value: page.map(shown), ...(next !== undefined && { nextLink: nextLink(url, next) }) },
      };
    },
  });
}

function createRoute({ endpoints }: EndpointRoutesOptions, body: Bodies['create']): Route {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/endpoints',
    operationId: 'createEndpoint',
    summary: 'Creates an endpoint and its API key',
    description: 'If the answer is lost, the key is too: rotate it.',
    json: body,
    replies: {
      201: {
        description: 'The endpoint, with its key, which is shown only now.',
        schema: newEndpoint,
        headers: { Location: 'URL of the endpoint.', ...etagHeader },
      },
    },
    errors: [endpointErrors.InvalidEndpoint, endpointErrors.EndpointExists],
    async handle({ json: { id, ...settings }, url }) {
      const { key: apiKey, ...created } = await endpoints.create(id, patched(DEFAULT_SETTINGS, settings));
      const reply = changedReply(created, settings);
      const location = new URL(`/endpoints/${encodeURIComponent(id)}`, url.origin).href;
      return { status: 201, headers: { ...reply.headers, Location: location }, body: { ...reply.body, key: apiKey } };
    },
  });
}

function getRoute({ endpoints }: EndpointRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/endpoints/{id}',
    operationId: 'getEndpoint',
    summary: 'Gets an endpoint, without keys and secrets',
    params,
    replies: { 200: { description: 'The endpoint.', schema: endpoint, headers: etagHeader } },
    errors: [endpointErrors.EndpointNotFound],
    handle: async (request) => changedReply(await endpoints.get(request.params.id), {}),
  });
}

function patchRoute({ endpoints }: EndpointRoutesOptions, body: Bodies['patch']): Route {
  return defineRoute({
    ...common,
    method: 'patch',
    path: '/endpoints/{id}',
    operationId: 'updateEndpoint',
    summary: 'Changes the given settings of an endpoint, within two seconds',
    description: 'A JSON merge patch: to replace a URL by a kind, send `{"worker": {"url": null, "kind": "…"}}`.',
    params,
    headers: { 'If-Match': 'The ETag of an earlier answer: 412 when the endpoint has changed since.' },
    json: body,
    jsonTypes: [MERGE_PATCH_TYPE, 'application/json'],
    replies: { 200: { description: 'The endpoint.', schema: changedEndpoint, headers: etagHeader } },
    errors: [endpointErrors.InvalidEndpoint, endpointErrors.EndpointNotFound, endpointErrors.EndpointChanged],
    async handle({ params: { id }, json, ...request }) {
      const after = await endpoints.update(id, (before) => patched(before, json), request.header('if-match'));
      return changedReply(after, json);
    },
  });
}

function deleteRoute({ endpoints }: EndpointRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'delete',
    path: '/endpoints/{id}',
    operationId: 'deleteEndpoint',
    summary: 'Deletes an endpoint and its keys',
    description: 'Its calls are answered 401 from then on. Requests that run end, others fail.',
    params,
    replies: { 204: { description: 'It is deleted.' } },
    errors: [endpointErrors.EndpointNotFound],
    async handle({ params: { id } }) {
      await endpoints.delete(id);
      return { status: 204 };
    },
  });
}

function rotateKeyRoute({ endpoints }: EndpointRoutesOptions, body: Bodies['rotateKey']): Route {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/endpoints/{id}:rotateKey',
    operationId: 'rotateEndpointKey',
    summary: 'Makes a new API key of an endpoint, or ends the old one',
    params,
    json: body,
    isJsonOptional: true,
    replies: { 200: { description: 'The endpoint, with its new key.', schema: changedEndpoint, headers: etagHeader } },
    errors: [endpointErrors.EndpointNotFound],
    async handle({ params: { id }, json: { graceHours, revokeOld } }) {
      if (revokeOld) return changedReply(await endpoints.revokeOldKey(id), {});
      const { key: apiKey, ...rotated } = await endpoints.rotateKey(id, graceHours * HOUR_MS);
      const reply = changedReply(rotated, {});
      return { ...reply, body: { ...reply.body, key: apiKey } };
    },
  });
}

const requestStatus = z
  .enum(['queueing', 'running', 'succeed', 'failed', 'canceled', 'expired'])
  .meta({ id: 'EndpointRequestStatus' });
const endpointRequest = z
  .object({
    id: z.uuid(),
    sequence: z.string(),
    mode: z.enum(['async', 'sync']),
    status: requestStatus,
    message: z.string().describe('Why it failed or waits; empty if there is nothing to say.'),
    createdDateTime: z.iso.datetime(),
    startedDateTime: z.iso.datetime().optional().describe('Only while it runs.'),
    endedDateTime: z.iso.datetime().optional(),
    expiresDateTime: z.iso.datetime().describe('The end of its TTL.'),
  })
  .meta({ id: 'EndpointRequest' });

function requestsRoute({ endpoints, requests }: EndpointRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/endpoints/{id}/requests',
    operationId: 'listEndpointRequests',
    summary: 'Lists the requests of an endpoint, newest first, without inputs and results',
    description: 'All that are stored: those of the last 48 hours.',
    params,
    query: z.object({ status: requestStatus.optional(), top, skipToken: skipToken(/^\d{1,16}$/) }),
    replies: {
      200: {
        description: 'A page, which may be short or empty. `nextLink` is the URL of the next one.',
        schema: z
          .object({ value: z.array(endpointRequest), nextLink: z.url().optional() })
          .meta({ id: 'EndpointRequestList' }),
      },
    },
    errors: [endpointErrors.EndpointNotFound],
    async handle(request) {
      const { status, top: most, skipToken: token } = request.query;
      const found = await endpoints.get(request.params.id);
      const query = { status, top: most, ...(token !== undefined && { below: Number(token) }) };
      const { value, next } = await requests(request).list(found.endpoint, query);
      const link = next === undefined ? {} : { nextLink: nextLink(request.url, String(next)) };
      return { status: 200, body: { value, ...link } };
    },
  });
}

function cancelRoute({ endpoints, requests }: EndpointRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/endpoints/{id}/requests/{requestID}:cancel',
    operationId: 'cancelEndpointRequest',
    summary: 'Cancels a request, queued or running',
    params: params.extend({ requestID: z.string().meta({ description: 'The request.' }) }),
    replies: { 200: { description: 'The id of the cancellation.', schema: dropped } },
    errors: [endpointErrors.EndpointNotFound, serverlessErrors.RequestNotFound],
    async handle(request) {
      const { id, requestID } = request.params;
      const found = await endpoints.get(id);
      await requests(request)
        .cancel(found.endpoint, requestID, sequenceOf(requestID))
        .catch((thrown: unknown) => {
          if (OperationError.from(thrown).data.code !== serverlessErrors.ArgumentsInvalid.code) throw thrown;
          throw serverlessErrors.RequestNotFound(`There is no request ${requestID}.`, { target: 'requestID' });
        });
      return { status: 200, body: { id: randomUUID() } };
    },
  });
}

function cleanRoute({ endpoints, requests }: EndpointRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/endpoints/{id}/requests:clean',
    operationId: 'cleanEndpoint',
    summary: 'Drops all queued asynchronous requests',
    params,
    replies: { 200: { description: 'The id of the clean-up, and the ids that it dropped.', schema: dropped } },
    errors: [endpointErrors.EndpointNotFound],
    async handle(request) {
      const found = await endpoints.get(request.params.id);
      return { status: 200, body: { id: randomUUID(), cleaned: await requests(request).clean(found.endpoint) } };
    },
  });
}

const stats = z
  .object({
    value: z
      .array(
        z
          .object({
            dateTime: z.iso.datetime().describe('The beginning of the minute.'),
            queued: z.int().describe('Requests that wait, at the end of the minute.'),
            running: z.int().describe('Requests that run, at the end of the minute.'),
            finished: z.int().describe('Requests that ended in the minute.'),
            failed: z.int().describe('Those of them that failed or expired.'),
          })
          .meta({ id: 'EndpointMinute' }),
      )
      .length(60),
  })
  .meta({ id: 'EndpointStats' });

function statsRoute({ endpoints, requests }: EndpointRoutesOptions): Route {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/endpoints/{id}/stats',
    operationId: 'getEndpointStats',
    summary: 'The last 60 minutes of an endpoint, the current one last',
    params,
    replies: { 200: { description: '60 points, one a minute.', schema: stats } },
    errors: [endpointErrors.EndpointNotFound],
    async handle(request) {
      const found = await endpoints.get(request.params.id);
      const value = (await requests(request).lastHour(found.endpoint)).map(({ minute, ...counts }) => {
        return { dateTime: new Date(minute * MINUTE_MS).toISOString(), ...counts };
      });
      return { status: 200, body: { value } };
    },
  });
}

function shown(of: Endpoint) {
  const { createdAt, ...rest } = withoutSecrets(of);
  return { ...rest, createdDateTime: createdAt };
}

/** The endpoint with its ETag. @param request of which the answer shows a secret that was generated */
function changedReply(after: Versioned, request: Parameters<typeof generatesSecret>[0]) {
  const { webhookSecret: secret } = after.endpoint;
  return {
    status: 200,
    headers: { ETag: after.etag, 'Cache-Control': 'no-store' },
    body: { ...shown(after.endpoint), ...(generatesSecret(request) && { webhookSecret: secret }) },
  } satisfies Reply;
}
