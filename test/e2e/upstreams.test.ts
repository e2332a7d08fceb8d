import { startStack, type Stack } from '../support/test-stack.js';
import { Client, type Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';

/** Pauses of outside services, with the app in two processes. */

const PROCESSES = 2;
const IMAGE = 10022;
const REASON = 'New model';

let stack: Stack;
let app: Client;
beforeAll(async () => {
  stack = await startStack({
    services: ['imageProvider', 'plateReader', 'bankMapMl'],
    processes: PROCESSES,
    faults: true,
    env: { STARTS_PER_MINUTE: '1000' },
  });
  app = new Client(stack.url);
});
afterAll(() => stack.stop());

interface Upstream {
  name: string;
  host: string;
  state: string;
  reason?: string;
  last5Minutes: object;
  waitingOperations: number;
  minutes: object[];
}

async function imageProvider(): Promise<Upstream | undefined> {
  const { value } = (await app.get('/upstreams')).body as unknown as { value: Upstream[] };
  return value.find(({ name }) => name === 'imageProvider');
}

async function imageCalls(): Promise<number> {
  return ((await (await fetch(`${stack.imageProvider.url}/_requests`)).json()) as unknown[]).length;
}

test('a pause holds in all processes and over their restarts, and nothing is lost', async () => {
  const paused = await app.post('/upstreams/imageProvider:pause', { reason: REASON });
  expect([paused.status, paused.body]).toMatchObject([200, { state: 'paused', reason: REASON }]);
  // Another process may have read just before; it may keep that for 5 s (docs/upstreams.md).
  const pausedAt = Date.now();
  await eventually(() => Promise.resolve(Date.now() - pausedAt > 5_000 || undefined), 'the pause in all processes');

  const starts: Answer[] = [];
  for (let n = 0; n < 8; n++) starts.push(await app.post('/plates/recognize', { imageId: IMAGE }));
  starts.push(await app.post('/plates/recognize-batch', { imageIds: [IMAGE, 10023] }));
  expect(starts.map(({ status }) => status)).toEqual(Array(9).fill(202));
  const ids = starts.map(({ body }) => body.id);
  for (const id of ids) await app.until(id, ({ waitingFor }) => waitingFor === 'paused');
  expect(await imageProvider()).toMatchObject({ state: 'paused', reason: REASON, waitingOperations: ids.length });

  const direct = await app.get(`/plates/${IMAGE}`);
  expect([direct.status, direct.body.error]).toMatchObject([
    503,
    { code: 'UpstreamPaused', message: expect.stringContaining(REASON) as string },
  ]);
  expect(direct.headers.get('retry-after')).not.toBeNull();

  await (
    await stack.killProcess(0)
  ).restarted;
  await eventually(async () => {
    const { body } = await app.get(`/plates/${IMAGE}`);
    return body.error?.code === 'UpstreamPaused' || undefined;
  }, 'the answer that the service is paused');
  const [canceled = '', ...others] = ids;
  // 200 when it has ended by the time of the answer
  expect([200, 202]).toContain((await app.post(`/status/${canceled}:cancel`)).status);
  expect((await app.finished(canceled)).status).toBe('Canceled');
  expect(await imageCalls()).toBe(0);

  const resumed = await app.post('/upstreams/imageProvider:resume');
  expect([resumed.status, resumed.body]).toMatchObject([200, { state: 'ok' }]);
  const ends = await Promise.all(others.map((id) => app.finished(id)));
  expect(ends.map(({ status }) => status)).toEqual(Array(8).fill('Succeeded'));
  expect(await imageCalls()).toBeGreaterThan(0);
  await eventually(async () => (await imageProvider())?.waitingOperations === 0 || undefined, 'that none waits');
});

test('all services are listed', async () => {
  const { status, body } = await app.get('/upstreams');
  expect(status).toBe(200);
  const value = body.value as unknown as Upstream[];
  expect(value.map(({ name }) => name)).toEqual(['imageProvider', 'plateReader', 'bankMapMl', 'analyzer']);
  expect(value[0]).toMatchObject({
    host: new URL(stack.imageProvider.url).host,
    state: 'ok',
    waitingOperations: 0,
  });
  expect(value[0]?.minutes).toHaveLength(60);
  expect(value[3]).toMatchObject({ last5Minutes: { calls: 0, failures: 0, p50Ms: 0, p95Ms: 0 } });
});

test.each<[string, unknown, number, string]>([
  ['/upstreams/nobody:pause', { reason: REASON }, 404, 'NotFound'],
  ['/upstreams/nobody:resume', undefined, 404, 'NotFound'],
  ['/upstreams/imageProvider:pause', {}, 400, 'InvalidRequest'],
  ['/upstreams/imageProvider:pause', { reason: ' ' }, 400, 'InvalidRequest'],
])('POST %s with %p is refused', async (path, body, status, code) => {
  const answer = await app.post(path, body);
  expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
});

test('the answer to a start says how many the caller may start', async () => {
  const { headers } = await app.post('/plates/recognize', { imageId: IMAGE }, { 'x-functions-key': 'a caller' });
  expect(headers.get('ratelimit-policy')).toBe('"starts";q=1000;w=60');
  expect(headers.get('ratelimit')).toBe('"starts";r=999;t=1');
});
