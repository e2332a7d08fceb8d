import { setTimeout as sleep } from 'node:timers/promises';
import { commonErrors } from '../../platform/errors.js';
import { endAndPurge, type DurableClient } from '../durable.js';
import { deliveryInstanceOf } from '../names.js';
import { deliveryPlaceOf, type WebhookRows } from './rows.js';

/** How long a delivery may take to end, ms. */
const END_MS = 5_000;
const POLL_MS = 100;

/**
 * Ends the deliveries of an operation's webhook and deletes all that is stored of it. It may be repeated.
 *
 * @throws OperationError 503, also when a delivery does not end in time
 */
export async function purgeWebhook(client: DurableClient, rows: WebhookRows, operationId: string): Promise<void> {
  const record = await rows.deliveries.find(deliveryPlaceOf(operationId));
  // A redelivery that has just begun is not in the record yet.
  for (let round = 1; record && round <= record.round + 1; round++)
    await purgeInTime(client, deliveryInstanceOf(operationId, round));
  await rows.delete(operationId);
}

async function purgeInTime(client: DurableClient, instanceId: string): Promise<void> {
  const deadline = Date.now() + END_MS;
  while (!(await endAndPurge(client, instanceId, 'Its operation is deleted.'))) {
    if (Date.now() >= deadline)
      throw commonErrors.ServiceUnavailable('A delivery of the webhook has not ended yet; try again.');
    await sleep(POLL_MS);
  }
}
