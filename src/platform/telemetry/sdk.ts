import { randomBytes, randomUUID } from 'node:crypto';
import type * as Functions from '@azure/functions';
import { AzureFunctionsInstrumentationESM } from '@azure/functions-opentelemetry-instrumentation';
import {
  context,
  diag,
  DiagConsoleLogger,
  DiagLogLevel,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes as OtelAttributes,
  type Context,
  type Span as OtelSpan,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor, type IdGenerator } from '@opentelemetry/sdk-trace-base';
import { atMost } from '../at-most.js';
import { type Attributes, type Span, type Telemetry } from './index.js';
import { METRICS, type Metric, type MetricId } from './metrics.js';
import { newSpanId, parseTraceParent, toTraceParent } from './trace-parent.js';

const NAME = 'longhaul';
/** Longest time that the end of the process waits for the last export, ms. */
const FLUSH_MS = 5_000;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

interface TelemetryOptions {
  exportIntervalMs: number;
  version: string;
  /** `@azure/functions`: in a package it is in another file than this. */
  functions: typeof Functions;
}

/** Exports to the URL of `OTEL_EXPORTER_OTLP_ENDPOINT`, which the exporters read, as they read their other settings. */
export function createTelemetry({ exportIntervalMs, version, functions }: TelemetryOptions): Telemetry {
  diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.ERROR); // an export that fails is told on the console
  const resource = defaultResource()
    .merge(
      resourceFromAttributes({
        'service.name': NAME,
        'service.version': version,
        'service.instance.id': randomUUID(), // metrics of several processes are told apart by it
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
  const ids = new SpanIds();
  const tracers = new BasicTracerProvider({
    resource,
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: exportIntervalMs,
    exportTimeoutMillis: Math.min(exportIntervalMs, FLUSH_MS),
  });
  const meters = new MeterProvider({ resource, readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(tracers);
  joinRuntime(functions, () => Promise.all([tracers.shutdown(), meters.shutdown()]));
  return telemetryOf(tracers, meters, ids, version);
}

/** Joins the traces of the Functions runtime, gives log lines the trace id, and exports what is left at the end. */
function joinRuntime(functions: typeof Functions, shutdown: () => Promise<unknown>): void {
  const { app } = functions;
  // Its other class takes part in what is required later, which in a package is nothing.
  new AzureFunctionsInstrumentationESM({ enabled: false }).registerAzFunc(functions);
  // The instrumentation says that the app exports its log itself. It does not; so the host goes on to do it.
  app.setup({ capabilities: { WorkerOpenTelemetryEnabled: false } });
  app.hook.log((line) => {
    const { traceId } = trace.getActiveSpan()?.spanContext() ?? {};
    if (line.category === 'user' && traceId !== undefined) line.message += ` [trace ${traceId}]`;
  });
  app.hook.appTerminate(() =>
    atMost(
      FLUSH_MS,
      shutdown().then(
        () => undefined,
        (thrown: unknown) => diag.error('The last export failed', thrown),
      ),
    ),
  );
}

/** Random ids, and those that were chosen at the start of an operation. */
class SpanIds implements IdGenerator {
  #next: string | undefined;

  generateTraceId = () => randomBytes(16).toString('hex');
  generateSpanId = () => this.#next ?? newSpanId();

  /** Runs `start`, whose span gets the id. */
  with<T>(id: string | undefined, start: () => T): T {
    this.#next = id;
    try {
      return start();
    } finally {
      this.#next = undefined;
    }
  }
}

function telemetryOf(tracers: BasicTracerProvider, meters: MeterProvider, ids: SpanIds, version: string): Telemetry {
  const tracer = tracers.getTracer(NAME, version);
  const instruments = createInstruments(meters, version);
  return {
    isOn: true,
    startSpan: ({ name, kind, parent, attributes }) => {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: known(attributes) }, contextOf(parent));
      return new ExportedSpan(span);
    },
    within: (traceParent, work) => (traceParent === undefined ? work() : context.with(contextOf(traceParent), work)),
    current: () => {
      const active = trace.getActiveSpan();
      return active && traceParentOf(active);
    },
    operationEnded: ({ name, trace: { start, own }, startedAt, endedAt, attributes }) => {
      const span = ids.with(parseTraceParent(own)?.spanId, () =>
        tracer.startSpan(name, { startTime: startedAt, attributes: known(attributes) }, contextOf(start)),
      );
      setFailed(span, attributes);
      span.end(Math.max(startedAt, endedAt)); // the clocks of two processes
    },
    record: (metric, value, attributes) => instruments.record(metric, value, known(attributes)),
    observe: (metric, read) =>
      instruments.observe(metric, function* () {
        for (const { value, attributes } of read()) yield { value, attributes: known(attributes) };
      }),
  };
}

/** Without a valid `traceparent` the current one. */
function contextOf(traceParent: string | undefined): Context {
  const parent = parseTraceParent(traceParent);
  if (!parent) return context.active();
  const { traceId, spanId, flags } = parent;
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: flags, isRemote: true });
}

function traceParentOf(span: OtelSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return toTraceParent({ traceId, spanId, flags: traceFlags });
}

/** Without those that have no value. */
function known(attributes: Attributes = {}): OtelAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

function setFailed(span: OtelSpan, attributes: Attributes = {}): void {
  if (attributes['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
}

class ExportedSpan implements Span {
  readonly traceParent: string;
  readonly #span: OtelSpan;
  #hasEnded = false;

  constructor(span: OtelSpan) {
    this.#span = span;
    this.traceParent = traceParentOf(span);
  }

  event(name: string, attributes?: Attributes): void {
    this.#span.addEvent(name, known(attributes));
  }

  end(attributes?: Attributes): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#span.setAttributes(known(attributes));
    setFailed(this.#span, attributes);
    this.#span.end();
  }
}

function createInstruments(meters: MeterProvider, version: string) {
  const meter = meters.getMeter(NAME, version);
  const recorders = new Map<string, (value: number, attributes: OtelAttributes) => void>();
  const recorderOf = ({ name, instrument, unit, description, buckets }: Metric) => {
    const options = { unit, description, ...(buckets && { advice: { explicitBucketBoundaries: buckets } }) };
    if (instrument === 'histogram') {
      const histogram = meter.createHistogram(name, options);
      return (value: number, attributes: OtelAttributes) => histogram.record(value, attributes);
    }
    const counter =
      instrument === 'counter' ? meter.createCounter(name, options) : meter.createUpDownCounter(name, options);
    return (value: number, attributes: OtelAttributes) => counter.add(value, attributes);
  };
  return {
    record: (id: MetricId, value: number, attributes: OtelAttributes) => {
      const recorder = recorders.get(id) ?? recorderOf(METRICS[id]);
      recorders.set(id, recorder);
      recorder(value, attributes);
    },
    observe: (id: MetricId, read: () => Iterable<{ value: number; attributes: OtelAttributes }>) => {
      const { name, unit, description } = METRICS[id];
      meter.createObservableGauge(name, { unit, description }).addCallback((result) => {
        for (const { value, attributes } of read()) result.observe(value, attributes);
      });
    },
  };
}
