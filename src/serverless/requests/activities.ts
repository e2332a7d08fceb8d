import { type InvocationContext } from '@azure/functions';
import { type z } from 'zod';
import { activityHandler, type ActivityHandler } from '../../operations/activities.js';
import { type PerInvocation } from '../../operations/durable.js';
import { type CallContext } from '../../platform/http-client.js';
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

interface ServerlessCall extends CallContext {
  log: InvocationContext;
}

/** The slice's activities by name. A request has no operation record, which `defineActivity` would read. */
export function createServerlessActivities(
  servicesOf: PerInvocation<ActivityServices>,
): Record<string, ActivityHandler> {
  const define =
    <In extends z.ZodType>(
      input: In,
      run: (services: ActivityServices, input: z.output<In>, call: ServerlessCall) => Promise<unknown>,
    ): ActivityHandler =>
    (raw, context) =>
      activityHandler(
        (given, call) => run(servicesOf({ invocation: context }), input.parse(given), { ...call, log: context }),
        input,
      )(raw, context);
  return {
    [WORK]: define(ofRun, async ({ work }, request, call) => {
      const end = await work.step(request, call);
      if (end?.error !== undefined) logFailure(call.log, contractErrors.handling(request.requestID, end.error));
      return end;
    }),
    [DELIVER]: define(deliverInput, deliver),
    [DROP_PAGE]: define(ofEndpoint, dropPage),
  };
}
