import { type CallContext } from '../platform/http-client.js';
import { type Limit } from '../platform/limit.js';
import { retried } from '../platform/retried.js';
import { telemetry } from '../platform/telemetry/index.js';
import { stateAfter, type DeliveryState } from './attempts.js';
import { knownOutcome, type DeliveryPlace, type DeliveryStore, type WebhookRecord } from './deliveries.js';
import { attemptWebhook, type Delivery, type WebhookSender } from './sender.js';

/** How long the outcome of an attempt is tried to be stored, ms: an attempt without it is sent again. */
const STORE_MS = 10_000;

export interface DeliveryServices {
  /** Calls of this process that hold an activity slot. */
  calls: Limit;
  webhooks: WebhookSender;
  deliveryStore: DeliveryStore;
  /** Waits between attempts, ms. */
  webhookGapsMs: readonly number[];
}

/** An attempt that is to be made: its round and its number in the round, both from 1. */
export interface AttemptWanted {
  place: DeliveryPlace;
  /** Of the start that the webhook belongs to, if its record has one. */
  createdAt?: string;
  round: number;
  attempt: number;
}

/** What is to be sent; `later`: it is not known yet; `never`: there is nothing to tell any more. */
export type Prepared = Delivery | 'later' | 'never';

/**
 * Makes one attempt at a webhook, in an activity, unless it was made before (deliveries.ts).
 *
 * @param prepare what is sent; it gets the stored record, if there is one
 * @returns how far the delivery is; null when there is no slot, or it is not known yet what is to be sent
 * @throws OperationError 503 when storage or the task hub is away: an attempt that was not made does not count
 */
export async function attemptDelivery(
  { calls, webhooks, deliveryStore, webhookGapsMs }: DeliveryServices,
  { place, createdAt, round, attempt }: AttemptWanted,
  prepare: (record: WebhookRecord | undefined) => Promise<Prepared>,
  call: CallContext,
): Promise<DeliveryState | null> {
  const release = calls.enter();
  if (!release) return null;
  try {
    const record = await deliveryStore.find(place);
    const known = record && knownOutcome(record, { round, attempt, createdAt });
    if (known) return known;
    const delivery = await prepare(record);
    if (delivery === 'later') return null;
    if (delivery === 'never') return { state: 'given up', attempts: attempt };
    const begun = Date.now();
    const { statusCode, error, final } = await attemptWebhook(webhooks, delivery, call);
    const outcome = error === undefined ? 'delivered' : final ? 'refused' : 'failed';
    telemetry().record('webhookAttempts', 1, { 'longhaul.webhook.outcome': outcome });
    const after = stateAfter(attempt, { error, final }, attempt > webhookGapsMs.length);
    const [dateTime, durationMs] = [new Date(begun).toISOString(), Date.now() - begun];
    const made = { round, createdAt, dateTime, durationMs, statusCode, error, after };
    return await retried(() => deliveryStore.store(place, made, record === undefined), STORE_MS);
  } finally {
    release();
  }
}
