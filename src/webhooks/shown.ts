import { z } from 'zod';
import { type DeliveryPlace, type DeliveryStore } from './deliveries.js';

/** The deliveries of a webhook, as clients see them. */
export const deliveriesBody = z
  .object({
    value: z.array(
      z.object({
        attempt: z.int().min(1).describe('From 1; redeliveries count on.'),
        dateTime: z.iso.datetime().describe('When it began.'),
        durationMs: z.int().min(0),
        statusCode: z.int().optional().describe('Of the receiver’s answer, if there was one.'),
        error: z.string().optional().describe('Why it failed.'),
      }),
    ),
    state: z.enum(['pending', 'delivered', 'givenUp']),
  })
  .meta({ id: 'WebhookDeliveries', description: 'The last 50 attempts at a webhook, and how far its delivery is.' });
export type ShownDeliveries = z.infer<typeof deliveriesBody>;

const STATES = { pending: 'pending', delivered: 'delivered', 'given up': 'givenUp' } as const;

/** @throws OperationError 503 */
export async function shownDeliveries(store: DeliveryStore, place: DeliveryPlace): Promise<ShownDeliveries> {
  const [record, value] = await Promise.all([store.find(place), store.attempts(place)]);
  return { value, state: STATES[record?.state ?? 'pending'] };
}
