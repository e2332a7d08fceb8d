import { boundActivity, type ActivityHandler } from '../activities.js';
import { type DurableClient, type PerInvocation } from '../durable.js';
import { type Operations } from '../operations.js';
import { START_MS, startInstance } from '../start-instance.js';
import { RESUME, RESUMED_EVENT } from './names.js';
import { resumeInput, type ResumeInput } from './schemas.js';
import { type Upstreams } from './upstreams.js';

/** The ids of the orchestrations repeat, so that a resume leaves at most so many histories for each service. */
const IDS = 8;

/** Starts telling the operations that wait for a resume; has no effect while that runs. @throws OperationError 503 */
export async function startTelling(client: DurableClient, input: ResumeInput): Promise<void> {
  const instanceId = `${RESUME}-${input.upstream}-${input.pauseNumber % IDS}`;
  await startInstance(client, { functionName: RESUME, instanceId, input, deadline: Date.now() + START_MS });
}

/** The activity that tells a page of waiting operations. It returns whether there are more. */
export function createTellActivity(upstreams: Upstreams, operationsOf: PerInvocation<Operations>): ActivityHandler {
  return boundActivity(operationsOf, resumeInput, (operations, { upstream, pauseNumber }) =>
    upstreams.pauses.tellPage(upstream, pauseNumber, (id) => tell(operations, id)),
  );
}

/** An operation that is deleted need not be told. */
async function tell(operations: Operations, id: string): Promise<void> {
  try {
    await operations.raise(id, RESUMED_EVENT);
  } catch (thrown) {
    if (await operations.findInstance(id)) throw thrown;
  }
}
