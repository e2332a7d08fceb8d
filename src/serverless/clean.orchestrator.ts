import { type OrchestrationContext, type OrchestrationHandler } from 'durable-functions';
import { retryDurably, type DurableRetry, type Steps } from '../operations/durable-retry.js';
import { settled } from '../operations/operation.js';
import { CANCEL_REQUESTS } from './names.js';
import { queueId } from './queue.entity.js';
import { PAGE_SIZE, type Cleaned } from './queue.js';
import { type Ranges } from './ranges.js';
import { type CleanInput } from './schemas.js';

const RETRY_MS = 1_000;
const ATTEMPTS = 30;
/** Requests that one activity cancels. */
const CHUNK = 10 * PAGE_SIZE;

/**
 * Drops all that wait. One step of the queue's entity removes them; the custom status, `Ranges` of their sequences, says
 * so before each is canceled, which takes minutes when they are many.
 */
export const cleanOrchestrator: OrchestrationHandler = function* (context) {
  const { endpoint } = context.df.getInput<CleanInput>();
  const { ranges } = (yield context.df.callEntity(queueId(endpoint), 'clean')) as Cleaned;
  context.df.setCustomStatus(ranges satisfies Ranges);
  for (const [from, to] of ranges.flatMap(chunks)) yield* cancelRequests(context, { endpoint, from, to });
};

function chunks([from, to]: readonly [number, number]): [number, number][] {
  const count = Math.ceil((to - from + 1) / CHUNK);
  return Array.from({ length: count }, (_, chunk) => [
    from + chunk * CHUNK,
    Math.min(from + (chunk + 1) * CHUNK - 1, to),
  ]);
}

function* cancelRequests(context: OrchestrationContext, input: object): Steps<void> {
  const retry: DurableRetry = {
    canRetry: (_, attempt) => attempt < ATTEMPTS,
    *wait() {
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + RETRY_MS));
    },
  };
  const outcome = yield* retryDurably(retry, () => settled<null>(context.df.callActivity(CANCEL_REQUESTS, input)));
  if (!outcome.ok) throw new Error(outcome.error.message);
}
