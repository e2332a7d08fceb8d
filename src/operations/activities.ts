import type { InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { OperationError, type Outcome } from '../platform/errors.js';
import type { CallContext } from '../platform/http-client.js';
import { logFailure } from '../platform/logging.js';
import type { BlobStore } from '../platform/storage.js';
import type { CancellationWatch } from './cancellation.js';
import { resultBlobName } from './names.js';
import { isCanceled } from './operation.js';
import { STORE_RESULT, type StoredResult } from './stored-result.js';

/** What every activity is told besides its input. */
export type ActivityCall = CallContext & { operationId: string; signal: AbortSignal };

export type ActivityHandler = (raw: unknown, context: InvocationContext) => Promise<Outcome<unknown>>;

/** An activity before it is registered: it still has to be given how it learns of cancellation. */
export type Activity = (watch: CancellationWatch) => ActivityHandler;

const NEVER = new AbortController().signal;
const anyActivityInput = z.looseObject({ operationId: z.string() });

/** Of an activity that puts things in order: it runs also when its operation was cancelled (`Operation.tidy`). */
export interface ActivityOptions {
  always?: boolean;
}

/**
 * An activity always answers: with a value, or with an error that says whether trying again can help. Its call carries
 * a signal that is aborted when the operation is cancelled.
 */
export function defineActivity<In extends z.ZodType, Out>(
  input: In,
  run: (input: z.output<In>, call: ActivityCall) => Promise<Out>,
  { always = false }: ActivityOptions = {},
): Activity {
  return (watch) => async (raw, context) => {
    const { operationId, ...rest } = anyActivityInput.parse(raw);
    try {
      const traceParent = context.traceContext?.traceParent ?? undefined;
      const work = (signal: AbortSignal) => run(input.parse(rest), { operationId, signal, traceParent });
      const value = await (always ? work(NEVER) : watch.run(operationId, work));
      return { ok: true, value };
    } catch (thrown) {
      const error = OperationError.from(thrown);
      const outcome = { ok: false as const, error: error.data };
      if (!isCanceled(outcome)) logFailure(context, error);
      return outcome;
    }
  };
}

/** The core's own activities. */
export function createOperationActivities(blobs: BlobStore): Record<string, Activity> {
  return {
    [STORE_RESULT]: defineActivity(
      z.object({ result: z.unknown() }),
      async ({ result }, { operationId }): Promise<StoredResult> => {
        const bytes = Buffer.from(JSON.stringify(result));
        const name = resultBlobName(operationId);
        await blobs.put(name, bytes, 'application/json');
        return { name, bytes: bytes.length };
      },
    ),
  };
}
