import { type OrchestrationHandler } from 'durable-functions';
import { settled } from '../operations/operation.js';
import { GRANT_AND_DELIVER, RECONCILE_QUEUE } from './names.js';
import { queueId } from './queue.entity.js';
import { type Grants } from './queue.js';
import { type ReconcileInput } from './schemas.js';

/**
 * Frees the places of requests that ended without leaving the queue (terminated, purged), and applies a changed cap
 * while no request enters or leaves.
 */
export const reconcileOrchestrator: OrchestrationHandler = function* (context) {
  const { endpoint, ...change } = context.df.getInput<ReconcileInput>();
  const granted = (yield context.df.callEntity(queueId(endpoint), RECONCILE_QUEUE, change)) as Grants;
  if (granted.grants.length === 0) return;
  // If this fails, the next run finds requests that have a place and have not begun.
  yield* settled(
    context.df.callActivity(GRANT_AND_DELIVER, { endpoint, requestID: context.df.instanceId, ...granted }),
  );
};
