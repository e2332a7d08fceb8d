import { type OrchestrationHandler } from 'durable-functions';
import { type ErrorData, type Outcome } from '../platform/errors.js';
import { telemetry } from '../platform/telemetry/index.js';
import { STORE_RESULT, type StoredResult } from './stored-result.js';
import { type OperationKind, type StoredOutcome } from './define.js';
import { type Steps } from './durable-retry.js';
import { logEnd, recordEnd, statusOfEnd } from './end-log.js';
import { START_DELIVERY } from './names.js';
import { CanceledSignal, Operation, settled } from './operation.js';
import { type Envelope, type OperationEnd } from './schemas.js';

/** A larger result goes to Blob storage (docs/contracts/operations.md). */
const MAX_INLINE_BYTES = 64 * 1024;

/**
 * The orchestrator function of a kind: runs its steps, handles cancellation, logs the end, and returns an
 * `OperationEnd`.
 * @param onEnd is called with the id at its end, once or more often, before the end is stored
 * @param logsStart whether the start is logged too
 */
export function operationOrchestrator<In, Out>(
  kind: OperationKind<In, Out>,
  onEnd: (operationId: string) => void = () => undefined,
  logsStart = false,
): OrchestrationHandler {
  return function* (context) {
    const envelope = context.df.getInput<Envelope>();
    const operation = new Operation(context, envelope);
    const inTrace = (log: () => void) => telemetry().within(envelope.trace?.own, log);
    const ended = (end: Pick<OperationEnd, 'end'>, code?: string) => {
      operation.ended();
      if (context.df.isReplaying) return;
      onEnd(operation.id);
      const durationMs = operation.now() - Date.parse(envelope.createdAt);
      const facts = { id: operation.id, kind: kind.kind, status: statusOfEnd(end), durationMs, code };
      inTrace(() => logEnd(context, facts));
      recordEnd(facts, envelope, operation.now());
    };
    const tellWebhook = function* () {
      // A failure does not delay the end: a sweep starts the delivery (webhooks/sweep.ts).
      if (envelope.webhook) yield* settled(operation.activity(START_DELIVERY, { createdAt: envelope.createdAt }));
    };
    if (logsStart && !context.df.isReplaying)
      inTrace(() => context.info(`Operation ${operation.id} (${kind.kind}): started`));
    try {
      const end = yield* runToEnd(kind, operation, envelope);
      yield* tellWebhook();
      ended(end, end.end === 'failed' ? end.error.code : undefined);
      return end;
    } catch (thrown) {
      yield* tellWebhook();
      ended({ end: 'failed' }, 'InternalError');
      throw thrown;
    }
  };
}

function* runToEnd<In, Out>(
  kind: OperationKind<In, Out>,
  operation: Operation,
  { input }: Envelope,
): Steps<OperationEnd> {
  try {
    const outcome = yield* kind.run(operation, kind.input.parse(input));
    return yield* endOf(operation, outcome);
  } catch (thrown) {
    if (thrown instanceof CanceledSignal) return { end: 'canceled' };
    throw thrown;
  }
}

function* endOf(operation: Operation, outcome: Outcome<unknown> | StoredOutcome): Steps<OperationEnd> {
  if (operation.cancelRequested) return { end: 'canceled' };
  if (!outcome.ok) return failed(outcome.error, 'stored' in outcome ? outcome.stored : undefined);
  if ('stored' in outcome) {
    const { name, bytes, whole } = outcome.stored;
    return { end: 'succeeded', resultBlob: name, bytes, ...(whole !== undefined && { wholeBlob: whole }) };
  }
  // UTF-8 takes at most three bytes for a UTF-16 unit, so a short text need not be measured.
  const text = JSON.stringify(outcome.value);
  if (text.length * 3 <= MAX_INLINE_BYTES || Buffer.byteLength(text) <= MAX_INLINE_BYTES) {
    return { end: 'succeeded', result: outcome.value };
  }
  const stored = yield* operation.step<StoredResult>(STORE_RESULT, { result: outcome.value });
  if (!stored.ok) return failed(stored.error);
  return { end: 'succeeded', resultBlob: stored.value.name, bytes: stored.value.bytes };
}

function failed({ retryable: _, notCalled: __, ...error }: ErrorData, details?: StoredResult): OperationEnd {
  if (!details) return { end: 'failed', error };
  const { name, whole } = details;
  return { end: 'failed', error, detailsBlob: name, ...(whole !== undefined && { wholeBlob: whole }) };
}
