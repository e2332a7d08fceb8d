import { randomUUID } from 'node:crypto';
import { startStack, type Stack } from '../support/test-stack.js';
import { type Span } from '../../src/operations/reading/spans.js';
import { type RecognizeBatchResult } from '../../src/plates/schemas.js';
import { startUpload, type Upload } from '../support/books.js';
import { Client, setFault, type Answer, type Body } from '../support/client.js';

const KNOWN = 10022;
/** Ids that the provider does not have: with their errors a result has over 64 KiB. */
const UNKNOWN = Array.from({ length: 999 }, (_, index) => 900_000 + index);
const UNKNOWN_ID = '0'.repeat(32);

const lines: string[] = [];
let stack: Stack;
let app: Client;
/** Final monitors of a recognition, of one that failed, of one that was canceled, and of a large batch. */
let single: Body;
let failed: Body;
let canceled: Body;
let batch: Body;
/** A recognition that runs as long as the tests. */
let running: string;

beforeAll(async () => {
  stack = await startStack({
    services: ['imageProvider', 'plateReader'],
    faults: true,
    env: { IMAGE_PROVIDER_TIMEOUT_MS: '120000' },
    onLine: (_part, line) => void lines.push(line),
  });
  app = new Client(stack.url);
  const finished = async (path: string, body: object) => app.finished(await app.post(path, body));
  [single, failed, batch] = await Promise.all([
    finished('/plates/recognize', { imageId: KNOWN }),
    finished('/plates/recognize', { imageId: UNKNOWN[0] }),
    finished('/plates/recognize-batch', { imageIds: [KNOWN, ...UNKNOWN] }),
  ]);
  await setFault(stack.imageProvider.url, { mode: 'slow', delayMs: 600_000 });
  const start = await app.post('/plates/recognize', { imageId: KNOWN });
  running = (await app.post('/plates/recognize', { imageId: KNOWN })).body.id;
  await app.post(`/status/${start.body.id}:cancel`);
  canceled = await app.finished(start);
});
afterAll(() => stack.stop());

const result = (id: string, accept?: string) => app.get(`/status/${id}/result`, accept ? { Accept: accept } : {});

describe('many monitors in one call', () => {
  const batchGet = (ids: unknown): Promise<Answer> => app.post('/status:batchGet', { ids });

  test('come in the order asked, with an error for each id that has none', async () => {
    const ids = [UNKNOWN_ID, single.id, 'short', failed.id, 'x'.repeat(101), canceled.id, single.id];
    const { status, headers, body } = await batchGet(ids);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const error = (id: string, code: string) => ({ id, error: { code, message: expect.any(String) as string } });
    expect(body.value).toEqual([
      error(UNKNOWN_ID, 'OperationNotFound'),
      single,
      error('short', 'InvalidOperationId'),
      failed,
      error('x'.repeat(101), 'InvalidOperationId'),
      canceled,
      single,
    ]);
  });

  test('give a result over 64 KiB by its location', async () => {
    expect(batch.result).toBeDefined();
    const [monitor] = (await batchGet([batch.id])).body.value;
    expect(monitor).toMatchObject({ id: batch.id, status: 'Succeeded', progress: { total: 1_000 } });
    expect(monitor).not.toHaveProperty('result');
    expect(await (await fetch(monitor?.resultLocation ?? '')).json()).toEqual(batch.result);
  });

  test.each<[string, unknown]>([
    ['no ids', []],
    ['101 ids', Array(101).fill(UNKNOWN_ID)],
    ['an id alone', UNKNOWN_ID],
    ['a number', [1]],
    ['nothing', undefined],
  ])('of %s are 400', async (_name, ids) => {
    expect(await batchGet(ids)).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequest' } } });
  });

  test('can be 100', async () => {
    const { body } = await batchGet(Array.from({ length: 100 }, (_, n) => (n % 2 ? single.id : randomUUID())));
    expect(body.value.map(({ kind, error }) => error?.code ?? kind)).toEqual(
      Array.from({ length: 100 }, (_, n) => (n % 2 ? 'plates.recognize' : 'OperationNotFound')),
    );
  });
});

describe('a result alone', () => {
  test('is the JSON of the result, inline or stored', async () => {
    const { status, headers, body } = await result(single.id);
    expect([status, body]).toEqual([200, single.result]);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect((await result(batch.id)).body).toEqual(batch.result);
  });

  test('of a batch is a table of its images', async () => {
    const { headers, text } = await result(batch.id, 'text/csv');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="plates.recognizeBatch-${batch.id}.csv"`);
    const [columns, first, second, ...others] = text.split('\r\n');
    expect(columns).toBe('imageId,plateNumber,confidence,errorCode,errorMessage');
    const { results } = batch.result as RecognizeBatchResult;
    expect(first).toBe(`${KNOWN},${results[0]?.plateNumber},${results[0]?.confidence ?? ''},,`);
    expect(second).toMatch(/^900000,,,ImageNotFound,/);
    expect(others).toHaveLength(999); // and the end of the last line
  });

  test('of a kind without a table has no other form', async () => {
    expect(await result(single.id, 'text/csv')).toMatchObject({
      status: 406,
      body: { error: { code: 'NotAcceptable' } },
    });
  });

  test('is refused while the operation runs', async () => {
    const { status, headers, body } = await result(running);
    expect([status, body.error?.code]).toEqual([409, 'OperationNotFinished']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('is refused with the error of an operation that has none', async () => {
    expect(await result(failed.id)).toMatchObject({
      status: 409,
      body: { error: { code: 'OperationHasNoResult', details: [{ code: 'ImageNotFound' }] } },
    });
    expect(await result(canceled.id)).toMatchObject({
      status: 409,
      body: { error: { code: 'OperationHasNoResult', details: [{ code: 'OperationCanceled' }] } },
    });
    expect((await result(UNKNOWN_ID)).status).toBe(404);
  });
});

describe('a history', () => {
  const historyOf = async (id: string) => {
    const { status, body } = await app.get(`/status/${id}/history`);
    expect(status).toBe(200);
    return body as unknown as { id: string; kind: string; status: string; spans: Span[]; truncated?: true };
  };

  test('of a batch has its activities, within the time of its orchestrator', async () => {
    const { spans, ...history } = await historyOf(batch.id);
    expect(history).toEqual({ id: batch.id, kind: 'plates.recognizeBatch', status: 'Succeeded' });
    const [orchestrator, ...others] = spans;
    expect(orchestrator).toMatchObject({ name: 'plates.recognizeBatch', type: 'orchestrator', status: 'Succeeded' });
    expect(String(orchestrator?.input)).toMatch(/^\{"imageIds":\[10022,900000,/);
    const activities = others.filter(({ name }) => name === 'plates.recognizeImages');
    expect(activities.length).toBeGreaterThanOrEqual(20);
    expect(activities[0]).toMatchObject({ type: 'activity', attempt: 1, status: 'Succeeded' });
    expect(others.at(-1)).toMatchObject({ name: 'operations.storeResult', status: 'Succeeded' });
    for (const [index, { startedDateTime, endedDateTime = startedDateTime }] of spans.entries()) {
      expect(startedDateTime >= (spans[index - 1]?.startedDateTime ?? '')).toBe(true);
      expect(endedDateTime >= startedDateTime).toBe(true);
    }
  });

  test('of an operation that runs has a span without an end', async () => {
    await app.until(running, ({ status }) => status === 'Running');
    const { status, spans } = await historyOf(running);
    expect(status).toBe('Running');
    expect(spans.filter(({ endedDateTime }) => endedDateTime === undefined).map(({ name }) => name)).toContain(
      'plates.recognize',
    );
  });

  test('of a failed and of a canceled operation says why', async () => {
    const { spans } = await historyOf(failed.id);
    expect(spans.at(0)).toMatchObject({ status: 'Failed', error: { code: 'ImageNotFound' } });
    expect(spans.at(-1)).toMatchObject({ name: 'plates.recognizeImage', error: { code: 'ImageNotFound' } });
    const events = (await historyOf(canceled.id)).spans.filter(({ type }) => type === 'event');
    expect(events).toMatchObject([{ name: 'cancel', input: true }]);
  });

  test('shows no credentials that an operation gave, and neither does the log', async () => {
    const monitor = await app.finished(await startUpload(app, 'new', { 'a.txt': 'a' }));
    const { credentials } = monitor.result as Upload;
    const signature = new URLSearchParams(credentials.sasToken).get('sig') ?? '';
    const shown = [...lines, JSON.stringify(await historyOf(monitor.id))].join('\n');
    expect(signature.length).toBeGreaterThan(40);
    expect(shown).toContain('books.');
    expect(shown).not.toContain(signature);
    expect(shown).not.toContain(encodeURIComponent(signature));
  });

  test.each([
    [UNKNOWN_ID, 404, 'OperationNotFound'],
    ['short', 400, 'InvalidOperationId'],
  ])('of %s is %i', async (id, status, code) => {
    expect(await app.get(`/status/${id}/history`)).toMatchObject({ status, body: { error: { code } } });
  });
});

test('the list can be limited to ids with a beginning', async () => {
  const { body } = await app.get(`/status?idStartsWith=${batch.id.slice(0, 20)}`);
  expect(body.value.map(({ id }) => id)).toEqual([batch.id]);
  expect((await app.get('/status?idStartsWith=a%20b')).status).toBe(400);
});

test('each change that a client sees has a time of its own', async () => {
  await setFault(stack.imageProvider.url);
  const { body } = await app.post('/plates/recognize-batch', { imageIds: [KNOWN, ...UNKNOWN.slice(0, 20)] });
  const seen = new Map<string, Set<string>>();
  await app.until(body.id, ({ lastUpdatedDateTime, ...visible }) => {
    const states = seen.get(lastUpdatedDateTime) ?? new Set();
    seen.set(lastUpdatedDateTime, states.add(JSON.stringify(visible)));
    return visible.status === 'Succeeded';
  });
  for (const states of seen.values()) expect(states.size).toBe(1);
});
