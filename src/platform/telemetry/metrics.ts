/** An instrument of OpenTelemetry; `gauge` is read when metrics are exported. */
export interface Metric {
  name: string;
  instrument: 'counter' | 'upDownCounter' | 'histogram' | 'gauge';
  /** In UCUM, as the semantic conventions ask for (https://opentelemetry.io/docs/specs/semconv/general/metrics/). */
  unit: string;
  description: string;
  /** Bounds of the buckets of a histogram. */
  buckets?: number[];
}

/** Seconds; operations take from a tenth of a second to a day. */
const OPERATION_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];
/** Of the semantic conventions for HTTP metrics. */
const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** All metrics of the app; docs/telemetry.md lists them with their attributes. */
export const METRICS = {
  operationsStarted: {
    name: 'longhaul.operation.started',
    instrument: 'counter',
    unit: '{operation}',
    description: 'Operations that were started.',
  },
  operationsFinished: {
    name: 'longhaul.operation.finished',
    instrument: 'counter',
    unit: '{operation}',
    description: 'Operations that have ended.',
  },
  operationDuration: {
    name: 'longhaul.operation.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Time from the request that started an operation to its end.',
    buckets: OPERATION_SECONDS,
  },
  operationRetries: {
    name: 'longhaul.operation.retries',
    instrument: 'counter',
    unit: '{retry}',
    description: 'Durable waits of operations before another attempt at a step.',
  },
  activeActivities: {
    name: 'longhaul.activity.active',
    instrument: 'upDownCounter',
    unit: '{activity}',
    description: 'Activities that run in the process.',
  },
  upstreamDuration: {
    name: 'http.client.request.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of requests to outside services.',
    buckets: HTTP_SECONDS,
  },
  upstreamState: {
    name: 'longhaul.upstream.state',
    instrument: 'gauge',
    unit: '1',
    description: '1 for the state that an outside service has for the process, 0 for the others.',
  },
  queueLength: {
    name: 'longhaul.endpoint.queue.length',
    instrument: 'gauge',
    unit: '{request}',
    description: 'Requests that wait for a worker of a serverless endpoint.',
  },
  webhookAttempts: {
    name: 'longhaul.webhook.attempts',
    instrument: 'counter',
    unit: '{attempt}',
    description: 'Attempts at webhooks.',
  },
} as const satisfies Record<string, Metric>;

export type MetricId = keyof typeof METRICS;
/** Metrics that are recorded when something happens. */
export type RecordedMetric = Exclude<MetricId, ObservedMetric>;
/** Metrics that are read when they are exported. */
export type ObservedMetric = 'upstreamState' | 'queueLength';
