import {
  type EndpointClient,
  startServerlessApp,
  type ServerlessApp,
  type StatusObject,
} from '../support/serverless-app.js';
import { eventually } from '../support/eventually.js';
import { PROCESSES, unlessWeather } from '../support/weather.js';

let app: ServerlessApp;
beforeAll(async () => {
  app = await startServerlessApp({ services: ['imageProvider'] });
});
afterAll(() => app.stop());

/** Keeps the only worker of an endpoint busy until the hold is released. */
async function busy(client: EndpointClient): Promise<() => void> {
  const { id } = await client.queue({ hold: client.id });
  await app.worker.called(id);
  return () => app.worker.release(client.id);
}

const statusesOf = async (client: EndpointClient, requestIDs: readonly string[]) => {
  const answer = await client.send('POST', 'status', JSON.stringify({ requestIDs }));
  return { bytes: answer.bytes.length, ...(answer.json as { statuses: StatusObject[] }) };
};

test.each([7_000, 8_192, 8_193, 20_000])('a result of %d bytes reaches its webhook and its status', async (bytes) => {
  const client = await app.endpoint(`bytes-${bytes}`);
  const { id } = await client.queue({ bytes });
  expect((await app.receiver.taken(id)).body).toBe('x'.repeat(bytes));
  const { result } = await client.ended(id);
  expect(Buffer.from(result ?? '', 'base64')).toHaveLength(bytes);
});

test('a built-in worker may have a result of 150 images', async () => {
  const client = await app.endpoint('batch', { worker: { kind: 'plates.recognizeBatch' } });
  const { id } = await client.queue({ imageIds: Array.from({ length: 150 }, (_, index) => 900_000 + index) });
  const { body } = await app.receiver.taken(id);
  expect((JSON.parse(body) as { results: object[] }).results).toHaveLength(150);
  expect(body.length).toBeGreaterThan(8_192);
  const { status, result } = await client.ended(id);
  expect([status, Buffer.from(result ?? '', 'base64').toString()]).toEqual(['succeed', body]);
});

test('a built-in worker takes what its own route takes, and an input of millions of ids holds up nobody', async () => {
  const client = await app.endpoint('strict', { worker: { kind: 'plates.recognizeBatch' }, workers: 3 });
  const other = await app.endpoint('beside');
  const ids = (count: number) => ({ imageIds: Array.from({ length: count }, (_, index) => index) });
  const millions = await client.queue(ids(1_500_000));
  expect((await other.run({ beside: true })).json).toEqual({ beside: true });
  const [many, blob] = [await client.queue(ids(1_001)), await client.queue({ blob: 'operations/of-another/input' })];
  expect((await client.ended(millions.id)).message).toContain('the input is too large for plates.recognizeBatch');
  for (const { id } of [many, blob])
    expect((await client.ended(id)).message).toContain('the input does not fit plates.recognizeBatch');
});

test('numbers of an input reach the worker as they were sent, also of a long one', async () => {
  const client = await app.endpoint('numbers', { workers: 2 });
  for (const padding of ['', 'x'.repeat(20_000)]) {
    const input = `{"id": 12345678901234567890, "price":1.0,"padding":"${padding}"}`;
    const body = `{"webhook":${JSON.stringify(app.receiver.webhook())},"input":${input}}`;
    const { id } = (await client.send('POST', 'async', body)).json as { id: string };
    await client.ended(id);
    expect((await client.send('POST', 'sync', body)).status).toBe(200);
    const texts = app.worker.calls.filter(({ serverlessID }) => serverlessID === 'numbers').map(({ text }) => text);
    expect(texts.slice(-2).map((text) => text.includes(`{"input":${input},`))).toEqual([true, true]);
  }
});

test('a long error of a worker is cut, on one line, and reaches the webhook', async () => {
  const client = await app.endpoint('errors');
  const { id } = await client.queue({ status: 500, text: `a\nb\u0007${'ü'.repeat(4_000)}` });
  const { message } = await client.ended(id);
  expect(message).toMatch(/^failed to handle message [\w-]+: the worker answered 500: .*ü+$/u);
  expect(message).not.toMatch(/\p{Cc}/u);
  expect(Buffer.byteLength(message)).toBeLessThan(1_200);
  expect(JSON.parse((await app.receiver.taken(id)).body)).toEqual({ error: message });
});

test('the log has the error of a worker once for each request, on one line and without secrets', async () => {
  const client = await app.endpoint('logged');
  const { id } = await client.queue({
    status: 500,
    text: 'first\nsecond',
    url: 'http://x/?sig=hunter2',
    token: 'hunter2',
  });
  await client.ended(id);
  const { json } = await client.run({ status: 500, text: 'of a call' });
  const { error } = json as { error: string };
  const linesOf = (what: string) => app.stack.log('app').filter((line) => line.includes(what));
  const [line] = await eventually(() => {
    const lines = linesOf(`failed to handle message ${id}`);
    return Promise.resolve(lines.length > 0 ? lines : undefined);
  }, 'the line of the request');
  expect(line).toContain(
    `HandlingFailed: failed to handle message ${id}: the worker answered 500: {"status":500,"text":"first\\nsecond",` +
      '"url":"http://x/?sig=[redacted]","token":"[redacted]"}',
  );
  expect(linesOf(error)).toHaveLength(1);
  expect(linesOf('hunter2')).toEqual([]);
});

test('a queue is full at its limit, and a client is told when to try again', async () => {
  const client = await app.endpoint('full', { workers: 0, maxQueued: 2 });
  const queued = [await client.queue({}), await client.queue({})];
  const body = JSON.stringify({ input: {}, webhook: app.receiver.webhook() });
  const url = `${app.stack.url}/v1/full/async`;
  const refused = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${client.key}` }, body });
  expect([refused.status, await refused.json()]).toEqual([429, { error: 'too many queued requests' }]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  await client.cancel(queued[0] ?? { id: '', sequence: '' });
  expect(Number((await client.queue({})).sequence)).toBe(3);
});

test('what an answer says is stored: a request is shown, and can be canceled, immediately', async () => {
  const client = await app.endpoint('immediate', { workers: 2 });
  for (let round = 0; round < 10; round++) {
    const accepted = await client.queue({ hold: 'never' });
    expect((await client.status(accepted.id)).status).toMatch(/^(queueing|running)$/);
    expect((await client.cancel(accepted)).status).toBe(200);
    expect(await client.status(accepted.id)).toMatchObject({ statusCode: 409, status: 'canceled' });
  }
});

test('a clean-up drops asynchronous requests, and synchronous ones go on', async () => {
  const client = await app.endpoint('mixed', { maxSyncWaiting: 2 });
  const release = await busy(client);
  const waiting = client.run({ goes: 'on' });
  await eventually(async () => ((await client.count()) === 1 ? true : undefined), 'one that waits');
  const queued = await client.queue({});
  const dropped = await client.send('DELETE', 'async');
  expect(dropped.json).toMatchObject({ cleaned: [queued.id] });
  expect(await client.status(queued.id)).toMatchObject({ status: 'canceled' });
  release();
  expect((await waiting).json).toEqual({ goes: 'on' });
  expect(await app.receiver.taken(queued.id)).toMatchObject({ statusCode: 409 });
});

test.each(['__proto__=1', 'constructor=1', 'all', 'requestID', '=', 'a[]=1'])(
  'a clean-up with the query %s drops nothing',
  async (query) => {
    const id = `query-${Buffer.from(query).toString('hex')}`;
    const client = await app.endpoint(id, { workers: 0 });
    await client.queue({});
    const answer = await client.send('DELETE', `async?${query}`);
    expect([answer.status, answer.json]).toEqual([400, { error: 'invalid request arguments' }]);
    expect(await client.count()).toBe(1);
  },
);

test('the clean-up of a queue with 500 gaps answers with the others, and all webhooks are delivered', async () => {
  const client = await app.endpoint('gaps', { workers: 0 });
  // With weather three processes change the queue: they answer some of 1,000 requests that come together with 500.
  const requests = unlessWeather(1_000, 300);
  const accepted = await Promise.all(Array.from({ length: requests }, () => client.queue({})));
  accepted.sort((a, b) => Number(a.sequence) - Number(b.sequence));
  const [odd, even] = [1, 0].map((rest) => accepted.filter(({ sequence }) => Number(sequence) % 2 === rest));
  for (const { status } of await Promise.all((odd ?? []).map((request) => client.cancel(request))))
    expect(status).toBe(200);
  expect(await client.status(even?.[9]?.id ?? '')).toMatchObject({ status: 'queueing' });
  const { json } = await client.send('DELETE', 'async');
  expect((json as { cleaned: string[] }).cleaned).toEqual((even ?? []).map(({ id }) => id));
  for (const { id } of accepted) expect(await app.receiver.taken(id)).toMatchObject({ statusCode: 409 });
  expect(await client.count()).toBe(0);
});

test('an id that is asked twice is answered twice, and results over 8 MB in all are given as URLs', async () => {
  const client = await app.endpoint('heavy');
  const ids = await Promise.all(Array.from({ length: 6 }, async () => (await client.queue({ bytes: 1_900_000 })).id));
  for (const id of ids) await client.ended(id);
  const { statuses, bytes } = await statusesOf(client, [...ids, ...ids]);
  expect(statuses.map(({ requestID }) => requestID)).toEqual([...ids, ...ids]);
  const whole = statuses.filter(({ result }) => result !== null);
  expect(whole).toHaveLength(4);
  expect(bytes).toBeLessThan(12_000_000);
  const [shortened] = statuses.filter(({ result }) => result === null);
  expect(shortened).toMatchObject({ statusCode: 413, status: 'succeed', resultUrl: expect.any(String) as string });
  expect((await (await fetch(shortened?.resultUrl ?? '')).arrayBuffer()).byteLength).toBe(1_900_000);
});

test('an endpoint that is made again does not give the requests of the one before to its worker', async () => {
  const client = await app.endpoint('again', { workers: 0 });
  const { id, sequence } = await client.queue({ secret: 'of the first owner' });
  await app.endpoints.delete('again');
  await eventually(async () => ((await client.send('GET', 'status')).status === 401 ? true : undefined), 'a 401');
  const next = await app.endpoint('again');
  expect(await next.count()).toBe(0);
  expect(await next.status(id)).toMatchObject({ status: 'not found' });
  expect((await next.cancel({ id, sequence })).status).toBe(400);
  await next.ended((await next.queue({})).id);
  expect(app.worker.calls.some(({ requestID }) => requestID === id)).toBe(false);
});

test('more workers than the app may call at a time wait durably, and all are called', async () => {
  await app.stop();
  app = await startServerlessApp({ env: { SERVERLESS_MAX_CALLS: '2' } });
  const client = await app.endpoint('slots', { workers: 6 });
  const accepted = await Promise.all(Array.from({ length: 6 }, () => client.queue({ delayMs: 50 })));
  for (const { id } of accepted) expect(await client.ended(id)).toMatchObject({ status: 'succeed' });
  for (const { id } of accepted) await app.receiver.taken(id);
  expect(app.worker.mostInFlight).toBeLessThanOrEqual(2 * PROCESSES);
});
