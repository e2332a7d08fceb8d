import { type OrchestrationHandler } from 'durable-functions';
import { type DeliveryState } from '../../webhooks/attempts.js';
import { DurableSteps } from '../durable-steps.js';
import { DELIVER } from '../names.js';
import { type DeliverInput, type DeliverResult, type DeliveryOrchestrationInput } from '../schemas.js';

/** Delivers a webhook after its first attempt failed, or when its request ended while it waited. */
export const deliveryOrchestrator: OrchestrationHandler = function* (context) {
  const { gapsMs, attempts, ...input } = context.df.getInput<DeliveryOrchestrationInput>();
  const steps = new DurableSteps(context);
  for (let attempt = attempts + 1; ; attempt++) {
    if (attempt > 1) yield* steps.waitUntil(steps.now() + (gapsMs[attempt - 2] ?? 0));
    const state: DeliveryState = yield* steps.untilDone<DeliverResult>(DELIVER, {
      ...input,
      attempt,
    } satisfies DeliverInput);
    if (state.state !== 'pending') return state;
    context.df.setCustomStatus(state);
  }
};
