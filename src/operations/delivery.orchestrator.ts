import { type OrchestrationHandler } from 'durable-functions';
import { type DeliveryState } from '../webhooks/attempts.js';
import { DurableSteps } from './durable-steps.js';

/** The input of a delivery; the activity gets all else of it, and the number of the attempt. */
export interface DeliveryRun {
  /** Attempts that were made before. */
  attempts: number;
  /** Waits after each attempt but the last, ms. */
  gapsMs: readonly number[];
}

/**
 * The orchestrator that makes the attempts at a webhook, with waits between them.
 *
 * @param activity makes one attempt: a `DeliveryState`, or null when the attempt cannot be made yet
 */
export function deliveryOrchestrator(activity: string): OrchestrationHandler {
  return function* (context) {
    const { gapsMs, attempts, ...input } = context.df.getInput<DeliveryRun>();
    const steps = new DurableSteps(context);
    for (let attempt = attempts + 1; ; attempt++) {
      if (attempt > 1) yield* steps.waitUntil(steps.now() + (gapsMs[attempt - 2] ?? 0));
      const state = yield* steps.untilDone<DeliveryState>(activity, { ...input, attempt });
      if (state.state !== 'pending') return state;
      context.df.setCustomStatus(state);
    }
  };
}
