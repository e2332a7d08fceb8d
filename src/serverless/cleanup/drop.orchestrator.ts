import { type OrchestrationHandler } from 'durable-functions';
import { DurableSteps } from '../../operations/durable-steps.js';
import { DROP_PAGE } from '../names.js';
import { type OfEndpoint } from '../schemas.js';

/** Pages in one history. */
const PAGES = 100;

/** Marks the rows of dropped requests, page by page, and starts the delivery of their webhooks. */
export const dropOrchestrator: OrchestrationHandler = function* (context) {
  const input = context.df.getInput<OfEndpoint>();
  const steps = new DurableSteps(context);
  for (let page = 1; page <= PAGES; page++) {
    const { more } = yield* steps.untilDone<{ more: boolean }>(DROP_PAGE, input);
    if (!more) return;
  }
  context.df.continueAsNew(input);
};
