import { randomBytes } from 'node:crypto';
import { type OperationTrace } from './index.js';

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

/** The trace of a new operation whose start has the given `traceparent`. Without telemetry there is none. */
export function traceOfOperation(start: string | undefined): OperationTrace | undefined {
  const parent = parseTraceParent(start);
  return parent && { start: toTraceParent(parent), own: toTraceParent({ ...parent, spanId: newSpanId() }) };
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
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
