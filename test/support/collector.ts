import { listen, textOf, type ScriptedServer } from './scripted-server.js';

interface Value {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
}

interface KeyValue {
  key: string;
  value: Value;
}

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  events: { name: string; attributes: KeyValue[] }[];
  status: { code?: number };
}

interface OtlpPoint {
  attributes: KeyValue[];
  asInt?: number | string;
  asDouble?: number;
  count?: number | string;
}

interface OtlpMetric {
  name: string;
  unit: string;
  description: string;
  sum?: { isMonotonic?: boolean; dataPoints: OtlpPoint[] };
  gauge?: { dataPoints: OtlpPoint[] };
  histogram?: { dataPoints: OtlpPoint[] };
}

type Attributes = Record<string, string | number | undefined>;

/** A span as a test reads it. */
export interface CollectedSpan extends Omit<OtlpSpan, 'attributes' | 'events'> {
  attributes: Attributes;
  events: { name: string; attributes: Attributes }[];
}

export interface CollectedMetric {
  name: string;
  unit: string;
  instrument: string;
  /** `value` of a histogram: the number of values. */
  points: { attributes: Attributes; value: number }[];
}

/** A stand-in for an OpenTelemetry collector: takes OTLP as JSON over HTTP. */
export interface Collector extends ScriptedServer {
  spans: CollectedSpan[];
  /** All exports of metrics, the latest of a process last. */
  metrics: CollectedMetric[];
  /** Everything that came, as text. */
  texts: string[];
  services: Set<unknown>;
}

export async function startCollector(): Promise<Collector> {
  const server = await listen((request, response) => {
    textOf(request)
      .then((text) => {
        take(collector, request.url ?? '', text);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      })
      .catch((thrown: unknown) => response.destroy(thrown as Error));
  });
  const collector: Collector = { ...server, spans: [], metrics: [], texts: [], services: new Set() };
  return collector;
}

function take(collector: Collector, path: string, text: string): void {
  collector.texts.push(text);
  const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(text) as {
    resourceSpans?: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: OtlpSpan[] }[] }[];
    resourceMetrics?: { resource: { attributes: KeyValue[] }; scopeMetrics: { metrics: OtlpMetric[] }[] }[];
  };
  if (path !== '/v1/traces' && path !== '/v1/metrics') throw new Error(`Unexpected path ${path}`);
  for (const { resource } of [...resourceSpans, ...resourceMetrics])
    collector.services.add(attributesOf(resource.attributes)['service.name']);
  for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)))
    collector.spans.push({
      ...span,
      attributes: attributesOf(span.attributes),
      events: span.events.map(({ name, attributes }) => ({ name, attributes: attributesOf(attributes) })),
    });
  for (const metric of resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)))
    collector.metrics.push(metricOf(metric));
}

function attributesOf(attributes: KeyValue[]): Attributes {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? (value.intValue === undefined ? value.doubleValue : Number(value.intValue)),
    ]),
  );
}

function metricOf({ name, unit, sum, gauge, histogram }: OtlpMetric): CollectedMetric {
  const instrument = histogram ? 'histogram' : gauge ? 'gauge' : sum?.isMonotonic ? 'counter' : 'upDownCounter';
  const points = (histogram ?? gauge ?? sum)?.dataPoints ?? [];
  return {
    ...{ name, unit, instrument },
    points: points.map(({ attributes, asInt, asDouble, count }) => ({
      attributes: attributesOf(attributes),
      value: Number(asInt ?? asDouble ?? count),
    })),
  };
}
