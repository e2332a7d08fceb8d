import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret } from '../../src/platform/webhook-secret.js';
import { Client, setFault, type Body } from '../support/client.js';
import { DurableApi } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { startServerlessApp, type ServerlessApp } from '../support/serverless-app.js';
import { type ReceiverScript } from '../support/webhook-receiver.js';

const secrets = [newWebhookSecret(), newWebhookSecret()];
const SLOW = { mode: 'slow', delayMs: 600_000 };

let services: ServerlessApp;
let app: Client;
beforeAll(async () => {
  const env = {
    WEBHOOK_SECRETS: secrets.join(', '),
    SERVERLESS_WEBHOOK_SPAN_MS: '100',
    IMAGE_PROVIDER_TIMEOUT_MS: '120000',
  };
  services = await startServerlessApp({ services: ['imageProvider', 'plateReader', 'bankMapMl'], faults: true, env });
  app = new Client(services.stack.url);
});
afterAll(() => services.stop());

interface Deliveries {
  state: string;
  value: { attempt: number; statusCode?: number; error?: string }[];
}

/** A URL of the receiver, which finds what arrives there by `name`. */
function hook(name: string, script: ReceiverScript = {}): string {
  return `${services.receiver.webhook(script)}&requestID=${name}`;
}

const start = (url: string) => app.post('/plates/recognize', { imageId: 9965 }, { 'Webhook-Url': url });
const deliveriesAt = async (path: string) => (await app.get(path)).body as unknown as Deliveries;

function settled(path: string): Promise<Deliveries> {
  return eventually(async () => {
    const deliveries = await deliveriesAt(path);
    return deliveries.state === 'pending' ? undefined : deliveries;
  }, 'the end of the delivery');
}

test('the end of an operation is posted with its monitor, again after a failure, and again when asked', async () => {
  const name = randomUUID();
  const { body: started } = await start(hook(name, { status: 503, times: 1 }));
  const monitor = await app.finished(started.id);
  const path = `/status/${started.id}/deliveries`;
  const { value, state } = await settled(path);
  expect([value.map(({ attempt, statusCode }) => [attempt, statusCode]), state]).toEqual([
    [
      [1, 503],
      [2, 200],
    ],
    'delivered',
  ]);
  expect((await app.post(`${path}:redeliver`)).status).toBe(202);
  await eventually(async () => ((await settled(path)).value.length === 3 ? true : undefined), 'the redelivery');

  const sent = services.receiver.of(name);
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const current = (await app.get(`/status/${started.id}`)).body;
  expect(current).toEqual(monitor);
  for (const { headers, body } of sent) {
    for (const secret of secrets) {
      const event = new Webhook(secret).verify(body, headers as Record<string, string>);
      expect(event).toEqual({ type: 'operation.succeeded', timestamp: monitor.lastUpdatedDateTime, data: current });
    }
  }

  expect((await app.send('DELETE', `/status/${started.id}`)).status).toBe(204);
  expect((await app.get(path)).status).toBe(404);
});

test.each([
  ['/plates/recognize', 'application/json', '{"imageId":9965}'],
  ['/plates/recognize-batch', 'application/json', '{"imageIds":[9965]}'],
  ['/api/map', 'application/zip', 'a zip'],
])('a start at %s with a URL that may not be called is refused', async (path, type, body) => {
  const headers = { 'Content-Type': type, 'Webhook-Url': 'ftp://a.test/?token=SECRET', RecognitionForId: 'YQ==' };
  const answer = await app.send('POST', path, { headers, body });
  expect([answer.status, answer.headers.get('x-ms-error-code')]).toEqual([400, 'WebhookRefused']);
  expect(answer.text).toContain('Webhook-Url: The webhook must be http or https.');
  expect(answer.text).not.toContain('SECRET');
  if (path !== '/api/map') expect(answer.body.error?.target).toBe('Webhook-Url');
});

test('an operation that a timer finds terminated has its event; before its end there is none to send again', async () => {
  const name = randomUUID();
  await setFault(services.stack.imageProvider.url, SLOW);
  const { body: started } = await start(hook(name));
  await app.until(started.id, ({ status }) => status === 'Running');
  const path = `/status/${started.id}/deliveries`;
  expect(await deliveriesAt(path)).toEqual({ value: [], state: 'pending' });
  expect(await app.post(`${path}:redeliver`)).toMatchObject({
    status: 409,
    body: { error: { code: 'OperationNotFinished' } },
  });
  await new DurableApi(services.stack.url).send('POST', `instances/${started.id}/terminate?reason=test`);
  await app.until(started.id, ({ status }) => status === 'Canceled');
  await setFault(services.stack.imageProvider.url);
  const timer = `${services.stack.url}/admin/functions/operations_tend_webhooks`;
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"input":""}' };
  expect((await fetch(timer, init)).status).toBe(202);
  const { body } = await services.receiver.taken(name);
  expect(JSON.parse(body)).toMatchObject({ type: 'operation.canceled', data: { id: started.id, status: 'Canceled' } });
});

test('an operation without a webhook has no deliveries', async () => {
  const { id } = await app.finished(await app.post('/plates/recognize', { imageId: 9965 }));
  for (const answer of [
    await app.get(`/status/${id}/deliveries`),
    await app.post(`/status/${id}/deliveries:redeliver`),
  ])
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'OperationHasNoWebhook' } } });
});

test('the deliveries of a request of an endpoint are shown, and sent again', async () => {
  const client = await services.endpoint('hooks');
  const { id } = await client.queue({ n: 1 }, { webhook: services.receiver.webhook({ status: 500, times: 6 }) });
  const path = `/v1/hooks/requests/${id}/deliveries`;
  expect(await settled(path)).toMatchObject({ state: 'givenUp', value: Array(6).fill({ statusCode: 500 }) });
  await client.until(id, ({ message }) => message.includes('webhook given up after 6 attempts'));
  expect((await app.post(`${path}:redeliver`)).status).toBe(202);
  await client.until(id, ({ message }) => message === 'webhook delivered after 7 attempts');
  expect(await deliveriesAt(path)).toMatchObject({ state: 'delivered', value: { length: 7 } });
  expect(services.receiver.of(id)).toHaveLength(7);
  for (const [at, code] of [
    [`/v1/hooks/requests/${randomUUID()}/deliveries`, 'RequestNotFound'],
    [`/v1/other/requests/${id}/deliveries`, 'RequestNotFound'],
  ] as const) {
    const answer = await app.get(at);
    expect([answer.status, answer.headers.get('x-ms-error-code')]).toEqual([404, code]);
    expect(Object.keys(answer.body as Body | object)).toEqual(['error']);
  }
});
