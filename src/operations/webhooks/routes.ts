import { defineRoute, type Route } from '../../platform/http/route.js';
import { deliveriesBody } from '../../webhooks/shown.js';
import { type PerInvocation } from '../durable.js';
import { operationErrors } from '../errors.js';
import { checkedOperationId } from '../request-headers.js';
import { idErrors, params } from '../routes.js';
import { operationsTag } from '../tag.js';
import { type OperationWebhooks } from './operation-webhooks.js';

const path = '/status/{id}/deliveries';

/** The calls of docs/contracts/managing-operations.md, Callbacks. */
export function createWebhookRoutes(webhooks: PerInvocation<OperationWebhooks>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path,
      auth: 'function',
      operationId: 'getDeliveries',
      tag: operationsTag,
      summary: 'The attempts at the webhook of an operation',
      params,
      replies: { 200: { description: 'The last 50 attempts, in their order.', schema: deliveriesBody } },
      errors: [...idErrors, operationErrors.OperationHasNoWebhook],
      async handle(request) {
        const id = checkedOperationId(request.params.id, 'id');
        return { status: 200, body: await webhooks(request).show(id) };
      },
    }),
    defineRoute({
      method: 'post',
      path: `${path}:redeliver`,
      auth: 'function',
      operationId: 'redeliver',
      tag: operationsTag,
      summary: 'Sends the event of an ended operation again, now',
      params,
      replies: { 202: { description: 'It is being sent.' } },
      errors: [...idErrors, operationErrors.OperationHasNoWebhook, operationErrors.OperationNotFinished],
      async handle(request) {
        await webhooks(request).redeliver(checkedOperationId(request.params.id, 'id'));
        return { status: 202 };
      },
    }),
  ];
}
