import { z } from 'zod';
import { OperationError } from '../../platform/errors.js';
import { type CallContext } from '../../platform/http-client.js';
import { telemetry } from '../../platform/telemetry/index.js';
import { attemptDelivery, type DeliveryServices, type Prepared } from '../../webhooks/attempt-delivery.js';
import { type DeliveryState } from '../../webhooks/attempts.js';
import { type WebhookRecord } from '../../webhooks/deliveries.js';
import { shownDeliveries, type ShownDeliveries } from '../../webhooks/shown.js';
import { type DeliveryRun } from '../delivery.orchestrator.js';
import { type DurableClient } from '../durable.js';
import { operationErrors } from '../errors.js';
import { isFinal } from '../monitor.js';
import { DELIVERY, deliveryInstanceOf } from '../names.js';
import { type Operations } from '../operations.js';
import { type Monitor } from '../schemas.js';
import { START_MS, startInstance } from '../start-instance.js';
import { deliveryPlaceOf, type WaitingWebhook, type WebhookRows } from './rows.js';

/** Inputs of the two activities. */
export const ofDeliveryStart = z.object({ operationId: z.string(), createdAt: z.string() });
export const ofAttempt = ofDeliveryStart.extend({ round: z.number(), attempt: z.number() });
type Attempt = z.infer<typeof ofAttempt>;

interface OperationWebhooksOptions extends Omit<DeliveryServices, 'deliveryStore'> {
  client: DurableClient;
  operations: Operations;
  /** Each signs every event. */
  secrets: readonly string[];
}

/**
 * The webhooks of operations.
 *
 * The orchestrator of an operation starts the delivery as its last step, so the delivery waits until the end is stored.
 * An operation that is terminated, or whose last step fails, is found by a sweep. Whoever starts it, an attempt that is
 * stored is not made again, and the app stops starting deliveries when one attempt is stored.
 */
export class OperationWebhooks {
  readonly #options: OperationWebhooksOptions;
  readonly #rows: WebhookRows;

  constructor(options: OperationWebhooksOptions) {
    this.#options = options;
    this.#rows = options.operations.records.webhooks;
  }

  /**
   * Starts a delivery unless it runs, also in an activity. One that has ended runs again, but makes no attempt that is
   * stored.
   *
   * @throws OperationError 503
   */
  async start({ operationId, createdAt }: WaitingWebhook, round = 1): Promise<void> {
    const { client, webhookGapsMs: gapsMs } = this.#options;
    const traceParent = telemetry().current(); // its attempts belong to the trace of the operation
    const input: Omit<Attempt, 'attempt'> & DeliveryRun & { traceParent?: string } = {
      ...{ operationId, createdAt, round, attempts: 0, gapsMs },
      ...(traceParent !== undefined && { traceParent }),
    };
    await startInstance(client, {
      functionName: DELIVERY,
      instanceId: deliveryInstanceOf(operationId, round),
      input,
      deadline: Date.now() + START_MS,
    });
  }

  /**
   * Makes one attempt, an activity. Null when the operation has not ended, as the task hub shows it now.
   *
   * @throws OperationError 503 when storage or the task hub is away: an attempt that was not made does not count
   */
  async deliver(wanted: Attempt, call: CallContext): Promise<DeliveryState | null> {
    const { operationId, createdAt, round, attempt } = wanted;
    const services = { ...this.#options, deliveryStore: this.#rows.deliveries };
    const state = await attemptDelivery(
      services,
      { place: deliveryPlaceOf(operationId), createdAt, round, attempt },
      (record) => this.#prepare(wanted, record),
      call,
    );
    if (state && attempt === 1) await this.#rows.endWaiting(operationId);
    return state;
  }

  async #prepare({ operationId, createdAt }: Attempt, record: WebhookRecord | undefined): Promise<Prepared> {
    const monitor = await unlessGone(this.#options.operations.compactMonitor(operationId));
    if (record?.url === undefined || monitor?.createdDateTime !== createdAt) return 'never';
    if (!isFinal(monitor.status)) return 'later';
    const type = `operation.${monitor.status.toLowerCase()}`;
    const event = { type, timestamp: monitor.lastUpdatedDateTime, data: monitor };
    return {
      url: record.url,
      // An id may be used again after its operation was deleted.
      id: `${operationId}-${Date.parse(createdAt)}`,
      body: Buffer.from(JSON.stringify(event)),
      contentType: 'application/json',
      secrets: this.#options.secrets,
    };
  }

  /** @throws OperationError 409 `OperationHasNoWebhook`, and what `Operations.summary` throws */
  async show(operationId: string): Promise<ShownDeliveries> {
    await this.#find(operationId);
    return shownDeliveries(this.#rows.deliveries, deliveryPlaceOf(operationId));
  }

  /**
   * Sends the event of an ended operation again, now.
   *
   * @throws OperationError 409 `OperationHasNoWebhook`, `OperationNotFinished`, and what `Operations.summary` throws
   */
  async redeliver(operationId: string): Promise<void> {
    const { status, createdDateTime, record } = await this.#find(operationId);
    if (!isFinal(status))
      throw operationErrors.OperationNotFinished(`Operation ${operationId} is still running; its event follows then.`);
    const round = record.round + 1;
    await this.start({ operationId, createdAt: createdDateTime }, round);
    // The round begins with its first attempt too: if this process ends here, it is only shown later.
    await this.#rows.deliveries.begin(deliveryPlaceOf(operationId), round);
  }

  async #find(operationId: string): Promise<Monitor & { record: WebhookRecord }> {
    const monitor = await this.#options.operations.summary(operationId);
    const record = await this.#rows.deliveries.find(deliveryPlaceOf(operationId));
    if (record) return { ...monitor, record };
    throw operationErrors.OperationHasNoWebhook(
      `Operation ${operationId} has no webhook; start operations with the header Webhook-Url.`,
    );
  }
}

/** Undefined when the operation was deleted or has expired. */
async function unlessGone<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (thrown) {
    if (thrown instanceof OperationError && [404, 410].includes(thrown.data.status)) return undefined;
    throw thrown;
  }
}
