import { z } from 'zod';
import { parseTimeSpan } from './time-span.js';

/** host.json `extensions.queues`, resolved: nothing optional is left. */
export interface QueueSettings {
  /** Messages asked for at once, at most 32. */
  batchSize: number;
  /** More are asked for when no more than this many are being worked on. */
  newBatchThreshold: number;
  /** Longest wait between two looks at an empty queue, in ms. */
  maxPollingIntervalMs: number;
  /** How long a message whose function failed stays away before it comes again, in ms. */
  visibilityTimeoutMs: number;
  /** Deliveries before a message goes to the poison queue. */
  maxDequeueCount: number;
  messageEncoding: 'base64' | 'none';
}

/** The service hands out no more at once. */
const MAX_BATCH = 32;
/** The first wait between two looks, in ms; the longest cannot be shorter. */
export const MIN_POLLING_INTERVAL_MS = 100;
/** The service keeps a message away for at most seven days. */
const MAX_VISIBILITY_MS = 7 * 86_400_000;

/** @param processors how many there are: the default threshold grows with them, as in the product */
export function queuesSchema(processors: number) {
  return z
    .looseObject({
      batchSize: z
        .int('give a whole number')
        .min(1, 'give a number from 1 to 32')
        .max(MAX_BATCH, 'give a number from 1 to 32')
        .default(16),
      newBatchThreshold: z.int('give a whole number').min(0, 'give zero or a number above it').optional(),
      maxPollingInterval: timeSpan(MIN_POLLING_INTERVAL_MS, Infinity).prefault('00:01:00'),
      visibilityTimeout: timeSpan(0, MAX_VISIBILITY_MS).prefault('00:00:00'),
      maxDequeueCount: z.int('give a whole number').positive('give a number above zero').default(5),
      messageEncoding: z
        .string()
        .transform((value) => value.toLowerCase())
        .pipe(z.enum(['base64', 'none'], 'give "base64" or "none"'))
        .prefault('base64'),
    })
    .transform((queues): QueueSettings => {
      const { batchSize, newBatchThreshold = Math.floor(batchSize / 2) * processors } = queues;
      return {
        batchSize,
        newBatchThreshold,
        maxPollingIntervalMs: queues.maxPollingInterval,
        visibilityTimeoutMs: queues.visibilityTimeout,
        maxDequeueCount: queues.maxDequeueCount,
        messageEncoding: queues.messageEncoding,
      };
    });
}

function timeSpan(min: number, max: number) {
  return z.string().transform((text, context) => {
    const ms = parseTimeSpan(text);
    if (ms !== undefined && ms >= min && ms <= max) return ms;
    const range = max === Infinity ? `of at least ${min} ms` : `of at most ${max / 86_400_000} days`;
    context.addIssue({ code: 'custom', message: `give a time such as "00:00:30", ${range}` });
    return z.NEVER;
  });
}
