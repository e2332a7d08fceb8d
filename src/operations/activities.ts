import { type InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { OperationError, type Outcome } from '../platform/errors.js';
import { type CallContext } from '../platform/http-client.js';
import { logFailure } from '../platform/logging.js';
import { RecentMap } from '../platform/recent-map.js';
import { type BlobStore } from '../platform/storage.js';
import { type CancellationWatch } from './cancellation.js';
import { resultBlobName } from './names.js';
import { isCanceled, isPaused } from './operation.js';
import { STORE_RESULT, type StoredResult } from './stored-result.js';

/** What an activity gets besides its input. */
interface HandlerCall extends CallContext {
  /** The outcome of a part of the activity's work; a failure is logged. */
  settle<T>(work: () => Promise<T>): Promise<Outcome<T>>;
}

/** What an activity of an operation gets besides its input. */
export type ActivityCall = HandlerCall & { operationId: string; signal: AbortSignal };

export type ActivityHandler = (raw: unknown, context: InvocationContext) => Promise<Outcome<unknown>>;

/** An activity of an operation before its registration, which passes how it learns of a cancellation. */
export type Activity = (watch: CancellationWatch) => ActivityHandler;

/** A process has fewer operations at a time; a code that is logged again after them does no harm. */
const MAX_LOGGED_FAILURES = 10_000;

const NEVER = new AbortController().signal;
const anyActivityInput = z.looseObject({ operationId: z.string(), scheduledAt: z.number().optional() });

/**
 * The handler of an activity. It always returns an outcome: the value of `run`, or an error that says whether a retry
 * can help.
 */
export function activityHandler(run: (raw: unknown, call: HandlerCall) => Promise<unknown>): ActivityHandler {
  return (raw, context) => {
    const settle = async <T>(work: () => Promise<T>): Promise<Outcome<T>> => {
      try {
        return { ok: true, value: await work() };
      } catch (thrown) {
        const error = OperationError.from(thrown);
        const outcome = { ok: false as const, error: error.data };
        if (!isCanceled(outcome) && !isPaused(outcome)) logFirstFailure(context, raw, error);
        return outcome;
      }
    };
    const { traceParent = '' } = context.traceContext ?? {};
    const call = { settle, ...(traceParent !== '' && { traceParent }) }; // empty without Application Insights
    return settle(async () => (await run(raw, call)) ?? null);
  };
}

/** The operations and codes whose first failure in this process is logged, so that a batch has one line for each code. */
const loggedFailures = new RecentMap<string, true>(MAX_LOGGED_FAILURES);

function logFirstFailure(context: InvocationContext, raw: unknown, error: OperationError): void {
  const { operationId } = anyActivityInput.partial().safeParse(raw).data ?? {};
  if (operationId === undefined) {
    logFailure(context, error);
    return;
  }
  const key = `${operationId} ${error.data.code}`;
  if (loggedFailures.get(key)) return;
  loggedFailures.set(key, true);
  logFailure(context, error, `Operation ${operationId}: `);
}

export interface ActivityOptions {
  /** Whether it runs also when its operation is canceled, to clean up (`Operation.cleanUp`). */
  always?: boolean;
}

/**
 * Declares an activity of an operation. `run` gets a signal that aborts when the operation is canceled.
 * @param input schema of the activity's input, without the operation's id
 */
export function defineActivity<In extends z.ZodType, Out>(
  input: In,
  run: (input: z.output<In>, call: ActivityCall) => Promise<Out>,
  { always = false }: ActivityOptions = {},
): Activity {
  return (watch) =>
    activityHandler((raw, call) => {
      const { operationId, scheduledAt, ...rest } = anyActivityInput.parse(raw);
      const work = (signal: AbortSignal) => run(input.parse(rest), { ...call, operationId, signal });
      return always ? work(NEVER) : watch.run(operationId, work, scheduledAt);
    });
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
