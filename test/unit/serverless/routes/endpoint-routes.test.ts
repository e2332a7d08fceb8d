import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { createDispatcher } from '../../../../src/platform/http/dispatch.js';
import { createEndpointStore } from '../../../../src/serverless/endpoints/endpoint-store.js';
import { canceling, entering, expiring, finishing } from '../../../../src/serverless/queue/changes.js';
import { emptyQueue } from '../../../../src/serverless/queue/queue.js';
import { Queues } from '../../../../src/serverless/queue/queues.js';
import { Requests } from '../../../../src/serverless/requests/requests.js';
import { createEndpointRoutes } from '../../../../src/serverless/routes/endpoint-routes.js';
import { kinds } from '../../../../src/slices.js';
import { MemoryTable } from '../../../support/memory-table.js';

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Record<string, unknown> & { error?: { code: string; message: string; target?: string; details?: object[] } };
}

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PATCH = 'application/merge-patch+json';

function newWorld() {
  const table = new MemoryTable();
  const queueTable = new MemoryTable();
  const endpoints = createEndpointStore(table);
  const ignore = () => Promise.resolve();
  /** The queues as another process has them. */
  const queues = () =>
    new Queues({ table: queueTable, first: () => Promise.resolve(emptyQueue), onGranted: ignore, onDropped: ignore });
  const hub = { start: ignore };
  const requests = new Requests({ queues: queues(), hub } as unknown as ConstructorParameters<typeof Requests>[0]);
  const routes = createEndpointRoutes({ endpoints, requests: () => requests, kinds });
  const dispatch = createDispatcher(routes, routes, { trustProxy: false });
  const logged: string[] = [];

  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const request = new HttpRequest({
      method,
      url: `https://app.test${path}`,
      headers: { ...(text !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: text === undefined ? undefined : { string: text },
    });
    const context = new InvocationContext({ logHandler: (_level, ...args) => void logged.push(args.join(' ')) });
    const reply: HttpResponseInit = await dispatch(request, context);
    const parsed = reply.body === undefined ? {} : (JSON.parse(reply.body as string) as Answer['body']);
    return { status: reply.status ?? 0, headers: reply.headers as Answer['headers'], body: parsed } satisfies Answer;
  };
  return { endpoints, queueTable, queues, send, logged };
}

const shown = {
  id: 'gpu',
  worker: { url: 'https://gpu.test/run?code=[redacted]' },
  workers: 4,
  maxSyncWaiting: 100,
  maxQueued: 10_000,
  signsWebhooks: true,
  createdDateTime: expect.stringMatching(/^\d{4}-/) as string,
};
const created = { id: 'gpu', worker: { url: 'https://gpu.test/run?code=hunter2' }, workers: 4, webhookSecret: SECRET };

test('an endpoint is created with its key, and read without keys and secrets', async () => {
  const { send, endpoints, logged } = newWorld();
  const { status, headers, body } = await send('POST', '/endpoints', created);
  expect([status, body]).toEqual([201, { ...shown, key: expect.stringMatching(/^lh_/) as string }]);
  expect(headers.Location).toBe('https://app.test/endpoints/gpu');
  expect(await endpoints.authorize('gpu', String(body.key))).toMatchObject({ webhookSecret: SECRET });

  const read = await send('GET', '/endpoints/gpu');
  expect([read.status, read.body]).toEqual([200, shown]);
  expect(read.headers.ETag).toBe(headers.ETag);
  expect((await send('GET', '/endpoints')).body).toEqual({ value: [shown] });
  expect(JSON.stringify([read, logged])).not.toMatch(/hunter2|whsec_|lh_/);
  expect(await send('POST', '/endpoints', { id: 'gpu' })).toMatchObject({
    status: 409,
    body: { error: { code: 'EndpointExists' } },
  });
});

test('only an id is needed, and a generated secret is shown once', async () => {
  const { send, endpoints } = newWorld();
  const { body } = await send('POST', '/endpoints', { id: 'plain' });
  expect(body).toMatchObject({
    worker: null,
    workers: 1,
    maxSyncWaiting: 100,
    maxQueued: 10_000,
    signsWebhooks: false,
  });
  const { body: changed } = await send('PATCH', '/endpoints/plain', { webhookSecret: 'generate' });
  expect(changed.webhookSecret).toMatch(/^whsec_/);
  expect((await endpoints.find('plain'))?.webhookSecret).toBe(changed.webhookSecret);
  expect((await send('PATCH', '/endpoints/plain', { workers: 2 })).body).not.toHaveProperty('webhookSecret');
});

test.each<[object, string, string]>([
  [{}, 'id', 'id'],
  [{ id: 'books' }, 'id', 'must not be book or books'],
  [{ id: 'x', workers: 1.5 }, 'workers', 'workers: must be a whole number from 0 to 1000.'],
  [{ id: 'x', maxQueued: '1' }, 'maxQueued', 'maxQueued: must be a whole number'],
  [{ id: 'x', worker: { url: 'ftp://gpu' } }, 'worker.url', 'worker.url: must be an http or https URL'],
  [
    { id: 'x', worker: { kind: 'bankMap.map' } },
    'worker.kind',
    'must be one of plates.recognize, plates.recognizeBatch',
  ],
  [{ id: 'x', worker: { name: 'a' } }, 'worker', 'worker: Unrecognized key: "name"'],
  [{ id: 'x', worker: { url: 'http://gpu', kind: 'plates.recognize' } }, 'worker', 'must have either url or kind'],
  [{ id: 'x', worker: {} }, 'worker', 'must have either url or kind'],
  [{ id: 'x', webhookSecret: 'hunter2' }, 'webhookSecret', 'must be generate, or whsec_'],
])('%j is refused', async (body, target, message) => {
  const { send, logged } = newWorld();
  const answer = await send('POST', '/endpoints', body);
  expect([answer.status, answer.body.error?.target]).toEqual([400, target]);
  expect(answer.body.error?.message).toContain(message);
  expect(JSON.stringify([answer, logged])).not.toContain('hunter2');
});

test('an unknown field is refused by name', async () => {
  const { send } = newWorld();
  const answer = await send('POST', '/endpoints', { id: 'x', wrokers: 2 });
  expect([answer.status, answer.body.error?.message]).toEqual([400, 'Unrecognized key: "wrokers".']);
  expect((await send('PATCH', '/endpoints/x', { id: 'y' })).body.error?.message).toBe('Unrecognized key: "id".');
});

describe('a merge patch', () => {
  test('changes the given members, and null sets the default', async () => {
    const { send, endpoints } = newWorld();
    await send('POST', '/endpoints', { ...created, maxQueued: 5 });
    const answer = await send('PATCH', '/endpoints/gpu', { workers: 7, maxQueued: null }, { 'content-type': PATCH });
    expect([answer.status, answer.body]).toEqual([200, { ...shown, workers: 7 }]);
    expect(await endpoints.find('gpu')).toMatchObject({ worker: created.worker, webhookSecret: SECRET });
    expect((await send('PATCH', '/endpoints/gpu', { webhookSecret: null })).body).toMatchObject({
      signsWebhooks: false,
    });
  });

  test('replaces a URL by a kind, or by nothing', async () => {
    const { send } = newWorld();
    await send('POST', '/endpoints', created);
    const both = await send('PATCH', '/endpoints/gpu', { worker: { kind: 'plates.recognize' } });
    expect(both.body.error).toMatchObject({ code: 'InvalidEndpoint', target: 'worker' });
    const kind = await send('PATCH', '/endpoints/gpu', { worker: { url: null, kind: 'plates.recognize' } });
    expect(kind.body.worker).toEqual({ kind: 'plates.recognize' });
    expect((await send('PATCH', '/endpoints/gpu', { worker: null })).body.worker).toBeNull();
  });

  test('with the URL as it is shown keeps the stored one', async () => {
    const { send, endpoints } = newWorld();
    await send('POST', '/endpoints', created);
    await send('PATCH', '/endpoints/gpu', { worker: shown.worker, workers: 5 });
    expect(await endpoints.find('gpu')).toMatchObject({ worker: created.worker, workers: 5 });
  });

  test('of an older version is refused, so that two operators do not overwrite each other', async () => {
    const { send } = newWorld();
    const { headers } = await send('POST', '/endpoints', created);
    const condition = { 'if-match': headers.ETag ?? '' };
    const first = await send('PATCH', '/endpoints/gpu', { workers: 5 }, condition);
    const second = await send('PATCH', '/endpoints/gpu', { workers: 6 }, condition);
    expect([first.status, second.status, second.body.error?.code]).toEqual([200, 412, 'EndpointChanged']);
    expect((await send('GET', '/endpoints/gpu')).body.workers).toBe(5);
    const next = { 'if-match': first.headers.ETag ?? '' };
    expect((await send('PATCH', '/endpoints/gpu', { workers: 6 }, next)).status).toBe(200);
  });

  test('at the same time as another one loses nothing', async () => {
    const { send } = newWorld();
    await send('POST', '/endpoints', created);
    const changes = [{ workers: 9 }, { maxQueued: 8 }, { maxSyncWaiting: 7 }];
    await Promise.all(changes.map((change) => send('PATCH', '/endpoints/gpu', change)));
    expect((await send('GET', '/endpoints/gpu')).body).toMatchObject({ workers: 9, maxQueued: 8, maxSyncWaiting: 7 });
  });
});

test('a key is rotated without a body, with a grace period, and the old one is ended', async () => {
  const { send, endpoints } = newWorld();
  const { body } = await send('POST', '/endpoints', created);
  const opens = async (key: unknown) => (await endpoints.authorize('gpu', String(key))) !== undefined;
  const rotated = await send('POST', '/endpoints/gpu:rotateKey');
  expect([rotated.status, rotated.body]).toEqual([200, { ...shown, key: expect.stringMatching(/^lh_/) as string }]);
  expect([await opens(body.key), await opens(rotated.body.key)]).toEqual([true, true]);
  const revoked = await send('POST', '/endpoints/gpu:rotateKey', { revokeOld: true });
  expect([revoked.status, revoked.body]).toEqual([200, shown]);
  expect([await opens(body.key), await opens(rotated.body.key)]).toEqual([false, true]);
  const last = await send('POST', '/endpoints/gpu:rotateKey', { graceHours: 0 });
  expect([await opens(rotated.body.key), await opens(last.body.key)]).toEqual([false, true]);
  expect((await send('POST', '/endpoints/gpu:rotateKey', { graceHours: -1 })).body.error?.target).toBe('graceHours');
});

test('endpoints are listed in pages, and an answer of a page has no function key', async () => {
  const { send } = newWorld();
  for (const id of ['c', 'a', 'b']) await send('POST', '/endpoints', { id });
  const first = await send('GET', '/endpoints?top=2&code=hunter2');
  expect(first.body.value).toMatchObject([{ id: 'a' }, { id: 'b' }]);
  const { pathname, search } = new URL(String(first.body.nextLink));
  expect(pathname + search).toBe('/endpoints?top=2&skipToken=b');
  expect((await send('GET', pathname + search)).body).toEqual({ value: [expect.objectContaining({ id: 'c' })] });
  expect((await send('GET', '/endpoints?top=0')).body.error?.target).toBe('top');
});

test.each([
  ['GET', ''],
  ['PATCH', ''],
  ['DELETE', ''],
  ['POST', ':rotateKey'],
  ['GET', '/requests'],
  ['POST', '/requests/00000000-0001-4001-8a2b-3c4d5e6f7081:cancel'],
  ['POST', '/requests:clean'],
  ['GET', '/stats'],
])('%s /endpoints/{id}%s of an endpoint that does not exist is 404', async (method, rest) => {
  const { send } = newWorld();
  for (const id of ['none', "n'one"]) {
    const answer = await send(method, `/endpoints/${id}${rest}`, method === 'PATCH' ? {} : undefined);
    expect([answer.status, answer.body.error?.code]).toEqual([404, 'EndpointNotFound']);
  }
});

test('an endpoint is deleted', async () => {
  const { send } = newWorld();
  await send('POST', '/endpoints', created);
  expect((await send('DELETE', '/endpoints/gpu')).status).toBe(204);
  expect((await send('GET', '/endpoints/gpu')).status).toBe(404);
  expect((await send('DELETE', '/endpoints/gpu')).status).toBe(404);
});

describe('requests', () => {
  const HOUR = 3_600_000;
  const limits = { workers: 2, maxQueued: 1_000, maxSyncWaiting: 1, asOf: 1 };

  async function worldWithRequests(count: number) {
    const world = newWorld();
    await world.send('POST', '/endpoints', { id: 'gpu', workers: 2 });
    const endpoint = (await world.endpoints.get('gpu')).endpoint;
    const queue = world.queues().of(endpoint);
    const one = { mode: 'async' as const, acceptedAt: Date.now(), owner: '', input: { text: '{}' } };
    const entered = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        queue.change(entering({ ...one, deadline: Date.now() + (index === 5 ? -1 : HOUR) }, limits)),
      ),
    );
    const ids = entered.map((of) => (of.refused ? '' : of.request.requestID));
    return { ...world, queue, ids };
  }

  test('are listed newest first, with their status, message and times', async () => {
    const { send, queue, ids } = await worldWithRequests(7);
    const end = (state: 'succeed' | 'failed') => ({ state, at: Date.now() });
    await queue.change(finishing(1, end('succeed'), null));
    await queue.change(finishing(2, { ...end('failed'), error: 'HTTP 500' }, 'HTTP 500'));
    await queue.change(canceling(5, ids[4] ?? ''));
    await queue.change(expiring([6]));
    const { status, body } = await send('GET', '/endpoints/gpu/requests');
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    const all = { mode: 'async', createdDateTime: time, expiresDateTime: time };
    expect(status).toBe(200);
    expect(body).toEqual({
      value: [
        { id: ids[6], sequence: '7', status: 'queueing', message: 'worker failing: HTTP 500', ...all },
        { id: ids[5], sequence: '6', status: 'expired', message: 'request timeout', ...all, endedDateTime: time },
        { id: ids[4], sequence: '5', status: 'canceled', message: 'request canceled', ...all, endedDateTime: time },
        { id: ids[3], sequence: '4', status: 'running', message: '', ...all, startedDateTime: time },
        { id: ids[2], sequence: '3', status: 'running', message: '', ...all, startedDateTime: time },
        {
          ...{ id: ids[1], sequence: '2', status: 'failed', ...all, endedDateTime: time },
          message: `failed to handle message ${ids[1]}: HTTP 500`,
        },
        { id: ids[0], sequence: '1', status: 'succeed', message: '', ...all, endedDateTime: time },
      ],
    });
    const running = await send('GET', '/endpoints/gpu/requests?status=running');
    expect(running.body.value).toMatchObject([{ id: ids[3] }, { id: ids[2] }]);
    const times = running.body.value as { createdDateTime: string; startedDateTime: string }[];
    for (const { createdDateTime, startedDateTime } of times)
      expect(Date.parse(startedDateTime)).toBeGreaterThanOrEqual(Date.parse(createdDateTime));
    expect((await send('GET', '/endpoints/gpu/requests?status=done')).body.error?.target).toBe('status');
  });

  test('are canceled one by one, or all that wait together', async () => {
    const { send, ids } = await worldWithRequests(5); // 1 and 2 run
    const statuses = async () => {
      const { value } = (await send('GET', '/endpoints/gpu/requests')).body as { value: { status: string }[] };
      return value.map(({ status }) => status).reverse();
    };
    const uuid = expect.stringMatching(/^[\da-f]{8}-/) as string;
    const cancel = (id = '') => send('POST', `/endpoints/gpu/requests/${id}:cancel`);
    expect(await cancel(ids[0])).toMatchObject({ status: 200, body: { id: uuid } });
    expect(await cancel(ids[2])).toMatchObject({ status: 200, body: { id: uuid } });
    expect(await statuses()).toEqual(['canceled', 'running', 'canceled', 'queueing', 'queueing']);
    for (const id of ['no-request', `${ids[3]?.slice(0, -1)}x`])
      expect(await cancel(id)).toMatchObject({ status: 404, body: { error: { code: 'RequestNotFound' } } });

    const { status, body } = await send('POST', '/endpoints/gpu/requests:clean');
    expect([status, body]).toEqual([200, { id: uuid, cleaned: [ids[3], ids[4]] }]);
    expect((await send('POST', '/endpoints/gpu/requests:clean')).body).toEqual({ id: uuid, cleaned: [] });
    expect((await statuses())[1]).toBe('running');
  });

  test('are paged, also by a status that few have', async () => {
    const { send, queue, ids } = await worldWithRequests(700);
    await queue.change(finishing(1, { state: 'succeed', at: Date.now() }, null));
    const pages = async (query: string) => {
      const found: unknown[] = [];
      let count = 0;
      for (let next: string | undefined = `/endpoints/gpu/requests?${query}`; next !== undefined; count++) {
        const { body } = await send('GET', next);
        found.push(...(body.value as { id: string }[]).map(({ id }) => id));
        next = body.nextLink === undefined ? undefined : (body.nextLink as string).replace('https://app.test', '');
      }
      return { found, count };
    };
    expect((await pages('top=100')).found).toEqual(ids.toReversed());
    expect(await pages('status=succeed&top=1')).toEqual({ found: [ids[0]], count: 2 });
  });

  test('a list ends at the rows that retention has deleted', async () => {
    const { send, queueTable, ids } = await worldWithRequests(300);
    const requests = queueTable.rows.filter(({ rowKey }) => rowKey.startsWith('request-'));
    for (const { partitionKey, rowKey } of requests.slice(0, 290)) await queueTable.delete(partitionKey, rowKey);
    const { body } = await send('GET', '/endpoints/gpu/requests');
    expect(body).toEqual({
      value: ids
        .slice(290)
        .map((id) => expect.objectContaining({ id }) as unknown)
        .toReversed(),
    });
  });

  test('the statistics have 60 minutes, which changes of all processes add to', async () => {
    const { send, queue, queues, endpoints } = await worldWithRequests(5);
    const other = queues().of((await endpoints.get('gpu')).endpoint);
    await queue.change(finishing(1, { state: 'succeed', at: Date.now() }, null));
    await other.change(finishing(2, { state: 'failed', at: Date.now() }, 'HTTP 500'));
    const { status, body } = await send('GET', '/endpoints/gpu/stats');
    const value = body.value as {
      dateTime: string;
      queued: number;
      running: number;
      finished: number;
      failed: number;
    }[];
    expect([status, value.length]).toEqual([200, 60]);
    const gaps = value
      .slice(1)
      .map(({ dateTime }, index) => Date.parse(dateTime) - Date.parse(value[index]?.dateTime ?? ''));
    expect(new Set(gaps)).toEqual(new Set([60_000]));
    expect(value.at(-1)).toMatchObject({ queued: 1, running: 2 });
    const sum = (name: 'finished' | 'failed') => value.reduce((total, point) => total + point[name], 0);
    expect([sum('finished'), sum('failed')]).toEqual([2, 1]);
  });

  test('of a new endpoint there are none, and its statistics are zero', async () => {
    const { send } = newWorld();
    await send('POST', '/endpoints', { id: 'new' });
    expect((await send('GET', '/endpoints/new/requests')).body).toEqual({ value: [] });
    const { body } = await send('GET', '/endpoints/new/stats');
    expect(body.value).toHaveLength(60);
    expect((body.value as object[])[0]).toMatchObject({ queued: 0, running: 0, finished: 0, failed: 0 });
  });
});
