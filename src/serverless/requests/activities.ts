import { boundActivity, type ActivityHandler } from '../../operations/activities.js';
import { type PerInvocation } from '../../operations/durable.js';
import { logFailure } from '../../platform/logging.js';
import { dropPage } from '../cleanup/dropped.js';
import { contractErrors } from '../errors.js';
import { DELIVER, DROP_PAGE, WORK } from '../names.js';
import { type Queues } from '../queue/queues.js';
import { deliver, type DeliverServices } from '../results/deliver.js';
import { deliverInput, ofEndpoint, ofRun } from '../schemas.js';
import { type Work } from './work.js';

interface ActivityServices extends DeliverServices {
  queues: Queues;
  work: Work;
}

/** The slice's activities by name. */
export function createServerlessActivities(
  servicesOf: PerInvocation<ActivityServices>,
): Record<string, ActivityHandler> {
  return {
    [WORK]: boundActivity(servicesOf, ofRun, async ({ work }, request, call) => {
      const end = await work.step(request, call);
      if (end?.error !== undefined) logFailure(call.log, contractErrors.handling(request.requestID, end.error));
      return end;
    }),
    [DELIVER]: boundActivity(servicesOf, deliverInput, deliver),
    [DROP_PAGE]: boundActivity(servicesOf, ofEndpoint, dropPage),
  };
}
