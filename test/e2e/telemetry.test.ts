import { randomUUID } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';
import { startStack, type Stack } from '../support/test-stack.js';
import { DELIVER, WORK } from '../../src/serverless/names.js';
import { Client } from '../support/client.js';
import { startCollector, type CollectedMetric, type CollectedSpan, type Collector } from '../support/collector.js';
import { readFile } from '../support/documents.js';
import { eventually } from '../support/eventually.js';
import { listen, type ScriptedServer } from '../support/scripted-server.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

/** Traces and metrics of an app in two processes (docs/telemetry.md). */

const IMAGE = 10022;
/** Failures of the image provider: two calls of three attempts, and an attempt of a third call. */
const FAILURES = 7;
const CALLER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const CLIENT = 3;
/** Of a request to a serverless endpoint. */
const QUEUER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };
const SECRET = 'c2VjcmV0LW9mLXRoZS13ZWJob29r';

let collector: Collector;
let provider: ScriptedServer;
let worker: ScriptedServer;
let receiver: WebhookReceiver;
let stack: Stack;
let app: Client;
const lines: string[] = [];
const providerCalls: IncomingHttpHeaders[] = [];
const workerCalls: IncomingHttpHeaders[] = [];

beforeAll(async () => {
  collector = await startCollector();
  receiver = await startWebhookReceiver();
  worker = await listen((request, response) => {
    workerCalls.push(request.headers);
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  provider = await listen((request, response) => {
    providerCalls.push(request.headers);
    if (providerCalls.length <= FAILURES) return void response.writeHead(503).end();
    const serve = async () => {
      const image = await fetch(`${stack.imageProvider.url}${request.url}`);
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(Buffer.from(await image.arrayBuffer()));
    };
    serve().catch((thrown: unknown) => response.destroy(thrown as Error));
  });
  stack = await startStack({
    services: ['imageProvider', 'plateReader'],
    processes: 2,
    onLine: (_part, line) => void lines.push(line),
    env: {
      IMAGE_PROVIDER_URL: provider.url,
      DURABLE_RETRY_FIRST_WAIT_MS: '10',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'plates-of-the-test',
    },
  });
  app = new Client(stack.url);
});
afterAll(async () => {
  await stack.stop();
  await Promise.all([collector.close(), provider.close(), worker.close(), receiver.close()]);
});

/** The rows of the table of metrics in docs/telemetry.md: name, instrument, unit, and attributes. */
function documentedMetrics(): { name: string; instrument: string; unit: string; attributes: string[] }[] {
  const section = readFile('docs/telemetry.md').split('\n## Metrics\n')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([\w.]+)` \| (\w+) \| `([^`]+)` \| ([^|]+) \|/gm)].map(
    ([, name = '', instrument = '', unit = '', attributes = '']) => ({
      ...{ name, instrument, unit },
      attributes: [...attributes.matchAll(/`([^`]+)`/g)].map(([, attribute = '']) => attribute),
    }),
  );
}

test('an operation is one trace from its caller to the provider, and is exported when the app stops', async () => {
  const id = randomUUID();
  const started = await app.post(
    '/plates/recognize',
    { imageId: IMAGE },
    {
      'Operation-Id': id,
      'Webhook-Url': `${receiver.url}/hook?requestID=${id}&token=${SECRET}`,
      traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01`,
    },
  );
  expect(started.status).toBe(202);
  expect(await app.until(id, ({ status }) => status === 'Succeeded')).toMatchObject({ status: 'Succeeded' });
  const webhook = await receiver.taken(id);
  const failing = await app.post('/plates/recognize', { imageId: IMAGE, minConfidence: 'x' });
  expect(failing.status).toBe(400);
  const created = await app.post('/endpoints', { id: 'gpu', worker: { url: `${worker.url}/run` } });
  expect(created.status).toBe(201);
  expect((await app.get('/endpoints/gpu/stats')).status).toBe(200);
  const { key } = created.body as unknown as { key: string };
  const queued = await app.post(
    '/v1/gpu/async',
    { input: { n: 1 }, webhook: `${receiver.url}/hook?token=${SECRET}` },
    { Authorization: `Bearer ${key}`, traceparent: `00-${QUEUER.traceId}-${QUEUER.spanId}-01` },
  );
  expect(queued.status).toBe(200);
  const result = await receiver.taken(queued.body.id);
  const endLine = await eventually(
    () => Promise.resolve(lines.find((line) => line.includes(`Operation ${id} (`))),
    'the line of the end',
  );

  await stack.stop();

  expect(endLine).toContain(`[trace ${CALLER.traceId}]`);
  expect([...collector.services]).toEqual(['plates-of-the-test']);
  checkTrace(collector.spans, id, webhook.headers);
  // No trace of its own for a call that is neither a start nor an activity, such as a poll.
  expect(collector.spans.filter(({ kind, parentSpanId }) => kind === CLIENT && parentSpanId === undefined)).toEqual([]);
  checkQueuedRequest(collector.spans, result.headers);
  checkMetrics(collector.metrics);
  expect(collector.texts.join('\n')).not.toContain(SECRET);
});

function checkTrace(all: CollectedSpan[], id: string, webhookHeaders: IncomingHttpHeaders): void {
  const begun = ({ startTimeUnixNano }: CollectedSpan) => Number(BigInt(startTimeUnixNano) / 1_000n);
  const spans = all.filter(({ traceId }) => traceId === CALLER.traceId).sort((a, b) => begun(a) - begun(b));
  const named = (name: string) => spans.filter((span) => span.name === name);
  const one = (name: string): CollectedSpan => {
    const [span, ...others] = named(name);
    expect([name, others]).toEqual([name, []]);
    return span ?? fail(`There is no span ${name}.`);
  };
  const server = one('POST /plates/recognize');
  expect(server).toMatchObject({ parentSpanId: CALLER.spanId, kind: 2 });
  expect(server.attributes).toMatchObject({ 'http.route': '/plates/recognize', 'http.response.status_code': 202 });
  const start = one('start plates.recognize');
  expect(start.parentSpanId).toBe(server.spanId);
  const operation = one('plates.recognize');
  expect(operation.parentSpanId).toBe(start.spanId);
  expect(operation.attributes).toEqual({
    'longhaul.operation.id': id,
    'longhaul.operation.kind': 'plates.recognize',
    'longhaul.operation.status': 'Succeeded',
  });

  const attempts = spans.filter(({ attributes }) => attributes['longhaul.activity.name'] === 'plates_recognizeImage');
  expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual(attempts.map(() => operation.spanId));
  expect(attempts.map(({ attributes }) => attributes['error.type'] !== undefined)).toEqual([true, true, false]);
  const calls = named('GET').filter(({ attributes }) => attributes['url.full'] === `${provider.url}/images/${IMAGE}`);
  expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual(attempts.map(({ spanId }) => spanId));
  expect(calls.map(({ events }) => events.map(({ name }) => name))).toEqual([
    ['retry', 'retry'],
    ['retry', 'retry'],
    ['retry'],
  ]);
  // All attempts of a call show the provider the span of the call.
  const seen = providerCalls.map(({ traceparent }) => traceparent);
  const expected = [0, 0, 0, 1, 1, 1, 2, 2].map((call) => `00-${CALLER.traceId}-${calls[call]?.spanId}-01`);
  expect(seen).toEqual(expected);
  expect(webhookHeaders.traceparent).toMatch(new RegExp(`^00-${CALLER.traceId}-[\\da-f]{16}-01$`));
}

/** From the call that puts a request into a queue to its worker and its webhook. */
function checkQueuedRequest(all: CollectedSpan[], webhookHeaders: IncomingHttpHeaders): void {
  const spans = all.filter(({ traceId }) => traceId === QUEUER.traceId);
  const server = spans.find(({ name }) => name === 'POST /v1/{serverlessId}/async');
  expect(server).toMatchObject({ parentSpanId: QUEUER.spanId, kind: 2 });
  const activitiesOf = (name: string) =>
    spans.filter(({ attributes }) => attributes['longhaul.activity.name'] === name).map(({ spanId }) => spanId);
  const calls = spans.filter(({ kind }) => kind === 3);
  const callOf = ({ traceparent }: IncomingHttpHeaders) =>
    calls.find(({ spanId }) => traceparent === `00-${QUEUER.traceId}-${spanId}-01`);
  for (const [headers, activity] of [
    [workerCalls[0] ?? {}, WORK],
    [webhookHeaders, DELIVER],
  ] as const)
    expect([activity, activitiesOf(activity)]).toEqual([
      activity,
      expect.arrayContaining([callOf(headers)?.parentSpanId]),
    ]);
  const activities = spans.filter(({ attributes }) => attributes['longhaul.activity.name'] !== undefined);
  expect(activities.map(({ parentSpanId }) => parentSpanId)).toEqual(activities.map(() => server?.spanId));
  expect(workerCalls).toHaveLength(1);
}

function checkMetrics(collected: CollectedMetric[]): void {
  const documented = documentedMetrics();
  const names = [...new Set(collected.map(({ name }) => name))];
  expect(names.sort()).toEqual(documented.map(({ name }) => name).sort());
  for (const { name, instrument, unit, attributes } of documented) {
    const own = collected.filter((metric) => metric.name === name);
    expect(own.map((metric) => [name, metric.instrument, metric.unit])).toEqual(
      own.map(() => [name, instrument, unit]),
    );
    const known = new Set(own.flatMap(({ points }) => points.flatMap((point) => Object.keys(point.attributes))));
    expect([name, [...known].filter((attribute) => !attributes.includes(attribute))]).toEqual([name, []]);
  }
  /** The sum of the points with the attributes, over the processes. */
  const valueOf = (name: string, wanted: Record<string, string | number>) =>
    collected
      .filter((metric) => metric.name === name)
      .flatMap(({ points }) => points)
      .filter(({ attributes }) => Object.entries(wanted).every(([key, value]) => attributes[key] === value))
      .reduce((sum, { value }) => sum + value, 0);
  const kind = { 'longhaul.operation.kind': 'plates.recognize' };
  const ended = { ...kind, 'longhaul.operation.status': 'Succeeded' };
  expect(valueOf('longhaul.operation.started', kind)).toBe(1);
  expect(valueOf('longhaul.operation.finished', ended)).toBe(1);
  expect(valueOf('longhaul.operation.duration', ended)).toBe(1);
  expect(valueOf('longhaul.operation.retries', kind)).toBe(2);
  expect(valueOf('longhaul.activity.active', {})).toBe(0);
  const provided = { 'longhaul.upstream.name': 'imageProvider' };
  expect(valueOf('http.client.request.duration', { ...provided, 'http.response.status_code': 503 })).toBe(FAILURES);
  expect(valueOf('http.client.request.duration', { ...provided, 'http.response.status_code': 200 })).toBe(1);
  expect(valueOf('longhaul.upstream.state', { ...provided, 'longhaul.upstream.state': 'paused' })).toBe(0);
  expect(valueOf('longhaul.upstream.state', { ...provided, 'longhaul.upstream.state': 'ok' })).toBeGreaterThan(0);
  expect(valueOf('longhaul.endpoint.queue.length', { 'longhaul.endpoint.id': 'gpu' })).toBe(0);
  expect(valueOf('longhaul.webhook.attempts', { 'longhaul.webhook.outcome': 'delivered' })).toBe(2);
}

function fail(message: string): never {
  throw new Error(message);
}
