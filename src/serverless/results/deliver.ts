import { type CallContext } from '../../platform/http-client.js';
import { type Limit } from '../../platform/limit.js';
import { stateAfter } from '../../webhooks/attempts.js';
import { type WebhookSender } from '../../webhooks/sender.js';
import { type EndpointStore } from '../endpoints/endpoint-store.js';
import { DELIVERY, deliveryInstanceOf } from '../names.js';
import { type RequestHub } from '../requests/hub.js';
import { type DeliverInput, type DeliverResult, type DeliveryOrchestrationInput } from '../schemas.js';
import { attemptDelivery, type ResultBlobs } from './delivery.js';

export interface DeliverServices {
  endpoints: Pick<EndpointStore, 'find'>;
  hub: RequestHub;
  calls: Limit;
  webhooks: WebhookSender;
  blobs: ResultBlobs;
  /** Waits between attempts, ms. */
  webhookGapsMs: readonly number[];
}

/**
 * Makes one attempt at a request's webhook, an activity.
 *
 * @throws OperationError 503 when storage or the task hub is away: an attempt that was not made does not count
 */
export async function deliver(
  services: DeliverServices,
  input: DeliverInput,
  call: CallContext,
): Promise<DeliverResult> {
  const { endpoints, hub, calls, webhookGapsMs } = services;
  const { delivery, attempt, startsRest = false, ...ids } = input;
  const release = calls.enter();
  if (!release) return null;
  try {
    const secret = (await endpoints.find(ids.endpoint, ids.createdAt))?.webhookSecret;
    const result = await attemptDelivery(services, { requestID: ids.requestID, secret, attempt }, delivery, call);
    const state = stateAfter(attempt, result, attempt > webhookGapsMs.length);
    if (startsRest && state.state === 'pending') {
      const rest: DeliveryOrchestrationInput = { ...ids, delivery, attempts: attempt, gapsMs: webhookGapsMs };
      await hub.start(DELIVERY, deliveryInstanceOf(ids.endpoint, ids.requestID), rest);
    }
    return state;
  } finally {
    release();
  }
}
