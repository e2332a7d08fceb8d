import { z } from 'zod';
import { defineRoute, type Route, type RouteRequest } from '../../platform/http/route.js';
import { deliveriesBody } from '../../webhooks/shown.js';
import { type Endpoint } from '../endpoints/endpoint-store.js';
import { serverlessErrors } from '../errors.js';
import { common, type ServerlessRoutesOptions } from './common.js';

/** For operators: a function key opens these calls, not the key of the endpoint (docs/contracts/managing-operations.md). */
const operators = {
  auth: 'function' as const,
  tag: common.tag,
  params: common.params.extend({ requestID: z.string().meta({ description: 'The request.' }) }),
  errorForm: common.errorForm,
};
const path = '/v1/{serverlessId}/requests/{requestID}/deliveries';
const { RequestNotFound, RequestNotFinished, RequestHasNoWebhook } = serverlessErrors;

export function deliveriesRoute({ endpoints, requests }: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...operators,
    method: 'get',
    path,
    operationId: 'getRequestDeliveries',
    summary: 'The attempts at the webhook of a request, until a day after its end',
    replies: { 200: { description: 'The last 50 attempts, in their order.', schema: deliveriesBody } },
    errors: [RequestNotFound, RequestHasNoWebhook],
    async handle(request) {
      const endpoint = await endpointOf(endpoints, request);
      return { status: 200, body: await requests(request).webhookDeliveries(endpoint, request.params.requestID) };
    },
  });
}

export function redeliverRoute({ endpoints, requests }: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...operators,
    method: 'post',
    path: `${path}:redeliver`,
    operationId: 'redeliverRequest',
    summary: 'Sends the webhook of an ended request again, now',
    description: 'For 30 minutes after the end of the request, as long as its result is shown.',
    replies: { 202: { description: 'It is being sent.' } },
    errors: [RequestNotFound, RequestHasNoWebhook, RequestNotFinished],
    async handle(request) {
      await requests(request).redeliver(await endpointOf(endpoints, request), request.params.requestID);
      return { status: 202 };
    },
  });
}

async function endpointOf(
  endpoints: ServerlessRoutesOptions['endpoints'],
  { params }: Pick<RouteRequest<{ serverlessId: string }>, 'params'>,
): Promise<Endpoint> {
  const endpoint = await endpoints.find(params.serverlessId);
  if (!endpoint) throw RequestNotFound(`There is no endpoint ${params.serverlessId}.`);
  return endpoint;
}
