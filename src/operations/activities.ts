import { type InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { OperationError, type Outcome } from '../platform/errors.js';
import { type CallContext } from '../platform/http-client.js';
import { logFailure } from '../platform/logging.js';
import { RecentMap } from '../platform/recent-map.js';
import { Redactor } from '../platform/sensitive.js';
import { type BlobStore } from '../platform/storage.js';
import { inSpan } from '../platform/telemetry/in-span.js';
import { telemetry } from '../platform/telemetry/index.js';
import { callerOf } from '../platform/telemetry/trace-parent.js';
import { type CancellationWatch } from './cancellation.js';
import { type PerInvocation } from './durable.js';
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

/** The schemas of an activity's input and result, which say what in them is sensitive. */
export interface ActivitySchemas {
  input?: z.ZodType;
  output?: z.ZodType;
}

/** An activity of an operation before its registration, which passes how it learns of a cancellation. */
export type Activity = ((watch: CancellationWatch) => ActivityHandler) & ActivitySchemas;

/** A process has fewer operations at a time; a code that is logged again after them does no harm. */
const MAX_LOGGED_FAILURES = 10_000;

const NEVER = new AbortController().signal;
const anyActivityInput = z.looseObject({
  operationId: z.string(),
  scheduledAt: z.number().optional(),
  traceParent: z.string().optional(),
});
/** Also of an activity that belongs to no operation. */
const perhapsOfOperation = anyActivityInput.partial();

/**
 * The handler of an activity. It always returns an outcome: the value of `run`, or an error that says whether a retry
 * can help.
 * @param input schema of its input, for one with sensitive fields
 */
function activityHandler(
  run: (raw: unknown, call: HandlerCall) => Promise<unknown>,
  input?: z.ZodType,
): ActivityHandler {
  return async (raw, context) => {
    const settle = async <T>(work: () => Promise<T>): Promise<Outcome<T>> => {
      try {
        return { ok: true, value: await work() };
      } catch (thrown) {
        const error = withoutSecrets(OperationError.from(thrown), raw, input);
        const outcome = { ok: false as const, error: error.data };
        if (!isCanceled(outcome) && !isPaused(outcome)) logFirstFailure(context, raw, error);
        return outcome;
      }
    };
    const { operationId, traceParent } = perhapsOfOperation.safeParse(raw).data ?? {};
    const { functionName: name } = context;
    const parent = traceParent ?? callerOf(undefined, context.traceContext?.traceParent);
    const active = { 'longhaul.activity.name': name };
    telemetry().record('activeActivities', 1, active);
    try {
      return await inSpan(
        { name, kind: 'internal', parent, attributes: { ...active, 'longhaul.operation.id': operationId } },
        (span) => {
          const call = { settle, ...(span.traceParent !== undefined && { traceParent: span.traceParent }) };
          return settle(async () => (await run(raw, call)) ?? null);
        },
        (outcome) => (outcome.ok ? {} : { 'error.type': outcome.error.code }),
      );
    } finally {
      telemetry().record('activeActivities', -1, active);
    }
  };
}

/** What a service or a parser says of a request may repeat what the activity's input has. */
function withoutSecrets(error: OperationError, raw: unknown, input?: z.ZodType): OperationError {
  const redactor = new Redactor();
  redactor.value(input, raw);
  return redactor.error(error);
}

interface BoundCall extends CallContext {
  log: InvocationContext;
}

/**
 * An activity of orchestrations that are no operations: it has no operation record, which `defineActivity` would read.
 *
 * @param servicesOf what `run` gets, for the task hub of the invocation
 */
export function boundActivity<Services, In extends z.ZodType>(
  servicesOf: PerInvocation<Services>,
  input: In,
  run: (services: Services, input: z.output<In>, call: BoundCall) => Promise<unknown>,
): ActivityHandler {
  return (raw, context) =>
    activityHandler(
      (given, call) => run(servicesOf({ invocation: context }), input.parse(given), { ...call, log: context }),
      input,
    )(raw, context);
}

/** The operations and codes whose first failure in this process is logged, so that a batch has one line for each code. */
const loggedFailures = new RecentMap<string, true>(MAX_LOGGED_FAILURES);

function logFirstFailure(context: InvocationContext, raw: unknown, error: OperationError): void {
  const { operationId } = perhapsOfOperation.safeParse(raw).data ?? {};
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
  /** Schema of its result, for one with sensitive fields. */
  output?: z.ZodType;
}

/**
 * Declares an activity of an operation. `run` gets a signal that aborts when the operation is canceled.
 * @param input schema of the activity's input, without the operation's id
 */
export function defineActivity<In extends z.ZodType, Out>(
  input: In,
  run: (input: z.output<In>, call: ActivityCall) => Promise<Out>,
  { always = false, output }: ActivityOptions = {},
): Activity {
  const activity = (watch: CancellationWatch) =>
    activityHandler((raw, call) => {
      const { operationId, scheduledAt, traceParent: _, ...rest } = anyActivityInput.parse(raw);
      const work = (signal: AbortSignal) => run(input.parse(rest), { ...call, operationId, signal });
      return always ? work(NEVER) : watch.run(operationId, work, scheduledAt);
    }, input);
  return Object.assign(activity, { input, ...(output && { output }) });
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
