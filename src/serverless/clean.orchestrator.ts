import type { OrchestrationContext, OrchestrationHandler } from 'durable-functions';
import { settled, type Steps } from '../operations/operation.js';
import type { Outcome } from '../platform/errors.js';
import { DROP } from './names.js';
import { queueId } from './queue.entity.js';
import { PAGE_SIZE, type Cleaned } from './queue.js';
import type { Ranges } from './ranges.js';
import type { CleanInput } from './schemas.js';

const AGAIN_MS = 1_000;
const ATTEMPTS = 30;
/** Requests that one step cancels. */
const LOT = 10 * PAGE_SIZE;

/**
 * Drops all that wait. They are out of the queue at once, in one step of its entity; its note, `Ranges` of their
 * sequences, says so before each is told, which takes minutes when they are many.
 */
export const cleanOrchestrator: OrchestrationHandler = function* (context) {
  const { endpoint } = context.df.getInput<CleanInput>();
  const { ranges } = (yield context.df.callEntity(queueId(endpoint), 'clean')) as Cleaned;
  context.df.setCustomStatus(ranges satisfies Ranges);
  for (const [from, to] of ranges.flatMap(lots)) yield* drop(context, { endpoint, from, to });
};

function lots([from, to]: readonly [number, number]): [number, number][] {
  const count = Math.ceil((to - from + 1) / LOT);
  return Array.from({ length: count }, (_, lot) => [from + lot * LOT, Math.min(from + (lot + 1) * LOT - 1, to)]);
}

function* drop(context: OrchestrationContext, input: object): Steps<void> {
  for (let attempt = 1; ; attempt++) {
    const outcome: Outcome<null> = yield* settled<null>(context.df.callActivity(DROP, input));
    if (outcome.ok) return;
    if (attempt >= ATTEMPTS) throw new Error(outcome.error.message);
    yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + AGAIN_MS));
  }
}
