import { MIN_POLLING_INTERVAL_MS } from '../../config/queue-settings.js';

/** Random deviation of a delay, as a fraction, so that listeners do not poll in step. */
const JITTER = 0.2;

/**
 * The delay before the next poll of a queue, in ms: doubled after each empty poll (docs/host.md, `maxPollingInterval`).
 *
 * @param emptyPolls empty polls since the last message
 */
export function pollingDelayMs(emptyPolls: number, maxMs: number, random: () => number = Math.random): number {
  const jitter = 1 - JITTER + 2 * JITTER * random();
  const delay = MIN_POLLING_INTERVAL_MS * 2 ** Math.min(emptyPolls, 30);
  return Math.max(MIN_POLLING_INTERVAL_MS, Math.min(maxMs, delay * jitter));
}
