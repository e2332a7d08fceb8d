import { z } from 'zod';
import { OperationError, type Outcome } from '../../platform/errors.js';
import { type ActivityHandler } from '../activities.js';
import { isPaused } from '../operation.js';
import { type Pauses } from './pauses.js';

const ofOperation = z.object({ operationId: z.string() });

/** An activity whose operation is recorded as waiting when it finds a service paused, so that a resume tells it. */
export function enlisting(pauses: Pick<Pauses, 'enlist'>, handler: ActivityHandler): ActivityHandler {
  return async (raw, context) => {
    for (;;) {
      const outcome = await handler(raw, context);
      const upstream = pausedUpstreamOf(outcome);
      if (upstream === undefined) return outcome;
      try {
        if (await pauses.enlist(upstream, ofOperation.parse(raw).operationId)) return outcome;
      } catch (thrown) {
        return { ok: false, error: { ...OperationError.from(thrown).data, notCalled: true } };
      }
    }
  };
}

function pausedUpstreamOf(outcome: Outcome<unknown>): string | undefined {
  return !outcome.ok && isPaused(outcome) ? outcome.error.target : undefined;
}
