import { type CallContext } from '../../platform/http-client.js';
import { attemptDelivery, type DeliveryServices } from '../../webhooks/attempt-delivery.js';
import { type EndpointStore } from '../endpoints/endpoint-store.js';
import { DELIVERY, deliveryInstanceOf } from '../names.js';
import { type RequestHub } from '../requests/hub.js';
import { type DeliverInput, type DeliverResult, type DeliveryOrchestrationInput } from '../schemas.js';
import { deliveryPlaceOf } from './delivery-places.js';
import { sentTo, type ResultBlobs } from './delivery.js';

export interface DeliverServices extends DeliveryServices {
  endpoints: Pick<EndpointStore, 'find'>;
  hub: RequestHub;
  blobs: ResultBlobs;
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
  const { endpoints, hub, webhookGapsMs, blobs } = services;
  const { delivery, attempt, round = 1, startsRest = false, ...ids } = input;
  const place = deliveryPlaceOf({ id: ids.endpoint, createdAt: ids.createdAt }, ids.sequence);
  const prepare = async () => {
    const secret = (await endpoints.find(ids.endpoint, ids.createdAt))?.webhookSecret;
    return sentTo(delivery, ids.requestID, secret, blobs);
  };
  const state = await attemptDelivery(services, { place, round, attempt }, prepare, call);
  if (startsRest && state?.state === 'pending') {
    const rest: DeliveryOrchestrationInput = { ...ids, delivery, attempts: attempt, gapsMs: webhookGapsMs };
    await hub.start(DELIVERY, deliveryInstanceOf(ids.endpoint, ids.requestID), rest);
  }
  return state;
}
