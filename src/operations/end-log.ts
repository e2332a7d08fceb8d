import { type InvocationContext } from '@azure/functions';
import { telemetry } from '../platform/telemetry/index.js';
import { type Envelope, type OperationEnd, type OperationStatus } from './schemas.js';

/** How an operation ended. */
export interface EndedOperation {
  id: string;
  kind: string;
  status: OperationStatus;
  /** From the request that started it, by the clocks of two processes. */
  durationMs: number;
  /** The error's code, when it failed. */
  code?: string;
}

/**
 * Logs the end of an operation, the one line that each has in the log (docs/deploy.md). The orchestrator calls it in
 * its last turn; a crash before that turn is stored repeats the turn and the line.
 */
export function logEnd(log: Pick<InvocationContext, 'info'>, ended: EndedOperation): void {
  const { id, kind, status, durationMs, code } = ended;
  log.info(`Operation ${id} (${kind}): ${status}${code ? ` with ${code}` : ''} after ${Math.max(0, durationMs)} ms`);
}

/** Exports the end of an operation, when `logEnd` logs it: its span and its metrics (docs/telemetry.md). */
export function recordEnd(ended: EndedOperation, { trace, createdAt }: Envelope, endedAt: number): void {
  const { id, kind, status, durationMs, code } = ended;
  const attributes = {
    'longhaul.operation.kind': kind,
    'longhaul.operation.status': status,
    'error.type': code,
  };
  telemetry().record('operationsFinished', 1, attributes);
  telemetry().record('operationDuration', Math.max(0, durationMs) / 1_000, attributes);
  if (!trace) return; // it was started without telemetry
  telemetry().operationEnded({
    name: kind,
    trace,
    startedAt: Date.parse(createdAt),
    endedAt,
    attributes: { 'longhaul.operation.id': id, ...attributes },
  });
}

/** The status that the monitor shows for what an orchestrator returned. */
export function statusOfEnd({ end }: Pick<OperationEnd, 'end'>): OperationStatus {
  return { succeeded: 'Succeeded', failed: 'Failed', canceled: 'Canceled' }[end] as OperationStatus;
}
