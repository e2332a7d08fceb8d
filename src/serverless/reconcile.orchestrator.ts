import type { OrchestrationHandler } from 'durable-functions';
import { settled } from '../operations/operation.js';
import { SETTLE } from './names.js';
import { queueId } from './queue.entity.js';
import type { Grants } from './queue.js';
import type { TendInput } from './schemas.js';

/**
 * Gives back the places of requests that ended without doing so themselves (terminated, purged), and makes a changed
 * cap count while nobody comes or goes.
 */
export const tendOrchestrator: OrchestrationHandler = function* (context) {
  const { endpoint, ...change } = context.df.getInput<TendInput>();
  const given = (yield context.df.callEntity(queueId(endpoint), 'tend', change)) as Grants;
  if (given.grants.length === 0) return;
  // Should this fail, the next run finds them running without having begun.
  yield* settled(context.df.callActivity(SETTLE, { endpoint, requestID: context.df.instanceId, ...given }));
};
