import { type DeliveryPlace } from '../../webhooks/deliveries.js';
import { partitionOf, type QueueOwner } from '../queue/queues.js';
import { sequenceDigits } from '../requests/request-row.js';

/** The deliveries of an endpoint have a partition of their own: that of its queue has the most writes. */
export const deliveryPartitionOf = (endpoint: QueueOwner) => `${partitionOf(endpoint)}!deliveries`;

/** Where the delivery of a request is stored; places sort by the sequence. */
export function deliveryPlaceOf(endpoint: QueueOwner, sequence: number): DeliveryPlace {
  return { partition: deliveryPartitionOf(endpoint), prefix: `${sequenceDigits(sequence)}-` };
}
