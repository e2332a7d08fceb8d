import { type TableStore } from '../../platform/storage.js';
import { DeliveryStore, type DeliveryPlace } from '../../webhooks/deliveries.js';
import { createPartitions, type Partitions } from '../partitions.js';

/** An operation whose webhook has no attempt yet. */
export interface WaitingWebhook {
  operationId: string;
  /** Of its start, ISO 8601. */
  createdAt: string;
}

const WAITING = 'webhook';

/** The webhook of an operation is in the partition of its record. */
export const deliveryPlaceOf = (operationId: string): DeliveryPlace => ({ partition: operationId, prefix: '' });

/**
 * The webhooks of operations in Table storage: their deliveries, and a list of those that no attempt was made at, by
 * which a sweep finds operations whose end started no delivery.
 *
 * Both are written before the operation starts and after it is in the list of operations, so that retention finds what
 * an interrupted start leaves (R3 of records.ts). The entry of the second list is deleted after the first attempt is
 * stored.
 */
export class WebhookRows {
  readonly deliveries: DeliveryStore;
  readonly #waiting: Partitions;

  constructor(table: TableStore) {
    this.deliveries = new DeliveryStore(table);
    this.#waiting = createPartitions(table, WAITING);
  }

  /** Has no effect when the operation has its webhook. @throws OperationError 503, as every method */
  async add(operationId: string, url: string, createdAt: string): Promise<void> {
    await Promise.all([
      this.deliveries.add(deliveryPlaceOf(operationId), { url, createdAt }),
      this.#waiting.insert(operationId, { createdAt }),
    ]);
  }

  /** A page of the waiting ones, in the order of their ids. */
  async waiting(after: string, top: number): Promise<WaitingWebhook[]> {
    const rows = await this.#waiting.first([`RowKey gt '${after}'`], top);
    return rows.map(({ rowKey, createdAt }) => ({ operationId: rowKey, createdAt: String(createdAt) }));
  }

  endWaiting(operationId: string): Promise<void> {
    return this.#waiting.delete(operationId, operationId);
  }

  async delete(operationId: string): Promise<void> {
    await this.endWaiting(operationId);
    await this.deliveries.delete(deliveryPlaceOf(operationId));
  }
}
