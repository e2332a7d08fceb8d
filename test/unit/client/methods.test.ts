import {
  createClient,
  readEvents,
  type Analysis,
  type BookUpload,
  type History,
  type LonghaulClient,
  type MapResult,
  type MapStarted,
  type Monitor,
  type NotShown,
  type Operation,
  type RecognizeBatchResult,
  type RecognizeResult,
  type StreamEvent,
} from '@longhaul/client';
import { FakeApp } from '../../support/fake-app.js';
import { readFile } from '../../support/documents.js';

const ID = 'an-operation-of-a-test';
const monitor = { id: ID, status: 'NotStarted' };

let app: FakeApp;
let longhaul: LonghaulClient;
beforeAll(async () => {
  app = new FakeApp();
  await app.start();
  longhaul = createClient({ baseUrl: app.url });
});
beforeEach(() => {
  const headers = { 'Operation-Location': `http://internal.example/status/${ID}?api-version=1` };
  app.arrived.length = 0;
  app.fault = ({ method }) => (method === 'POST' ? { status: 202, headers, body: JSON.stringify(monitor) } : undefined);
});
afterAll(() => app.stop());

const answerWith = (body: unknown) => {
  app.fault = () => ({ status: 200, body: JSON.stringify(body) });
};
const arrived = () => app.arrived.map(({ method, path, body }) => [method, path, ...(body === '' ? [] : [body])]);

const zip = new Blob(['zip']);
const bookRequest = { files: [{ path: 'a', hash: 'b' }], clientName: 'test', clientVersion: '1' };
const finishRequest = { transactionId: 'c', metadata: {} };
const analysis = { file_id: 7, target_audience: '12+' } as const;

/** One call of each method that starts an operation; the types are what the compiler checks. */
const STARTS: Record<string, (client: LonghaulClient) => Promise<Operation<unknown, unknown>>> = {
  '/plates/recognize': (c): Promise<Operation<RecognizeResult>> => c.plates.recognize({ imageId: 1 }),
  '/plates/recognize-batch': (c): Promise<Operation<RecognizeBatchResult>> =>
    c.plates.recognizeBatch({ imageIds: [1] }),
  '/api/map': (c): Promise<Operation<MapResult, MapStarted>> => c.bankMap.map(zip, { company: 'Žižkov' }),
  '/books/{id}:upload-start': (c): Promise<Operation<BookUpload>> => c.books.uploadStart('new', bookRequest),
  '/books/{id}:upload-finish': (c) => c.books.uploadFinish('d', finishRequest),
  '/cinema/': (c): Promise<Operation<{ scenes: number }, Analysis>> => c.files.analyze(analysis),
  '/cinema/{id}/restart/': (c): Promise<Operation<{ scenes: number }, Analysis>> => c.files.reanalyze(7),
  '/status/{id}:retry': (c) => c.operations.retry(ID),
  '/status:cancel': (c) => c.operations.cancelMany({ ids: [ID] }),
  '/status:delete': (c) => c.operations.deleteMany({ filter: { kind: 'plates.recognize', status: 'Failed' } }),
};

test.each(Object.entries(STARTS))(
  'the start %s has an id, and its operation that of the answer',
  async (path, start) => {
    const { id, started } = await start(longhaul);
    expect([id, started]).toEqual([ID, monitor]);
    const [request] = app.arrived;
    expect(request?.method).toBe('POST');
    expect(request?.path).toMatch(new RegExp(`^${path.replace(/\{id\}/, '[\\w-]+')}$`));
    expect(request?.headers['operation-id']).toMatch(/^[0-9a-f]{32}$/);
  },
);

test('every start of the OpenAPI document has a method', () => {
  interface Described {
    responses: Record<string, { headers?: object }>;
  }
  const { paths } = JSON.parse(readFile('docs/openapi.json')) as { paths: Record<string, { post?: Described }> };
  const isStart = ({ responses }: Described) =>
    Object.values(responses).some(({ headers = {} }) => 'Operation-Location' in headers);
  const starts = Object.entries(paths).flatMap(([path, { post }]) => (post && isStart(post) ? [path] : []));
  expect(starts).toContain('/plates/recognize-batch');
  expect(starts.filter((path) => !(path in STARTS))).toEqual([]);
});

test('the bank map gets the zip and the company', async () => {
  await longhaul.bankMap.map(zip, { company: 'Žižkov' });
  expect(app.arrived[0]).toMatchObject({
    headers: {
      recognitionforid: Buffer.from('Žižkov').toString('base64'),
      'content-type': 'application/zip',
      'content-length': '3',
    },
    body: 'zip',
  });
});

test('any other kind is started by its path', async () => {
  const operation: Operation<{ width: number }> = await longhaul.start('/thumbnails/create', { width: 1 });
  expect(operation.id).toBe(ID);
  expect(arrived()).toEqual([['POST', '/thumbnails/create', '{"width":1}']]);
});

describe('operations', () => {
  test('get reads a monitor', async () => {
    answerWith(monitor);
    const read: Monitor = await longhaul.operations.get(ID);
    expect([read, arrived()]).toEqual([monitor, [['GET', `/status/${ID}`]]]);
  });

  test('getMany asks for 100 at a time, and keeps the order', async () => {
    app.fault = ({ body }) => {
      const { ids } = JSON.parse(body) as { ids: string[] };
      return { status: 200, body: JSON.stringify({ value: ids.map((id) => ({ id })) }) };
    };
    const ids = Array.from({ length: 250 }, (_, n) => `operation-of-a-test-${n}`);
    const many: (Monitor | NotShown)[] = await longhaul.operations.getMany(ids);
    expect(many.map(({ id }) => id)).toEqual(ids);
    expect(app.arrived.map(({ path }) => path)).toEqual(Array(3).fill('/status:batchGet'));
    expect(await longhaul.operations.getMany([])).toEqual([]);
  });

  test('list follows nextLink on the app’s own address', async () => {
    app.fault = ({ path }) => {
      const nextLink = 'http://internal.example/status?kind=a&top=2&skipToken=b';
      const page = { value: [{ path }], ...(!path.includes('skipToken') && { nextLink }) };
      return { status: 200, body: JSON.stringify(page) };
    };
    const pages: Monitor[][] = [];
    for await (const page of longhaul.operations.list({ kind: 'a', top: 2, status: undefined })) pages.push(page);
    expect(pages).toEqual([[{ path: '/status?kind=a&top=2' }], [{ path: '/status?kind=a&top=2&skipToken=b' }]]);
  });

  test('cancel asks the operation to stop', async () => {
    const after: Monitor = await longhaul.operations.cancel(ID);
    expect([after, arrived()]).toEqual([monitor, [['POST', `/status/${ID}:cancel`]]]);
  });

  test('history tells what happened', async () => {
    answerWith({ id: ID, spans: [] });
    const history: History = await longhaul.operations.history(ID);
    expect([history.spans, arrived()]).toEqual([[], [['GET', `/status/${ID}/history`]]]);
  });

  test('delete has succeeded when only its answer was lost', async () => {
    app.fault = () => (app.arrived.length === 1 ? 'refused' : { status: 404 });
    await longhaul.operations.delete(ID);
    expect(arrived()).toEqual(Array(2).fill(['DELETE', `/status/${ID}`]));
  });

  test('delete of an unknown operation fails', async () => {
    app.fault = () => ({ status: 404 });
    await expect(longhaul.operations.delete(ID)).rejects.toMatchObject({ status: 404 });
  });
});

test('request makes any call; a POST once', async () => {
  answerWith({ a: 1 });
  const answer: { a: number } = await longhaul.request('GET', '/upstreams');
  expect(answer).toEqual({ a: 1 });
  app.fault = () => ({ status: 502 });
  await expect(longhaul.request('POST', '/upstreams/x:pause', { json: { reason: 'b' } })).rejects.toThrow('502');
  expect(arrived().slice(1)).toEqual([['POST', '/upstreams/x:pause', '{"reason":"b"}']]);
});

test('request sends a body as it is', async () => {
  answerWith({ a: 1 });
  const headers = { 'Content-Type': 'text/csv' };
  await longhaul.request('PUT', '/sheet', { body: new Blob(['a;b']), headers });
  expect(app.arrived[0]).toMatchObject({ method: 'PUT', headers: { 'content-type': 'text/csv' }, body: 'a;b' });
});

test.each([200, 202, 204])('request gives undefined for %i without a body', async (status) => {
  app.fault = () => ({ status });
  expect(await longhaul.request('POST', `/status/${ID}/deliveries:redeliver`)).toBeUndefined();
});

test('requestWithHeaders gives the headers too', async () => {
  app.fault = () => ({ status: 200, headers: { ETag: '"1"' }, body: '{"name":"gpu"}' });
  const { body, headers } = await longhaul.requestWithHeaders<{ name: string }>('PATCH', '/endpoints/gpu', {
    json: { ttl: 1 },
    headers: { 'If-Match': '"0"' },
  });
  expect([body.name, headers.get('etag')]).toEqual(['gpu', '"1"']);
  expect(app.arrived[0]).toMatchObject({ method: 'PATCH', headers: { 'if-match': '"0"' }, body: '{"ttl":1}' });
});

test.each(['\n', '\r\n', '\r'])('readEvents reads a stream in any parts, with lines that end with %j', async (end) => {
  const lines = ['id: 1', 'data: {"a":', 'data:1}', '', ': comment', '', 'id: 2', 'data: ž', '', 'data: unfinished'];
  const bytes = new TextEncoder().encode(lines.join(end));
  const parts = Array.from(bytes, (byte) => Uint8Array.of(byte));
  const events: StreamEvent[] = [];
  for await (const event of readEvents(ReadableStream.from(parts))) if (event.data !== '') events.push(event);
  expect(events).toEqual([
    { id: '1', data: '{"a":\n1}' },
    { id: '2', data: 'ž' },
  ]);
});
