import { createHash, randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { Client } from '../support/client.js';
import { EndpointClient, startServerlessApp, type Accepted, type ServerlessApp } from '../support/serverless-app.js';
import { expectCalls, unlessWeather } from '../support/weather.js';

const IDS = [
  'one',
  'three',
  'order',
  'ttl',
  'cancel',
  'clean',
  'sync',
  'sizes',
  'failing',
  'hooks',
  'tended',
  'cap',
] as const;
const BAD_DATA = "invalid request data, must be a json object with 'input' and 'webhook' (optional)";
const BUSY = 'not enough gpu now, please try again later';

let app: ServerlessApp;
let on: Record<(typeof IDS)[number] | 'none' | 'idle' | 'plates', EndpointClient>;
let holds = 0;

beforeAll(async () => {
  app = await startServerlessApp({
    services: ['imageProvider', 'plateReader'],
    env: { SERVERLESS_WEBHOOK_SPAN_MS: '310' },
  });
  const made = await Promise.all([
    ...IDS.map((id) => app.endpoint(id, { workers: id === 'three' ? 3 : 1, maxSyncWaiting: 1 })),
    app.endpoint('none', { worker: null, workers: 1 }),
    app.endpoint('idle', { workers: 0 }),
    app.endpoint('plates', { worker: { kind: 'plates.recognizeBatch' }, workers: 2 }),
  ]);
  on = Object.fromEntries(made.map((client) => [client.id, client])) as typeof on;
});
afterAll(() => app.stop());

/** Keeps the worker of an endpoint busy until the hold is released. */
async function busy(client: EndpointClient): Promise<Accepted & { release(): void }> {
  const hold = `hold-${++holds}`;
  const accepted = await client.queue({ hold });
  await app.worker.called(accepted.id);
  return { ...accepted, release: () => app.worker.release(hold) };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const errorOf = ({ status, json }: { status: number; json: unknown }) => [status, (json as { error: string }).error];

test('a request goes to the worker, its result to the webhook and into its status, byte for byte', async () => {
  const { id, sequence } = await on.one.queue({ a: 'ä', contentType: 'text/x; charset=utf-8' });
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const body = '{"a":"ä","contentType":"text/x; charset=utf-8"}';
  expect(await app.receiver.taken(id)).toMatchObject({
    statusCode: 200,
    body,
    headers: { 'content-type': 'text/x; charset=utf-8' },
  });
  const status = await on.one.until(id, ({ message }) => message.includes('delivered'));
  expect(status).toEqual({
    statusCode: 200,
    serverlessID: 'one',
    requestID: id,
    status: 'succeed',
    message: 'webhook delivered after 1 attempt',
    result: base64(body),
  });
  expect(await app.worker.called(id)).toMatchObject({ requestID: id, serverlessID: 'one' });
  expect(Number((await on.one.queue({})).sequence)).toBe(Number(sequence) + 1);
});

test('requests are given to the worker in the order of their sequences', async () => {
  const first = await busy(on.order);
  const accepted = await Promise.all(Array.from({ length: 20 }, (_, n) => on.order.queue({ n })));
  expect(await on.order.count()).toBe(20);
  const bySequence = accepted.toSorted((a, b) => Number(a.sequence) - Number(b.sequence)).map(({ id }) => id);
  expect(accepted.map(({ sequence }) => Number(sequence)).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, n) => Number(first.sequence) + 1 + n),
  );
  expect(await on.order.status(bySequence[6] ?? '')).toMatchObject({ status: 'queueing', message: 'position 7' });
  first.release();
  await Promise.all(bySequence.map((id) => on.order.ended(id)));
  const called = app.worker.calls.filter(({ serverlessID }) => serverlessID === 'order').slice(1);
  expect(called.map(({ requestID }) => requestID)).toEqual(bySequence);
});

test('exactly as many calls run as the endpoint has workers', async () => {
  const hold = 'all of three';
  const accepted = await Promise.all(Array.from({ length: 5 }, () => on.three.queue({ hold })));
  const calls = () => app.worker.calls.filter(({ serverlessID }) => serverlessID === 'three');
  await eventually(() => Promise.resolve(calls().length === 3 || undefined), 'three calls');
  expect(await on.three.count()).toBe(2);
  const states = await Promise.all(accepted.map(({ id }) => on.three.status(id)));
  expect(states.map(({ status }) => status).toSorted()).toEqual([
    'queueing',
    'queueing',
    'running',
    'running',
    'running',
  ]);
  app.worker.release(hold);
  await Promise.all(accepted.map(({ id }) => on.three.ended(id)));
  expect(calls()).toHaveLength(5);
});

test('past its TTL a request leaves the queue, and its webhook is delivered', async () => {
  const first = await busy(on.ttl);
  const { id } = await on.ttl.queue({}, { policy: { ttl: 100 } });
  expect(await on.ttl.ended(id)).toMatchObject({
    statusCode: 408,
    status: 'expired',
    message: 'request timeout',
    result: null,
  });
  expect(await app.receiver.taken(id)).toMatchObject({ statusCode: 408, body: '{"error":"request timeout"}' });
  first.release();
  await on.ttl.ended(first.id);
  expect(app.worker.calls.some(({ requestID }) => requestID === id)).toBe(false);
});

test('past its TTL a running request is stopped, and its place is free', async () => {
  const { id } = await on.ttl.queue({ fault: 'silent' }, { policy: { ttl: unlessWeather(300, 10_000) } });
  const next = await on.ttl.queue({});
  expect(await on.ttl.ended(id)).toMatchObject({ statusCode: 408, status: 'expired' });
  expect(await on.ttl.ended(next.id)).toMatchObject({ status: 'succeed' });
  expect(await app.worker.called(id)).toMatchObject({ abandoned: true });
});

test('a queued and a running request can be canceled, also repeatedly', async () => {
  const first = await busy(on.cancel);
  const queued = await on.cancel.queue({});
  for (const accepted of [queued, queued, first]) {
    const answer = await on.cancel.cancel(accepted);
    expect(answer).toMatchObject({ status: 200, json: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string } });
    expect(await on.cancel.status(accepted.id)).toMatchObject({ statusCode: 409, status: 'canceled', result: null });
  }
  expect(await app.receiver.taken(first.id)).toMatchObject({ statusCode: 409, body: '{"error":"request canceled"}' });
  expect(await on.cancel.ended((await on.cancel.queue({})).id)).toMatchObject({ status: 'succeed' });
  expect(await app.worker.called(first.id)).toMatchObject({ abandoned: true });
  expect(app.worker.calls.some(({ requestID }) => requestID === queued.id)).toBe(false);
});

test('an ended request stays what it was', async () => {
  const accepted = await on.cancel.queue({});
  await on.cancel.ended(accepted.id);
  expect((await on.cancel.cancel(accepted)).status).toBe(200);
  expect(await on.cancel.status(accepted.id)).toMatchObject({ status: 'succeed' });
});

test('a cancellation needs the request and its sequence, and nothing else drops the queue', async () => {
  const first = await busy(on.cancel);
  const queued = await on.cancel.queue({});
  const wrong = String(Number(queued.sequence) + 1);
  for (const query of [
    `requestID=${queued.id}`,
    `sequence=${queued.sequence}`,
    `requestID=${queued.id}&sequence=${wrong}`,
    `requestID=${queued.id}&sequence=0${queued.sequence}`,
    `requestID=${randomUUID()}&sequence=${queued.sequence}`,
    `requestID=x&sequence=${queued.sequence}`,
    `requestid=${queued.id}&sequence=${queued.sequence}`,
    'requestID=&sequence=',
    'all=true',
  ]) {
    expect(errorOf(await on.cancel.send('DELETE', `async?${query}`))).toEqual([400, 'invalid request arguments']);
  }
  expect(await on.cancel.status(queued.id)).toMatchObject({ status: 'queueing', message: 'position 1' });
  first.release();
  await on.cancel.ended(queued.id);
});

test('a clean-up drops all queued requests, and running ones continue', async () => {
  const first = await busy(on.clean);
  const [one, second, third] = [await on.clean.queue({}), await on.clean.queue({}), await on.clean.queue({})];
  await on.clean.cancel(second);
  const answer = await on.clean.send('DELETE', 'async');
  const cleaned = [one.id, third.id];
  expect(answer).toMatchObject({
    status: 200,
    json: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, cleaned },
  });
  expect(await on.clean.count()).toBe(0);
  for (const { id } of [one, second, third])
    expect(await on.clean.ended(id)).toMatchObject({ statusCode: 409, status: 'canceled' });
  expect(await on.clean.status(first.id)).toMatchObject({ status: 'running' });
  first.release();
  expect(await on.clean.ended(first.id)).toMatchObject({ status: 'succeed' });
  expect((await on.clean.send('DELETE', 'async')).json).toMatchObject({ cleaned: [] });
  expect(await on.clean.ended((await on.clean.queue({})).id)).toMatchObject({ status: 'succeed' });
});

test.each([0, 1, 8_192, 8_193, 100_000])(
  'a synchronous request is answered with the worker’s %d bytes',
  async (bytes) => {
    const answer = await on.sync.run({ bytes, contentType: 'image/x' });
    expect(answer).toMatchObject({ status: 200, type: 'image/x', bytes: Buffer.alloc(bytes, 'x') });
  },
);

test('as many synchronous requests wait as the endpoint allows', async () => {
  const first = await busy(on.sync);
  const waiting = on.sync.run({ waited: true });
  await eventually(async () => ((await on.sync.count()) === 1 ? true : undefined));
  expect(errorOf(await on.sync.run({}))).toEqual([503, BUSY]);
  const queued = await on.sync.queue({});
  first.release();
  expect((await waiting).json).toEqual({ waited: true });
  expect(await on.sync.ended(queued.id)).toMatchObject({ status: 'succeed' });
});

test.each(['none', 'idle'] as const)(
  'an endpoint without workers (%s) queues, and refuses to be waited for',
  async (id) => {
    expect(errorOf(await on[id].run({}))).toEqual([503, BUSY]);
    const queued = await on[id].queue({});
    expect(await on[id].status(queued.id)).toMatchObject({ status: 'queueing', message: 'no worker' });
    expect((await on[id].cancel(queued)).status).toBe(200);
  },
);

test.each([
  [{ status: 500 }, 'the worker answered 500: {"status":500}'],
  [{ status: 302 }, 'the worker answered 302: {"status":302}'],
  [{ fault: 'hangUp' }, 'the worker cannot be reached, or hung up'],
  [{ fault: 'cutOff', bytes: 100 }, 'the worker hung up in the middle of its answer'],
  [{ fault: 'cutOff', bytes: 100_000 }, 'the worker hung up in the middle of its answer'],
])('a worker that fails: %j', async (input, why) => {
  const { id } = await on.failing.queue(input);
  const message = `failed to handle message ${id}: ${why}`;
  expect(await on.failing.ended(id)).toMatchObject({ statusCode: 500, status: 'failed', message, result: null });
  expect(await app.receiver.taken(id)).toMatchObject({ statusCode: 500, body: JSON.stringify({ error: message }) });
  const [status, error] = errorOf(await on.failing.run(input));
  expect([status, error]).toEqual([
    500,
    expect.stringMatching(new RegExp(`^failed to handle message [0-9a-f-]{36}: ${why}$`)),
  ]);
});

test('queued requests show that the worker fails', async () => {
  await on.failing.ended((await on.failing.queue({ status: 500 })).id);
  const first = await busy(on.failing);
  const queued = await on.failing.queue({});
  expect((await on.failing.status(queued.id)).message).toBe(
    'worker failing: the worker answered 500: {"status":500}; position 1',
  );
  first.release();
  await on.failing.ended(queued.id);
});

test('a result of up to 2 MB is included; a longer one has a URL', async () => {
  const whole = await on.sizes.queue({ bytes: 2_000_000, contentType: 'image/x' });
  const { statusCode, result } = await on.sizes.ended(whole.id);
  expect([statusCode, sha(Buffer.from(result ?? '', 'base64'))]).toEqual([200, sha(Buffer.alloc(2_000_000, 'x'))]);
  expect((await app.receiver.taken(whole.id)).body).toHaveLength(2_000_000);

  const { id } = await on.sizes.queue({ bytes: 2_000_001, contentType: 'image/x' });
  const longer = await on.sizes.ended(id);
  expect(longer).toMatchObject({ statusCode: 413, status: 'succeed', result: null });
  expect(longer.message).toContain('resultUrl');
  const fetched = await fetch(longer.resultUrl ?? '');
  expect(fetched.headers.get('content-type')).toBe('image/x');
  expect(sha(Buffer.from(await fetched.arrayBuffer()))).toBe(sha(Buffer.alloc(2_000_001, 'x')));
  const delivered = await app.receiver.taken(id);
  // The limit is the one of a status object: a webhook gets the whole result.
  expect([delivered.statusCode, delivered.body.length]).toEqual([200, 2_000_001]);
});

test('a synchronous answer of up to 10 MB is the result; a longer result has a URL', async () => {
  expect(sha((await on.sizes.run({ bytes: 10_000_000, contentType: 'image/x' })).bytes)).toBe(
    sha(Buffer.alloc(10_000_000, 'x')),
  );
  const longer = await on.sizes.run({ bytes: 10_000_001 });
  expect(longer).toMatchObject({ status: 413, json: { error: expect.stringContaining('resultUrl') as string } });
  expect(longer.headers.get('x-ms-error-code')).toBe('ResultTooLarge');
  expect((await fetch((longer.json as { resultUrl: string }).resultUrl)).status).toBe(200);
});

test('an input of many megabytes arrives at the worker whole', async () => {
  const text = 'y'.repeat(5_000_000);
  expect(sha((await on.sizes.run({ text })).bytes)).toBe(sha(Buffer.from(JSON.stringify({ text }))));
});

test('a body of over 20 MB is refused', async () => {
  for (const path of ['async', 'sync', 'status']) {
    const answer = await on.one.send('POST', path, Buffer.alloc(20_000_001, ' '));
    expect(errorOf(answer)).toEqual([400, 'request body too large']);
  }
});

const hook = 'http://127.0.0.1:9/';

test.each<[string, string, unknown, string]>([
  ['POST', 'async', '{', BAD_DATA],
  ['POST', 'async', '', BAD_DATA],
  ['POST', 'async', [], BAD_DATA],
  ['POST', 'async', { webhook: hook }, BAD_DATA],
  ['POST', 'async', { input: {} }, 'webhook is empty for async request'],
  ['POST', 'async', { input: {}, webhook: '' }, 'webhook is empty for async request'],
  ['POST', 'async', { input: {}, webhook: null }, 'webhook is empty for async request'],
  ['POST', 'async', { input: {}, webhook: 7 }, 'invalid request arguments'],
  ['POST', 'async', { input: {}, webhook: 'ftp://x/' }, 'invalid request arguments'],
  ['POST', 'async', { input: {}, webhook: hook, policy: { ttl: 0 } }, 'invalid request arguments'],
  ['POST', 'async', { input: {}, webhook: hook, policy: { ttl: 86_400_000 } }, 'invalid request arguments'],
  ['POST', 'sync', {}, BAD_DATA],
  ['GET', 'status?requestID=', undefined, 'invalid request arguments'],
  ['POST', 'status', {}, 'invalid request arguments'],
  ['POST', 'status', { requestIDs: [] }, 'invalid request arguments'],
  ['POST', 'status', { requestIDs: [1] }, 'invalid request arguments'],
  ['POST', 'status', { requestIDs: Array.from({ length: 101 }, () => 'x') }, 'invalid request arguments'],
])('%s %s %j is refused', async (method, path, body, message) => {
  const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  expect(errorOf(await on.one.send(method, path, sent))).toEqual([400, message]);
});

test('statuses are in the order of the ids, up to 100, also of unknown ids', async () => {
  const { id } = await on.one.queue({});
  await on.one.ended(id);
  const requestIDs = [...Array.from({ length: 97 }, () => randomUUID()), id, 'no id', '../x'];
  const { status, json } = await on.one.send('POST', 'status', JSON.stringify({ requestIDs }));
  const { statuses } = json as { statuses: { requestID: string; status: string; message: string }[] };
  expect(status).toBe(200);
  expect(statuses.map(({ requestID }) => requestID)).toEqual(requestIDs);
  expect(statuses.filter((object) => object.status === 'not found')).toHaveLength(99);
  expect(statuses[0]).toMatchObject({ statusCode: 404, message: 'there is no such request', result: null });
});

test('a request of another endpoint is not found', async () => {
  const accepted = await on.one.queue({});
  await on.one.ended(accepted.id);
  expect(await on.three.status(accepted.id)).toMatchObject({ statusCode: 404, status: 'not found' });
  expect((await on.three.cancel(accepted)).status).toBe(400);
});

test.each<[string, string]>([
  ['POST', 'async'],
  ['POST', 'sync'],
  ['GET', 'status'],
  ['GET', 'status?requestID=x'],
  ['POST', 'status'],
  ['DELETE', 'async'],
])('without the key nothing is disclosed: %s %s', async (method, path) => {
  const unknown = new EndpointClient(app.stack.url, 'unknown', on.one.key, app.receiver.webhook());
  const answers = [
    await on.one.send(method, path, undefined, null),
    await on.one.send(method, path, undefined, 'wrong'),
    await on.one.send(method, path, undefined, on.three.key),
    await unknown.send(method, path),
  ];
  for (const answer of answers)
    expect([answer.status, answer.bytes.toString()]).toEqual([401, '{"error":"unauthorized"}']);
});

test('a webhook that fails is delivered later, and the status shows it', async () => {
  const flaky = await on.hooks.queue({}, { webhook: app.receiver.webhook({ status: 500, times: 2 }) });
  const dead = await on.hooks.queue({}, { webhook: app.receiver.webhook({ status: 404 }) });
  const about = (id: string, what: string) =>
    on.hooks.until(id, ({ message }) => message.startsWith(`webhook ${what}`));
  // Of an attempt that is made twice, the receiver refuses both.
  const attempts = unlessWeather('3 attempts', '(1 attempt|[23] attempts)');
  expect((await about(flaky.id, 'delivered')).message).toMatch(new RegExp(`^webhook delivered after ${attempts}$`));
  expect((await about(dead.id, 'given up')).message).toMatch(/^webhook given up after 6 attempts: .*404/);
  expectCalls(app.receiver.of(dead.id).length, 6);
});

test('a webhook that hangs does not delay others', async () => {
  const stuck = await on.hooks.queue({}, { webhook: app.receiver.webhook({ fault: 'silent' }) });
  await on.hooks.ended(stuck.id);
  expect((await on.hooks.run({ a: 1 })).json).toEqual({ a: 1 });
});

test('a built-in worker runs the operation of its kind', async () => {
  const { id } = await on.plates.queue({ imageIds: [9965] });
  const status = await on.plates.ended(id);
  expect(status).toMatchObject({ statusCode: 200, status: 'succeed' });
  const result = JSON.parse(Buffer.from(status.result ?? '', 'base64').toString()) as object;
  expect(result).toMatchObject({ succeeded: 1, failed: 0, results: [{ imageId: 9965 }] });
  const bad = await on.plates.queue({ imageIds: 'x' });
  expect((await on.plates.ended(bad.id)).message).toContain('the input does not fit plates.recognizeBatch');
});

/** Runs a timer now, as an operator can. */
async function runTimer(name: string): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"input":""}' };
  const response = await fetch(`${app.stack.url}/admin/functions/${name}`, init);
  expect(response.status).toBe(202);
}

test('a terminated request loses its place', async () => {
  const first = await busy(on.tended);
  const next = await on.tended.queue({});
  const instance = encodeURIComponent(`sl-run:tended:${first.id}`);
  const url = `${app.stack.url}/runtime/webhooks/durabletask/instances/${instance}/terminate?reason=test`;
  expect((await fetch(url, { method: 'POST' })).status).toBe(202);
  // A sweep checks places that are some seconds old.
  expect(await on.tended.ended(first.id)).toMatchObject({ statusCode: 409, status: 'canceled' });
  expect(await on.tended.ended(next.id)).toMatchObject({ status: 'succeed' });
  await eventually(async () => ((await app.worker.called(first.id)).abandoned ? true : undefined));
});

test('a raised cap is applied while no request enters or leaves', async () => {
  const first = await busy(on.cap);
  const next = await on.cap.queue({});
  await app.endpoints.update('cap', { workers: 2 });
  await runTimer('serverless_tend_queues');
  expect(await on.cap.ended(next.id)).toMatchObject({ status: 'succeed' });
  first.release();
  await on.cap.ended(first.id);
});

test('operators manage an endpoint over HTTP, while clients use it', async () => {
  const operator = new Client(app.stack.url);
  const { status, headers, body } = await operator.post('/endpoints', {
    id: 'managed',
    worker: { url: app.worker.url },
  });
  expect([status, headers.get('location')]).toEqual([201, `${app.stack.url}/endpoints/managed`]);
  const { key } = body as unknown as { key: string };
  const client = await app.client('managed', key);
  const first = await busy(client);
  const next = await client.queue({});

  const read = async (path: string) => (await operator.get(`/endpoints/managed${path}`)).body as { value?: object[] };
  expect((await read('/requests')).value).toMatchObject([
    { id: next.id, sequence: '2', status: 'queueing' },
    { id: first.id, sequence: '1', status: 'running' },
  ]);
  expect((await read('/stats')).value?.at(-1)).toMatchObject({ queued: 1, running: 1 });

  const etag = headers.get('etag') ?? '';
  const patch = (workers: number) =>
    operator.send('PATCH', '/endpoints/managed', {
      headers: { 'content-type': 'application/merge-patch+json', 'if-match': etag },
      body: JSON.stringify({ workers }),
    });
  expect([(await patch(2)).status, (await patch(3)).status]).toEqual([200, 412]);
  expect(await read('')).toMatchObject({ workers: 2 });
  first.release();
  for (const { id } of [first, next]) expect(await client.ended(id)).toMatchObject({ status: 'succeed' });
  const ended = (await read('/stats')).value as { finished: number }[];
  expect(ended.reduce((sum, { finished }) => sum + finished, 0)).toBe(2);

  expect((await operator.send('DELETE', '/endpoints/managed')).status).toBe(204);
  await eventually(async () => ((await client.send('GET', 'status')).status === 401 ? true : undefined));
});
