import { z } from 'zod';
import { countSetting, numberSetting, settingsObject } from './setting-types.js';
import { parseTimeSpan } from './time-span.js';

/** host.json `extensions.queues`, with all defaults filled in (host contract, 12). */
export interface QueueSettings {
  /** Messages received per call, at most 32. */
  batchSize: number;
  /** The next batch is received when at most this many messages are running. */
  newBatchThreshold: number;
  /** Longest delay between two polls of an empty queue, in ms. */
  maxPollingIntervalMs: number;
  /** Delay before a failed message is delivered again, in ms. */
  visibilityTimeoutMs: number;
  /** Deliveries before a message is moved to the poison queue. */
  maxDequeueCount: number;
  messageEncoding: 'base64' | 'none';
}

/** Limit of Azure Storage. */
const MAX_BATCH = 32;
/** The first delay between two polls, in ms, and the lowest `maxPollingInterval`. */
export const MIN_POLLING_INTERVAL_MS = 100;
const DEFAULT_MAX_POLLING_INTERVAL_MS = 60_000;
/** What the genuine host uses in Development instead of the default (StorageQueuesWebJobsBuilderExtensions.cs). */
const DEVELOPMENT_MAX_POLLING_INTERVAL_MS = 2_000;
/** Azure Storage's limit of seven days. */
const MAX_VISIBILITY_MS = 7 * 86_400_000;

/**
 * The schema of `extensions.queues`.
 *
 * @param processors number of processors: the default threshold depends on it, as in the genuine host
 */
export function queuesSchema(processors: number, isDevelopment: boolean) {
  return settingsObject({
    batchSize: numberSetting(
      z.int('give a whole number').min(1, 'give a number from 1 to 32').max(MAX_BATCH, 'give a number from 1 to 32'),
    ).default(16),
    newBatchThreshold: numberSetting(z.int('give a whole number').min(0, 'give zero or a positive number')).optional(),
    maxPollingInterval: timeSpan(MIN_POLLING_INTERVAL_MS, Infinity).prefault('00:01:00'),
    visibilityTimeout: timeSpan(0, MAX_VISIBILITY_MS).prefault('00:00:00'),
    maxDequeueCount: countSetting.default(5),
    messageEncoding: z
      .string()
      .transform((value) => value.toLowerCase())
      .pipe(z.enum(['base64', 'none'], 'give "base64" or "none"'))
      .prefault('base64'),
  }).transform((queues): QueueSettings => {
    const { batchSize, newBatchThreshold = Math.floor(batchSize / 2) * processors } = queues;
    return {
      batchSize,
      newBatchThreshold,
      maxPollingIntervalMs:
        isDevelopment && queues.maxPollingInterval === DEFAULT_MAX_POLLING_INTERVAL_MS
          ? DEVELOPMENT_MAX_POLLING_INTERVAL_MS
          : queues.maxPollingInterval,
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
