import { type CallContext } from '../../platform/http-client.js';
import { type TableStore } from '../../platform/storage.js';
import { stateAfter, type DeliveryState } from '../../webhooks/attempts.js';
import { type WebhookSender } from '../../webhooks/sender.js';
import { type EndpointStore } from '../endpoints/endpoint-store.js';
import { DELIVERY, deliveryInstanceOf } from '../names.js';
import { partitionOf } from '../queue/queues.js';
import { type RequestHub } from '../requests/hub.js';
import { deliveryColumns, requestKey } from '../requests/request-row.js';
import { type DeliveryInput, type OfRequest } from '../schemas.js';
import { type Slots } from '../worker/slots.js';
import { type DeliveryOrchestrationInput } from './delivery.orchestrator.js';
import { attemptDelivery, type ResultBlobs } from './delivery.js';

export type DeliverInput = OfRequest & {
  delivery: DeliveryInput;
  /** From 1. */
  attempt: number;
};
/** Null when there is no slot for the attempt now. */
export type DeliverResult = DeliveryState | null;

export interface DeliverServices {
  table: Pick<TableStore, 'update'>;
  endpoints: Pick<EndpointStore, 'find'>;
  hub: RequestHub;
  slots: Slots;
  webhooks: WebhookSender;
  blobs: ResultBlobs;
  /** Waits between attempts, ms. */
  webhookGapsMs: readonly number[];
}

/**
 * Makes one attempt at a request's webhook and stores in its row how that went; an activity. After the first attempt it
 * starts the orchestration of the others.
 *
 * @throws OperationError 503 when storage or the task hub is away: an attempt that was not made does not count
 */
export async function deliver(
  services: DeliverServices,
  input: DeliverInput,
  call: CallContext,
): Promise<DeliverResult> {
  const { table, endpoints, hub, slots, webhookGapsMs } = services;
  const { delivery, attempt, ...ids } = input;
  const release = slots.take();
  if (!release) return null;
  try {
    const { id, createdAt } = { id: ids.endpoint, createdAt: ids.createdAt };
    const endpoint = await endpoints.find(id);
    const secret = endpoint?.createdAt === createdAt ? endpoint.webhookSecret : undefined;
    const result = await attemptDelivery(services, { requestID: ids.requestID, secret, attempt }, delivery, call);
    const state = stateAfter(attempt, result, attempt > webhookGapsMs.length);
    if (attempt === 1 && state.state === 'pending') {
      const rest: DeliveryOrchestrationInput = { ...ids, delivery, attempts: 1, gapsMs: webhookGapsMs };
      await hub.start(DELIVERY, deliveryInstanceOf(id, ids.requestID), rest);
    }
    const keys = { partitionKey: partitionOf({ id, createdAt }), rowKey: requestKey(ids.sequence) };
    // The attempt was made: if this fails, only its status is shown as it was before.
    await table.update({ ...keys, ...deliveryColumns(state) }).catch(() => undefined);
    return state;
  } finally {
    release();
  }
}
