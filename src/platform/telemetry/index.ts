import type * as Sdk from './sdk.js';
import { type ObservedMetric, type RecordedMetric } from './metrics.js';

/** Values of attributes. They never hold what a schema marks as sensitive, texts of clients, or the query of a URL. */
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

/** An operation that has ended, with the `traceparent` of its start. */
export interface OperationSpan {
  id: string;
  kind: string;
  start: string | undefined;
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
  /** Exports the span of an operation, whose id follows from the operation. */
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

export interface TelemetrySettings {
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  OTEL_METRIC_EXPORT_INTERVAL: number;
}

/** Begins to export, if the setting names where to. Only then the libraries are loaded. A second call changes nothing. */
export function startTelemetry(settings: TelemetrySettings, version: string): void {
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined || active.isOn) return;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- spans of the first requests cannot wait for import()
  const { createTelemetry } = require('./sdk.js') as typeof Sdk;
  active = createTelemetry({ exportIntervalMs: settings.OTEL_METRIC_EXPORT_INTERVAL, version });
}

/**
 * Runs work in a span, which is the current one meanwhile.
 * @param attributesOf what is known of the result
 */
export async function inSpan<T>(
  start: SpanStart,
  work: (span: Span) => Promise<T>,
  attributesOf: (result: T) => Attributes = () => ({}),
): Promise<T> {
  const span = telemetry().startSpan(start);
  try {
    const result = await telemetry().within(span.traceParent, () => work(span));
    span.end(attributesOf(result));
    return result;
  } catch (thrown) {
    span.end({ 'error.type': nameOf(thrown) });
    throw thrown;
  }
}

/** The code of an error, such as `ImageNotFound` or `ECONNRESET`, else its class; its message may have secrets. */
export function nameOf(thrown: unknown): string {
  const { code, data, name } = (thrown ?? {}) as { code?: unknown; data?: { code?: unknown }; name?: unknown };
  return [data?.code, code, name].find((text): text is string => typeof text === 'string' && text !== '') ?? '_OTHER';
}
