import {
  ApiError,
  createClient,
  OperationCanceledError,
  OperationFailedError,
  TimeoutError,
  type LonghaulClient,
  type Monitor,
} from '@longhaul/client';
import { eventually } from '../../support/eventually.js';
import { FakeApp } from '../../support/fake-app.js';
import { listen } from '../../support/scripted-server.js';

const ID = 'an-operation-of-a-test';
const KEY = 'a-function-key';
const EVENTS = /\/events$/;
const isStream = ({ path }: { path: string }) => path.endsWith('/events');
const MONITOR = /^\/status\/[\w-]+$/;

let app: FakeApp;
let longhaul: LonghaulClient;
beforeEach(async () => {
  app = new FakeApp();
  await app.start();
  longhaul = createClient({ baseUrl: `${app.url}/`, key: KEY });
});
afterEach(() => app.stop());

const until = (condition: () => boolean) => eventually(() => Promise.resolve(condition() || undefined));

/** Collects what `updates` yields; the operation changes when the follower has seen the change before. */
async function follow(changes: Partial<Monitor>[], between: () => void = () => undefined) {
  const seen: Monitor[] = [];
  for await (const monitor of longhaul.resume(ID).updates()) {
    seen.push(monitor);
    const next = changes.shift();
    if (!next) continue;
    between();
    app.set(ID, next);
  }
  return seen.map(({ status, percentComplete }) => (status === 'Running' ? percentComplete : status));
}

const CHANGES = [{ percentComplete: 50 }, { percentComplete: 75 }, { status: 'Succeeded', result: 7 }] as const;

describe('a start', () => {
  test('whose answer is lost is repeated, and starts once', async () => {
    app.fault = () => (app.arrived.length === 1 ? 'lostAnswer' : undefined);
    const operation = await longhaul.plates.recognize({ imageId: 1 });
    const ids = app.seen('POST', /recognize/).map(({ headers }) => headers['operation-id']);
    expect(ids).toEqual([operation.id, operation.id]);
    expect([...app.operations.keys()]).toEqual([operation.id]);
    expect(operation.started).toMatchObject({ id: operation.id, status: 'NotStarted' });
  });

  test('has the caller’s id, its webhook and the key', async () => {
    const given = { operationId: 'an-id-of-the-caller', webhookUrl: 'https://example.com/hook' };
    expect((await longhaul.plates.recognize({ imageId: 1 }, given)).id).toBe(given.operationId);
    expect(app.arrived[0]).toMatchObject({
      headers: { 'x-functions-key': KEY, 'webhook-url': given.webhookUrl, 'content-type': 'application/json' },
      body: '{"imageId":1}',
    });
  });

  test('sends an image with its type', async () => {
    await longhaul.plates.recognize(new Blob(['image'], { type: 'image/png' }));
    expect(app.arrived[0]).toMatchObject({ headers: { 'content-type': 'image/png' }, body: 'image' });
  });
});

describe('a call', () => {
  test.each([429, 502, 503, 504])('that is answered %i is repeated', async (status) => {
    app.set(ID, { status: 'Succeeded' });
    app.fault = () => (app.arrived.length <= 2 ? { status, headers: { 'Retry-After': '0' } } : undefined);
    expect(await longhaul.operations.get(ID)).toMatchObject({ status: 'Succeeded' });
    expect(app.arrived).toHaveLength(3);
  });

  test('that meets no connection is repeated', async () => {
    app.set(ID, {});
    app.fault = () => (app.arrived.length <= 2 ? 'refused' : undefined);
    expect(await longhaul.operations.get(ID)).toMatchObject({ id: ID });
  });

  test.each([400, 401, 404, 409, 410, 500, 501])('that is answered %i is not repeated', async (status) => {
    const error = { code: 'SomeCode', message: 'Some sentence.', target: 'field', details: [] };
    const headers = { 'x-ms-request-id': 'a-trace-id' };
    app.fault = () => ({ status, headers, body: JSON.stringify({ error }) });
    const thrown = await longhaul.operations.get(ID).catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(ApiError);
    expect(thrown).toMatchObject({ ...error, status, retryable: false, requestId: 'a-trace-id', attempts: 1 });
    expect(app.arrived).toHaveLength(1);
  });

  test('is not repeated when Retry-After is longer than the time for it', async () => {
    app.fault = () => ({ status: 503, headers: { 'Retry-After': '3600' } });
    await expect(longhaul.operations.get(ID)).rejects.toMatchObject({
      status: 503,
      code: 'Http503',
      retryable: true,
      retryAfterMs: 3_600_000,
    });
    expect(app.arrived).toHaveLength(1);
  });

  test('without an answer ends with an error that names the app, and no key', async () => {
    const impatient = createClient({ baseUrl: app.url, key: KEY, retryMs: 0 });
    await app.stop();
    const thrown = await impatient.operations.get(ID).catch((caught: unknown) => caught);
    expect(thrown).toMatchObject({ status: 0, code: 'ConnectionFailed', message: `${app.url} cannot be reached.` });
    expect(JSON.stringify(thrown)).not.toContain(KEY);
    await app.start();
  });

  test.each([
    ['of an older API', { errors: 'What is wrong.' }],
    ['of the bank map', { error: 'What is wrong.', trace_id: 'a-trace-id' }],
  ])('has the sentence and the code of an error %s', async (_what, body) => {
    app.fault = () => ({ status: 404, headers: { 'x-ms-error-code': 'FileNotFound' }, body: JSON.stringify(body) });
    await expect(longhaul.request('GET', '/files/7/')).rejects.toMatchObject({
      message: 'What is wrong.',
      code: 'FileNotFound',
    });
  });

  test('that another service answers says so', async () => {
    app.fault = () => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' });
    await expect(longhaul.operations.get(ID)).rejects.toMatchObject({ code: 'AnswerNotReadable' });
  });

  test('does not follow a redirection with the key', async () => {
    app.fault = () => ({ status: 307, headers: { Location: '/elsewhere' } });
    await expect(longhaul.operations.get(ID)).rejects.toMatchObject({ status: 307 });
    expect(app.arrived).toHaveLength(1);
  });

  test('ends with the signal', async () => {
    app.fault = () => ({ status: 503, headers: { 'Retry-After': '30' } });
    const abort = new AbortController();
    const call = longhaul.plates.recognize({ imageId: 1 }, { signal: abort.signal });
    await until(() => app.arrived.length === 1);
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
  });
});

describe('updates', () => {
  beforeEach(() => app.set(ID, { percentComplete: 0 }));

  test('gives each monitor once, to the final one', async () => {
    expect(await follow([...CHANGES])).toEqual([0, 50, 75, 'Succeeded']);
    expect([app.seen('GET', MONITOR).length, app.seen('GET', EVENTS).length]).toEqual([1, 1]);
  });

  test('of an operation that has ended need one request', async () => {
    app.set(ID, { status: 'Canceled' });
    expect(await follow([])).toEqual(['Canceled']);
    expect(app.arrived).toHaveLength(1);
  });

  test('go on after a stream that is lost, with the last event', async () => {
    expect(await follow([...CHANGES], () => app.dropStreams())).toEqual([0, 50, 75, 'Succeeded']);
    const ids = app.seen('GET', EVENTS).map(({ headers }) => headers['last-event-id']);
    expect(ids.length).toBeGreaterThan(1);
    expect(ids).not.toContain(undefined);
  });

  test('open the next stream before long requests are ended', async () => {
    longhaul = createClient({ baseUrl: app.url, streamMs: 50 });
    const following = follow([]);
    for (const [index, change] of CHANGES.entries()) {
      await until(() => app.seen('GET', EVENTS).length >= 2 * (index + 1));
      app.set(ID, change);
    }
    expect(await following).toEqual([0, 50, 75, 'Succeeded']);
  });

  test('poll behind a proxy that holds streams back', async () => {
    app.fault = (request) => (isStream(request) ? 'held' : undefined);
    expect(await follow([...CHANGES])).toEqual([0, 50, 75, 'Succeeded']);
    expect(app.seen('GET', EVENTS)).toHaveLength(1);
    expect(
      app
        .seen('GET', MONITOR)
        .slice(1)
        .map(({ headers }) => headers['if-none-match']),
    ).not.toContain(undefined);
  });

  test('poll where streams are refused', async () => {
    app.fault = (request) => (isStream(request) ? { status: 502 } : undefined);
    expect(await follow([...CHANGES])).toEqual([0, 50, 75, 'Succeeded']);
  });

  test('give no monitor that is older than the last one', async () => {
    const following = follow([]);
    await until(() => app.streams === 1);
    app.set(ID, { percentComplete: 50 });
    app.set(ID, { percentComplete: 1, lastUpdatedDateTime: '2020-01-01T00:00:00.000Z' });
    app.set(ID, { status: 'Succeeded' });
    expect(await following).toEqual([0, 50, 'Succeeded']);
  });

  test('close the connection when the loop is left', async () => {
    for await (const { percentComplete } of longhaul.resume(ID).updates()) {
      if (percentComplete === 50) break;
      void until(() => app.streams === 1).then(() => app.set(ID, CHANGES[0]));
    }
    await until(() => app.streams === 0);
  });

  test('end with the signal, and close the connection', async () => {
    const abort = new AbortController();
    const all = (async () => {
      for await (const _ of longhaul.resume(ID).updates({ signal: abort.signal }));
    })();
    await until(() => app.streams === 1);
    abort.abort();
    await expect(all).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => app.streams === 0);
  });

  test('end with the error of an operation that was deleted', async () => {
    app.operations.delete(ID);
    await expect(follow([])).rejects.toMatchObject({ status: 404 });
  });
});

describe('result', () => {
  test('is that of the operation, after restarts of the app', async () => {
    app.set(ID, {});
    const result = longhaul.resume<number>(longhaul.resume(ID).token).result();
    for (let restart = 1; restart <= 2; restart++) {
      await until(() => app.streams === 1);
      await app.stop();
      await app.start();
    }
    app.set(ID, { status: 'Succeeded', result: 7 });
    expect(await result).toBe(7);
  });

  test('of a large result is what resultLocation has; no key goes there', async () => {
    const keys: unknown[] = [];
    const storage = await listen((request, response) => {
      keys.push(request.headers['x-functions-key']);
      response.end('{"results":[1,2,3]}');
    });
    app.set(ID, { status: 'Succeeded', result: { results: [1] }, resultLocation: `${storage.url}/blob?sig=secret` });
    expect(await longhaul.resume(ID).result()).toEqual({ results: [1, 2, 3] });
    expect(keys).toEqual([undefined]);
    await storage.close();
  });

  test('of a failed operation is its error, with all details', async () => {
    const details = [{ code: 'B', message: 'b' }];
    const storage = await listen((_, response) => response.end(JSON.stringify([...details, ...details])));
    const error = { code: 'A', message: 'a', status: 400, details };
    app.set(ID, { status: 'Failed', error, resultLocation: storage.url });
    const thrown = await longhaul
      .resume(ID)
      .result()
      .catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(OperationFailedError);
    expect(thrown).toMatchObject({ code: 'A', message: 'a', operationId: ID, details: [...details, ...details] });
    await storage.close();
  });

  test('of a canceled operation is an error', async () => {
    app.set(ID, { status: 'Canceled' });
    await expect(longhaul.resume(ID).result()).rejects.toThrow(OperationCanceledError);
  });

  test('that takes longer than timeoutMs is an error; the operation goes on', async () => {
    app.set(ID, {});
    await expect(longhaul.resume(ID).result({ timeoutMs: 100 })).rejects.toThrow(TimeoutError);
    expect(app.seen('POST', /./)).toEqual([]);
    await until(() => app.streams === 0);
  });
});
