import { createHash } from 'node:crypto';

/** A `traceparent` of version 00 (https://www.w3.org/TR/trace-context/); ids of zeros are not valid. */
const FORM = /^00-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;

export interface TraceParent {
  traceId: string;
  spanId: string;
  flags: number;
}

/** Undefined for a text that is no valid `traceparent`. */
export function parseTraceParent(text: string | null | undefined): TraceParent | undefined {
  const [, traceId, spanId, flags] = FORM.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

export function toTraceParent({ traceId, spanId, flags }: TraceParent): string {
  return `00-${traceId}-${spanId}-${flags.toString(16).padStart(2, '0')}`;
}

/**
 * The id of the span of an operation. It follows from the operation's id, so that activities name their parent before
 * that span is exported, and a repeated last turn exports the same span (docs/telemetry.md).
 */
export function spanIdOf(operationId: string, traceId: string): string {
  return createHash('sha256').update(`${traceId} ${operationId}`).digest('hex').slice(0, 16);
}

/** The `traceparent` for what an operation does, from that of its start. */
export function inOperation(start: string | undefined, operationId: string): string | undefined {
  const parent = parseTraceParent(start);
  return parent && toTraceParent({ ...parent, spanId: spanIdOf(operationId, parent.traceId) });
}

/**
 * What a request continues: the span that the host has made of it, when that belongs to the caller's trace or the caller
 * has none; otherwise the caller's span.
 */
export function callerOf(header: string | null | undefined, ofInvocation: string | undefined): string | undefined {
  const [caller, invocation] = [parseTraceParent(header), parseTraceParent(ofInvocation)];
  const parent = caller && invocation?.traceId !== caller.traceId ? caller : invocation;
  return parent && toTraceParent(parent);
}
