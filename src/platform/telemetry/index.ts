import { type ObservedMetric, type RecordedMetric } from './metrics.js';

/** Values of attributes. They never hold what a schema marks as sensitive, bodies, or the query of a URL. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

export interface SpanStart {
  name: string;
  kind: 'server' | 'client' | 'internal';
  /** `traceparent` of the parent. @default the current span */
  parent?: string;
  attributes?: Attributes;
}

export interface Span {
  /** Its own `traceparent`, for what it calls; without telemetry that of the parent. */
  readonly traceParent: string | undefined;
  event(name: string, attributes?: Attributes): void;
  /** Ends it, once; the attribute `error.type` says that it failed. */
  end(attributes?: Attributes): void;
}

/** The trace of an operation: `traceparent` of its start, and of its own span. */
export interface OperationTrace {
  start: string;
  own: string;
}

/** The span of an operation that has ended. */
interface OperationSpan {
  name: string;
  trace: OperationTrace;
  /** In ms since the epoch. */
  startedAt: number;
  endedAt: number;
  attributes: Attributes;
}

/** A value of a metric that is read when metrics are exported. */
export interface Observation {
  value: number;
  attributes: Attributes;
}

/** Traces and metrics (docs/telemetry.md). */
export interface Telemetry {
  readonly isOn: boolean;
  startSpan(span: SpanStart): Span;
  /** Runs the work with the span of the `traceparent` as the current one, so that its log lines carry the trace id. */
  within<T>(traceParent: string | undefined, work: () => T): T;
  /** `traceparent` of the current span. */
  current(): string | undefined;
  /** Exports the span of an operation, which has the id that was chosen at its start. */
  operationEnded(operation: OperationSpan): void;
  record(metric: RecordedMetric, value: number, attributes: Attributes): void;
  /** @param read is called when metrics are exported */
  observe(metric: ObservedMetric, read: () => Iterable<Observation>): void;
}

const OFF: Telemetry = {
  isOn: false,
  startSpan: ({ parent }) => ({ traceParent: parent, event: () => undefined, end: () => undefined }),
  within: (_traceParent, work) => work(),
  current: () => undefined,
  operationEnded: () => undefined,
  record: () => undefined,
  observe: () => undefined,
};

let active = OFF;

/** The telemetry of the process; without the setting it does nothing. */
export function telemetry(): Telemetry {
  return active;
}

/** For the start of the process (start.ts). */
export function useTelemetry(started: Telemetry): void {
  active = started;
}
