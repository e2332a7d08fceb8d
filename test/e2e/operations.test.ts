import { randomUUID } from 'node:crypto';
import { createHttpPoller, type OperationResponse, type OperationState, type RunningOperation } from '@azure/core-lro';
import { startStack, type Stack } from '../support/test-stack.js';
import { endpointId } from '../../src/serverless/endpoints/endpoint-settings.js';
import { Client, setFault, type Body } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { overlaps } from '../support/route-overlaps.js';
import { expectCalls } from '../support/weather.js';

/** Longer than any test: only a cancellation ends a call. */
const env = { IMAGE_PROVIDER_TIMEOUT_MS: '120000' };
const SLOW = { mode: 'slow', delayMs: 600_000 };
/** A cancellation takes effect within two seconds, plus a margin for a busy machine. */
const CANCEL_DEADLINE_MS = 30_000;

let stack: Stack;
let app: Client;
beforeAll(async () => {
  stack = await startStack({ services: ['imageProvider', 'plateReader', 'bankMapMl', 'analyzer'], faults: true, env });
  app = new Client(stack.url);
});
afterAll(() => stack.stop());
afterEach(async () => {
  await setFault(stack.imageProvider.url);
  await setFault(stack.plateReader.url);
});

const newId = () => randomUUID();
const requestsFor = async (imageId: number) => {
  const seen = (await (await fetch(`${stack.imageProvider.url}/_requests`)).json()) as { id?: number }[];
  return seen.filter(({ id }) => id === imageId).length;
};
/** Starts a recognition that runs until the provider's fault is removed. */
async function startSlow(path = '/plates/recognize', body: unknown = { imageId: 10022 }): Promise<Body> {
  await setFault(stack.imageProvider.url, SLOW);
  const before = await requestsFor(10022);
  const { body: started } = await app.post(path, body);
  await eventually(async () => ((await requestsFor(10022)) > before ? true : undefined), 'the call');
  return started;
}

describe('starting', () => {
  test('with the client’s own id, twice: one operation', async () => {
    const id = newId();
    const first = await app.post('/plates/recognize', { imageId: 9965 }, { 'Operation-Id': id });
    expect(first).toMatchObject({ status: 202, body: { id } });
    await app.finished(first);
    const before = await requestsFor(9965);
    const second = await app.post('/plates/recognize', { imageId: 9965 }, { 'Operation-Id': id });
    expect(second).toMatchObject({ status: 202, body: { id, status: 'Succeeded' } });
    expect(second.headers.get('operation-location')).toBe(first.headers.get('operation-location'));
    expectCalls((await requestsFor(9965)) - before, 0);
  });

  test('with one id at the same moment: one operation', async () => {
    const id = newId();
    const before = await requestsFor(10101);
    const starts = await Promise.all(
      Array.from({ length: 8 }, () => app.post('/plates/recognize', { imageId: 10101 }, { 'Operation-Id': id })),
    );
    expect(starts.map(({ status, body }) => [status, body.id])).toEqual(Array(8).fill([202, id]));
    await app.finished(id);
    expectCalls((await requestsFor(10101)) - before, 1);
  });

  test('with an id that belongs to another request', async () => {
    const id = newId();
    await app.post('/plates/recognize', { imageId: 9965 }, { 'Operation-Id': id });
    for (const [path, body] of [
      ['/plates/recognize', { imageId: 10022 }],
      ['/plates/recognize-batch', { imageIds: [9965] }],
    ] as const) {
      expect(await app.post(path, body, { 'Operation-Id': id })).toMatchObject({
        status: 400,
        body: { error: { code: 'OperationIdReused' } },
      });
    }
  });

  test.each(['short', 'x'.repeat(101), 'has a space in it', 'dots.are.not.allowed'])(
    'with the malformed id %j',
    async (id) => {
      expect(await app.post('/plates/recognize', { imageId: 1 }, { 'Operation-Id': id })).toMatchObject({
        status: 400,
        body: { error: { target: 'Operation-Id' } },
      });
    },
  );

  test('with an idempotency key', async () => {
    const key = { 'Idempotency-Key': `order ${newId()}` };
    const first = await app.post('/plates/recognize', { imageId: 9965 }, key);
    const second = await app.post('/plates/recognize', { imageId: 9965 }, key);
    expect(second).toMatchObject({ status: 202, body: { id: first.body.id } });
    expect(await app.post('/plates/recognize', { imageId: 10022 }, key)).toMatchObject({
      status: 422,
      body: { error: { code: 'IdempotencyKeyReused' } },
    });
  });

  test('keeps api-version in the URLs', async () => {
    const { headers, body } = await app.post('/plates/recognize?api-version=2026-11-01', { imageId: 9965 });
    expect(headers.get('operation-location')).toBe(`${app.url}/status/${body.id}?api-version=2026-11-01`);
  });

  test('returns 202 when the wait was too short', async () => {
    await setFault(stack.imageProvider.url, SLOW);
    const { status, headers, body } = await app.post(
      '/plates/recognize',
      { imageId: 9965 },
      { Prefer: 'respond-async, wait=1' },
    );
    expect([status, headers.get('preference-applied'), headers.get('retry-after')]).toEqual([202, null, '1']);
    expect((await app.post(`/status/${body.id}:cancel`)).status).toBe(202);
    await app.finished(body.id);
  });
});

describe('the monitor', () => {
  test('of a finished operation is final, without Retry-After, and does not change', async () => {
    const { body } = await app.post('/plates/recognize', { imageId: 9965 }, { Prefer: 'wait=20' });
    const { status, headers, body: monitor, text } = await app.get(`/status/${body.id}/`);
    expect(status).toBe(200);
    expect(headers.get('retry-after')).toBeNull();
    expect(Date.parse(monitor.expiresDateTime ?? '') - Date.parse(monitor.lastUpdatedDateTime)).toBe(72 * 3_600_000);
    const etag = headers.get('etag') ?? '';
    expect(await app.get(`/status/${body.id}`, { 'If-None-Match': `"other", W/${etag}` })).toMatchObject({
      status: 304,
      text: '',
    });
    expect(await app.get(`/status/${body.id}`, { 'If-None-Match': '"other"' })).toMatchObject({ status: 200, text });
  });

  test.each([
    ['/status/short', 400, 'InvalidOperationId'],
    ['/status/has%20a%20space%20in%20it%20', 400, 'InvalidOperationId'],
    [`/status/${'0'.repeat(32)}`, 404, 'OperationNotFound'],
    [`/status/${'0'.repeat(32)}:explode`, 404, 'NotFound'],
  ])('GET %s is %i', async (path, status, code) => {
    expect(await app.get(path)).toMatchObject({ status, body: { error: { code } } });
  });

  test('shows that the service is failing, and continues when it is healthy', async () => {
    await setFault(stack.imageProvider.url, { mode: 'error' });
    const { body } = await app.post('/plates/recognize', { imageId: 9965 });
    await app.until(body.id, ({ waitingFor }) => waitingFor === 'upstream');
    await setFault(stack.imageProvider.url);
    expect(await app.finished(body.id)).toMatchObject({ status: 'Succeeded', result: { plateNumber: 'о101но750' } });
  });

  test('shows the progress of a batch, which never decreases', async () => {
    await setFault(stack.imageProvider.url, { ...SLOW, ids: [9965], count: 1 });
    const { body } = await app.post('/plates/recognize-batch', { imageIds: [10022, 10101, 10102, 404404, 9965] });
    const halfway = await app.until(body.id, ({ progress }) => progress?.completed === 3);
    expect(halfway).toMatchObject({
      status: 'Running',
      percentComplete: 80,
      progress: { total: 5, completed: 3, failed: 1 },
    });
    await app.post(`/status/${body.id}:cancel`);
    expect((await app.finished(body.id)).progress).toMatchObject({ completed: 3, failed: 1 });
  });

  test('shows the progress of images after a slow one', async () => {
    await setFault(stack.imageProvider.url, { ...SLOW, ids: [9965] });
    const { body } = await app.post('/plates/recognize-batch', { imageIds: [9965, 10022, 404404] });
    const halfway = await app.until(body.id, ({ progress }) => progress?.completed === 1 && progress.failed === 1);
    expect(halfway).toMatchObject({ status: 'Running', percentComplete: 66 });
    await app.post(`/status/${body.id}:cancel`);
    expect((await app.finished(body.id)).status).toBe('Canceled');
  });
});

describe('canceling', () => {
  test.each([
    ['a single image', '/plates/recognize', { imageId: 10022 }],
    ['a batch', '/plates/recognize-batch', { imageIds: [10022, 9965] }],
    [
      'a batch in chunks',
      '/plates/recognize-batch',
      { imageIds: [10022, ...Array.from({ length: 60 }, (_, index) => 50_000 + index)] },
    ],
  ])(
    '%s aborts its calls',
    async (_name, path, body) => {
      const { id } = await startSlow(path, body);
      const answer = await app.post(`/status/${id}:cancel`);
      expect(answer).toMatchObject({ status: 202, body: { id, cancelRequested: true } });
      const monitor = await app.finished(id);
      expect(monitor).toMatchObject({ status: 'Canceled', runtimeStatus: 'Completed' });
      expect(monitor).not.toHaveProperty('result');
      expect(await app.post(`/status/${id}:cancel`)).toMatchObject({ status: 200, body: { status: 'Canceled' } });
    },
    CANCEL_DEADLINE_MS,
  );

  test('an ended operation is a conflict', async () => {
    const { body } = await app.post('/plates/recognize', { imageId: 9965 }, { Prefer: 'wait=20' });
    expect(await app.post(`/status/${body.id}:cancel`)).toMatchObject({
      status: 409,
      body: { error: { code: 'OperationAlreadyFinished' } },
    });
  });

  test('an unknown operation is not found', async () => {
    expect((await app.post(`/status/${newId()}:cancel`)).status).toBe(404);
    expect((await app.post('/status/short:cancel')).body.error?.code).toBe('InvalidOperationId');
  });
});

describe('deleting', () => {
  test('deletes the operation, its sub-orchestrations and its record', async () => {
    const imageIds = Array.from({ length: 40 }, (_, index) => 70_000 + index);
    const id = newId();
    await app.post('/plates/recognize-batch', { imageIds }, { 'Operation-Id': id });
    await app.finished(id);
    expect(await app.send('DELETE', `/status/${id}`)).toMatchObject({ status: 204, text: '' });
    expect((await app.get(`/status/${id}`)).status).toBe(404);
    expect((await app.send('DELETE', `/status/${id}`)).status).toBe(404);
    const parts = await app.get(`/runtime/webhooks/durabletask/instances?instanceIdPrefix=${id}`);
    expect(parts).toMatchObject({ status: 200, body: [] });
    expect((await app.post('/plates/recognize', { imageId: 9965 }, { 'Operation-Id': id })).status).toBe(202);
    await app.finished(id);
  });

  test('a running operation is a conflict', async () => {
    const { id } = await startSlow();
    expect(await app.send('DELETE', `/status/${id}`)).toMatchObject({
      status: 409,
      body: { error: { code: 'OperationNotFinished' } },
    });
    await app.post(`/status/${id}:cancel`);
    await app.finished(id);
  });
});

describe('listing', () => {
  test('is newest first, filtered and paged, without results', async () => {
    const since = new Date().toISOString();
    const ids: string[] = [];
    for (const imageId of [9965, 404404, 10022]) {
      const { body } = await app.post('/plates/recognize', { imageId }, { Prefer: 'wait=20' });
      ids.unshift(body.id);
    }
    const list = async (query: string) => (await app.get(`/status?createdAfter=${since}&${query}`)).body;
    const idsOf = ({ value }: Body) => value.map(({ id }) => id);
    expect(idsOf(await list(''))).toEqual(ids);
    expect((await list('')).value.every((monitor) => !('result' in monitor))).toBe(true);
    expect(idsOf(await list('status=Failed'))).toEqual([ids[1]]);
    expect(idsOf(await list('kind=plates.recognizeBatch'))).toEqual([]);
    const before = (await app.get(`/status/${ids[0]}`)).body.createdDateTime;
    expect(idsOf(await list(`createdBefore=${before}`))).toEqual(ids.slice(1));

    const first = await list('top=2');
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    const second = (await app.get(first.nextLink ?? '')).body;
    expect(idsOf(second)).toEqual(ids.slice(2));
    expect(second.nextLink).toBeUndefined();
  });

  test.each(['top=0', 'top=101', 'top=x', 'status=Odd', 'createdAfter=yesterday', "skipToken=a'b"])(
    'rejects %s',
    async (query) => {
      const { status, body } = await app.get(`/status?${query}`);
      expect([status, body.error?.target]).toEqual([400, query.split('=')[0]]);
    },
  );
});

test('an independent client polls the operation: @azure/core-lro', async () => {
  const request = async (method: string, path: string, body?: unknown): Promise<OperationResponse<Body>> => {
    const answer = await (body === undefined ? app.send(method, path) : app.post(path, body));
    const rawRequest = { method, url: new URL(path, app.url).href };
    const headers = Object.fromEntries(answer.headers);
    return {
      flatResponse: answer.body,
      rawResponse: { statusCode: answer.status, headers, body: answer.body, request: rawRequest },
    };
  };
  const operation: RunningOperation<Body> = {
    sendInitialRequest: () => request('POST', '/plates/recognize', { imageId: 10022 }),
    sendPollRequest: (path) => request('GET', path),
  };
  const seen: string[] = [];
  const poller = createHttpPoller<Body, OperationState<Body>>(operation, { intervalInMs: 10 });
  poller.onProgress(({ status }) => void seen.push(status));
  expect(await poller.pollUntilDone()).toMatchObject({ status: 'Succeeded', result: { plateNumber: 'с181мв190' } });
  expect(seen.at(-1)).toBe('succeeded');
});

test('the OpenAPI document lists all routes', async () => {
  const { body } = await app.get('/openapi.json');
  const { openapi, paths } = body as unknown as { openapi: string; paths: Record<string, Record<string, unknown>> };
  expect(openapi).toMatch(/^3\.1\./);
  expect(Object.keys(paths).sort()).toEqual(
    [
      '/api/map',
      '/api/result/{jobId}',
      '/api/status/{jobId}',
      '/cinema/',
      '/cinema/{id}/',
      '/cinema/{id}/restart/',
      '/cinema/{id}/result/',
      '/comments/',
      '/comments/{id}/',
      '/csrftoken/',
      '/download/{id}/',
      '/files/',
      '/files/tus/',
      '/files/tus/{id}/',
      '/files/{id}/',
      '/books',
      '/books/{id}',
      '/books/{id}/files/{path}',
      '/books/{id}:upload-finish',
      '/books/{id}:upload-start',
      '/endpoints',
      '/endpoints/{id}',
      '/endpoints/{id}/requests',
      '/endpoints/{id}/requests/{requestID}:cancel',
      '/endpoints/{id}/requests:clean',
      '/endpoints/{id}/stats',
      '/endpoints/{id}:rotateKey',
      '/health',
      '/openapi.json',
      '/plates/recognize',
      '/plates/recognize-batch',
      '/plates/{imageId}',
      '/plates/{imageId}/image',
      '/recommend/',
      '/recommend/{id}/',
      '/record/',
      '/sse/{id}/',
      '/status',
      '/status/{id}',
      '/status/{id}/deliveries',
      '/status/{id}/deliveries:redeliver',
      '/status/{id}/events',
      '/status/{id}/history',
      '/status/{id}/result',
      '/status/{id}:cancel',
      '/status:batchGet',
      '/status/{id}:retry',
      '/status:cancel',
      '/status:delete',
      '/upstreams',
      '/upstreams/{name}:pause',
      '/upstreams/{name}:resume',
      '/v1/{serverlessId}/async',
      '/v1/{serverlessId}/requests/{requestID}/deliveries',
      '/v1/{serverlessId}/requests/{requestID}/deliveries:redeliver',
      '/v1/{serverlessId}/status',
      '/v1/{serverlessId}/sync',
      '/violations/',
      '/violations/{id}/',
      '/violations:load',
    ].sort(),
  );
});

test('no two calls overlap', async () => {
  const { paths } = (await app.get('/openapi.json')).body as unknown as { paths: Record<string, object> };
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ name: path, method, path })),
  );
  expect(overlaps(calls)).toEqual([]);
});

test('no two functions overlap, but for ids of serverless endpoints that are refused', async () => {
  interface Described {
    name: string;
    config: { bindings: { type: string; route?: string; methods?: string[] }[] };
  }
  const functions = (await (await fetch(`${stack.url}/admin/functions`)).json()) as Described[];
  const routes = functions
    .filter(({ name }) => name !== 'zz_elsewhere') // which is tried last and answers what no other does
    .flatMap(({ name, config }) =>
      config.bindings
        .filter(({ type }) => type === 'httpTrigger')
        .flatMap(({ route = name, methods = [] }) => methods.map((method) => ({ name, method, path: `/${route}` }))),
    );
  expect(routes.length).toBeGreaterThan(30);
  const isRefusedId = (path: string) => {
    const [, version, id] = path.split('/');
    return version === 'v1' && id !== undefined && !id.startsWith('{') && !endpointId.safeParse(id).success;
  };
  // `/console` is also `/console/{*p1}` with an empty rest; the genuine host tries the first name first.
  const isFirst = (one: { name: string; path: string }, other: { name: string; path: string }) =>
    one.path === other.path.replace(/\/\{\*\w+\}$/, '') && one.name < other.name;
  const isDecided = ([a, b]: [(typeof routes)[number], (typeof routes)[number]]) => isFirst(a, b) || isFirst(b, a);
  const open = overlaps(routes).filter((pair) => !pair.some(({ path }) => isRefusedId(path)) && !isDecided(pair));
  expect(open).toEqual([]);
});

test('health lists its checks', async () => {
  const { status, body } = await app.get('/health');
  expect([status, body]).toEqual([
    200,
    { status: 'ok', version: expect.any(String) as string, checks: { blobs: 'ok', tables: 'ok', taskHub: 'ok' } },
  ]);
});

describe('what no route serves', () => {
  test.each([
    ['GET', '/v1/gpu/other', 404, 'Nothing is served at /v1/gpu/other.'],
    ['POST', '/V1', 404, 'Nothing is served at /V1.'],
    ['PUT', '/v1/gpu/async', 405, 'PUT is not served at /v1/gpu/async; it takes POST, DELETE.'],
    ['OPTIONS', '/v1/gpu/sync', 405, 'OPTIONS is not served at /v1/gpu/sync; it takes POST.'],
    ['PROPFIND', '/v1/gpu/sync', 405, 'PROPFIND is not served at /v1/gpu/sync; it takes POST.'],
    ['PROPFIND', '/v1/gpu', 404, 'Nothing is served at /v1/gpu.'],
  ])('%s %s is answered as everything below /v1', async (method, target, status, error) => {
    const response = await fetch(stack.url + target, { method });
    expect([response.status, await response.json()]).toEqual([status, { error }]);
    expect(response.headers.get('x-ms-error-code')).toBe(status === 404 ? 'NotFound' : 'MethodNotAllowed');
  });

  test.each([
    ['/v1/gpu/other', 404, 'NotFound'],
    ['/v1/gpu/status', 405, 'MethodNotAllowed'],
    ['/plates/recognize', 405, 'MethodNotAllowed'],
  ])('HEAD %s has the code in its header, and no body', async (target, status, code) => {
    const response = await fetch(stack.url + target, { method: 'HEAD' });
    expect([response.status, await response.text(), response.headers.get('x-ms-error-code')]).toEqual([
      status,
      '',
      code,
    ]);
  });

  test.each(['GET', 'OPTIONS', 'PROPFIND'])('%s elsewhere is answered in the app’s own form', async (method) => {
    const response = await fetch(`${stack.url}/nothing`, { method });
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: { code: 'NotFound', message: 'Nothing is served at /nothing.', status: 404 } },
    ]);
  });
});
