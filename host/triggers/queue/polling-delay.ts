import { MIN_POLLING_INTERVAL_MS } from '../../config/queue-settings.js';

/** How far a wait may lie from its plan, so that listeners do not go in step. */
const SPREAD = 0.2;

/**
 * The wait before the next look at a queue, in ms: twice as long each time that there was nothing.
 *
 * @param inVain looks since there was something
 */
export function pollingDelayMs(inVain: number, maxMs: number, random: () => number = Math.random): number {
  const spread = 1 - SPREAD + 2 * SPREAD * random();
  const planned = MIN_POLLING_INTERVAL_MS * 2 ** Math.min(inVain, 30);
  return Math.max(MIN_POLLING_INTERVAL_MS, Math.min(maxMs, planned * spread));
}
