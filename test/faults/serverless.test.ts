import { eventually } from '../support/eventually.js';
import { startServerlessApp, type ServerlessApp } from '../support/serverless-app.js';
import { startServerlessWorker } from '../support/serverless-worker.js';
import { startWebhookReceiver } from '../support/webhook-receiver.js';

/** Makes the six attempts at a webhook within seconds. */
const env = { SERVERLESS_WEBHOOK_SPAN_MS: '3000' };
const ATTEMPTS = 6;

let app: ServerlessApp;
beforeAll(async () => {
  app = await startServerlessApp({ env });
});
afterAll(() => app.stop());

const webhookOf = async (id: string) => {
  const { statusCode, body } = await app.receiver.taken(id);
  return [statusCode, body];
};

test('a worker that is away fails its requests one after another, and gets the next when it is back', async () => {
  const worker = await startServerlessWorker();
  const client = await app.endpoint('away', { worker: { url: worker.url } });
  await worker.close();
  const { id } = await client.queue({});
  const message = `failed to handle message ${id}: the worker cannot be reached, or hung up`;
  expect(await client.ended(id)).toMatchObject({ statusCode: 500, status: 'failed', message });
  expect(await webhookOf(id)).toEqual([500, JSON.stringify({ error: message })]);
  const back = await startServerlessWorker(Number(new URL(worker.url).port));
  try {
    expect(await client.ended((await client.queue({})).id)).toMatchObject({ status: 'succeed' });
  } finally {
    await back.close();
  }
});

test('storage that hangs loses no request, and every client gets an answer', async () => {
  const client = await app.endpoint('hangs');
  const running = await client.queue({ hold: 'a while' });
  await app.worker.called(running.id);
  const queued = await client.queue({});
  const storage = app.stack.pid('storage') ?? 0;
  process.kill(storage, 'SIGSTOP');
  try {
    // The app caches the endpoint for a moment.
    const refused = await eventually(async () => {
      const answer = await client.send('POST', 'async', JSON.stringify({ input: {}, webhook: app.receiver.webhook() }));
      return answer.status === 200 ? undefined : answer;
    });
    expect([refused.status, refused.json]).toEqual([500, { error: 'failed to publish message' }]);
    const others = await Promise.all([client.send('GET', 'status'), client.send('DELETE', 'async')]);
    expect(others.map(({ status }) => status)).toEqual([500, 500]);
    expect(others.map(({ json }) => json)).toEqual([
      { error: 'failed to get status' },
      { error: 'failed to cancel message(s)' },
    ]);
    app.worker.release('a while');
  } finally {
    process.kill(storage, 'SIGCONT');
  }
  expect(await webhookOf(running.id)).toEqual([200, '{"hold":"a while"}']);
  expect(await webhookOf(queued.id)).toEqual([200, '{}']);
});

test('a synchronous request that waits while storage hangs gets its result afterwards', async () => {
  const client = await app.endpoint('patient');
  const running = await client.queue({ hold: 'before' });
  await app.worker.called(running.id);
  const waiting = client.run({ waited: true });
  await eventually(async () => (await client.count()) === 1 || undefined, 'a request that waits');
  const storage = app.stack.pid('storage') ?? 0;
  process.kill(storage, 'SIGSTOP');
  try {
    // A read of the waiting request has failed by then: it is read every two seconds.
    await eventually(
      async () => (await client.send('GET', 'status')).status === 500 || undefined,
      'a read that failed',
    );
    await eventually(async () => (await client.send('GET', 'status')).status === 500 || undefined, 'another one');
    app.worker.release('before');
  } finally {
    process.kill(storage, 'SIGCONT');
  }
  const { status, json } = await waiting;
  expect([status, json]).toEqual([200, { waited: true }]);
});

test('while storage is away no attempt at a webhook counts, and the webhook is delivered afterwards', async () => {
  const client = await app.endpoint('outage');
  // The receiver holds its answer to the first attempt until storage is away, so that its outcome is not stored.
  const webhook = app.receiver.webhook({ status: 500, delayMs: 8_000, times: 1 });
  const [short, long] = [await client.queue({}, { webhook }), await client.queue({ bytes: 20_000 }, { webhook })];
  for (const { id } of [short, long])
    await eventually(() => Promise.resolve(app.receiver.of(id)[0]), `the first attempt of ${id}`);
  const isFailure = (line: string) => /Function\.serverless_deliver\.User: .*Storage cannot be reached/.test(line);
  const failures = () => app.stack.log('app').filter(isFailure).length;
  const before = failures();
  await app.stack.kill('storage', 'SIGTERM');
  await eventually(
    () => Promise.resolve(failures() >= before + 2 * ATTEMPTS || undefined),
    'more failures than a webhook has attempts',
  );
  for (const { id } of [short, long]) expect(app.receiver.of(id)).toHaveLength(1);
  await app.stack.restart('storage');
  expect(await webhookOf(short.id)).toEqual([200, '{}']);
  expect(await webhookOf(long.id)).toEqual([200, 'x'.repeat(20_000)]);
  for (const { id } of [short, long]) {
    const { message } = await client.until(id, (status) => status.message.includes('delivered'));
    expect(message).toBe('webhook delivered after 1 attempt');
    expect(app.receiver.of(id)).toHaveLength(2);
  }
});

test('a receiver that is away gets its webhook when it is back, although the app was killed meanwhile', async () => {
  const client = await app.endpoint('unheard');
  const away = await startWebhookReceiver();
  await away.close();
  const { id } = await client.queue({}, { webhook: away.webhook() });
  await client.until(id, ({ message }) => message.startsWith('webhook pending after'));
  await app.stack.kill('app', 'SIGKILL');
  const back = await startWebhookReceiver(Number(new URL(away.url).port));
  try {
    await app.stack.restart('app');
    expect(await back.taken(id)).toMatchObject({ statusCode: 200, body: '{}' });
    await client.until(id, ({ message }) => message.startsWith('webhook delivered after'));
  } finally {
    await back.close();
  }
});

test('when an endpoint is deleted, running requests end, queued ones fail, and all webhooks are delivered', async () => {
  const client = await app.endpoint('deleted');
  const running = await client.queue({ hold: 'the end' });
  await app.worker.called(running.id);
  const queued = [await client.queue({}), await client.queue({})];
  await app.endpoints.delete('deleted');
  await eventually(async () => ((await client.send('GET', 'status')).status === 401 ? true : undefined));
  app.worker.release('the end');
  expect(await webhookOf(running.id)).toEqual([200, '{"hold":"the end"}']);
  for (const { id } of queued) {
    const error = `failed to handle message ${id}: the endpoint has no worker any more`;
    expect(await webhookOf(id)).toEqual([500, JSON.stringify({ error })]);
  }
});
