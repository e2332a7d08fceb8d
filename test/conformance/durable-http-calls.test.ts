import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { type Answer, type FakeService, startFakeService } from '../support/fake-service.js';
import { type HostProcess } from '../support/host-process.js';
import { type TempApp } from '../support/temp-app.js';
import { testDurable as test, testHere } from '../support/fixtures.js';

/** `callHttp`: host contract, 6.7 rule 7 and 6.8.7. */
const IDENTITY_SECRET = 'identity-secret';
const services: FakeService[] = [];
let app: TempApp;
let host: HostProcess;
let api: DurableApi;
let identity: FakeService;

const serve = async (...answers: Answer[]) => {
  const service = await startFakeService(answers);
  services.push(service);
  return service;
};

beforeAll(async () => {
  identity = await serve({
    body: JSON.stringify({ access_token: 'the-token' }),
    headers: { 'content-type': 'application/json' },
  });
  app = await durableFixture({ httpSettings: { defaultAsyncRequestSleepTimeMilliseconds: 20 } });
  host = await startFixture(app, { IDENTITY_ENDPOINT: identity.url, IDENTITY_HEADER: IDENTITY_SECRET });
  api = new DurableApi(host.url);
});
afterAll(async () => {
  await host.stop();
  for (const service of services) await service.close();
});

interface Result {
  statusCode: number;
  content: string;
  headers: Record<string, string | string[]>;
}

/** Runs the requests and answers what came of each. */
const call = async (...requests: Record<string, unknown>[]) => {
  const [results, after] = (await api.run('callsHttp', requests)) as [Result[], string];
  expect(after).toBe('after');
  return results;
};

test('an answer arrives with its status, headers and content', async () => {
  const { url, requests } = await serve({
    status: 418,
    headers: { 'x-one': '1', 'x-many': ['a', 'b'], 'content-type': 'text/plain' },
    body: 'short and stout',
  });
  const [result] = await call({ method: 'GET', url: `${url}/pot?size=2` });
  expect(result).toMatchObject({
    statusCode: 418,
    content: 'short and stout',
    headers: { 'x-one': '1', 'x-many': ['a', 'b'], 'content-type': 'text/plain' },
  });
  expect(requests).toEqual(['GET /pot?size=2']);
});

test.each([
  ['text', 'plain words', undefined, 'plain words', 'text/plain'],
  ['an object', { a: 1 }, undefined, '{"a":1}', 'text/plain'],
  ['a type of its own', { a: 1 }, 'application/json', '{"a":1}', 'application/json'],
])('the body can be %s', async (_name, body, type, sent, sentType) => {
  const { url, bodies, headers } = await serve({});
  await call({ method: 'POST', url, body, headers: { 'x-a': '1', ...(type && { 'content-type': type }) } });
  expect(bodies).toEqual([sent]);
  expect(headers[0]).toMatchObject({ 'x-a': '1', 'content-type': sentType });
});

test('redirects are followed', async () => {
  const { url } = await serve({ status: 302, headers: { location: '/next' } }, { body: 'there' });
  expect(await call({ method: 'GET', url })).toMatchObject([{ statusCode: 200, content: 'there' }]);
});

describe('202 with a Location', () => {
  const accepted = (location: string, retryAfter?: string): Answer => ({
    status: 202,
    headers: { location, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) },
  });

  test('is polled until it is over, without body and function key', async () => {
    const service = await serve(accepted('/state', '0'), accepted('/state'), { body: 'done' });
    const request = {
      method: 'POST',
      url: `${service.url}/job`,
      body: 'work',
      headers: { 'x-functions-key': 'k', 'x-a': '1' },
    };
    expect(await call(request)).toMatchObject([{ statusCode: 200, content: 'done' }]);
    expect(service.requests).toEqual(['POST /job', 'GET /state', 'GET /state']);
    expect(service.bodies).toEqual(['work', '', '']);
    expect(service.headers.map((headers) => [headers['x-functions-key'], headers['x-a']])).toEqual([
      ['k', '1'],
      [undefined, '1'],
      [undefined, '1'],
    ]);
  });

  test('several at once agree with the library on every number', async () => {
    const slow = await serve(accepted('/s', '0'), accepted('/s', '0'), accepted('/s', '0'), { body: 'slow' });
    const quick = await serve(accepted('/q', '0'), { body: 'quick' });
    const plain = await serve({ body: 'plain' });
    const results = await call(...[slow, quick, plain].map(({ url }) => ({ method: 'GET', url })));
    expect(results.map(({ content }) => content)).toEqual(['slow', 'quick', 'plain']);
  });

  test('is the answer itself when polling is off, or without a Location', async () => {
    const { url } = await serve(accepted('/state', '0'));
    const bare = await serve({ status: 202 });
    const results = await call({ method: 'GET', url, enablePolling: false }, { method: 'GET', url: bare.url });
    expect(results.map(({ statusCode }) => statusCode)).toEqual([202, 202]);
  });

  testHere('is polled on after the host was killed', async () => {
    const service = await serve(accepted('/state', '1'), accepted('/state', '1'), { body: 'done' });
    const killed = await durableFixture();
    let process = await startFixture(killed);
    const id = await new DurableApi(process.url).start('callsHttp', [{ method: 'GET', url: service.url }]);
    await eventually(() => Promise.resolve(service.requests.length >= 1 ? true : undefined));
    await process.kill('SIGKILL');
    process = await startFixture(killed);
    expect((await new DurableApi(process.url).ended(id)).output).toMatchObject([[{ content: 'done' }], 'after']);
    await process.stop();
  });
});

describe('failures', () => {
  test.each([
    ['nobody listens', 'http://127.0.0.1:1/path?code=secret', 'GET http://127.0.0.1:1/path failed: '],
    ['no http', 'file:///etc/passwd', 'callHttp takes an absolute http or https URL'],
    ['no URL', 'somewhere', 'callHttp takes an absolute http or https URL'],
  ])('%s: the task fails and says why, without the query', async (_name, url, reason) => {
    const [result] = (await api.run('callsHttp', [{ method: 'GET', url }])) as [string];
    expect(result).toContain(`caught: ${reason}`);
    expect(result).not.toContain('secret');
  });

  test('a connection that is cut', async () => {
    const { url } = await serve({ fault: 'reset' });
    expect(await api.run('callsHttp', [{ method: 'GET', url }])).toEqual([
      expect.stringContaining('failed: '),
      'after',
    ]);
  });

  test('multipart content is refused', async () => {
    const request = {
      method: 'POST',
      url: 'http://127.0.0.1:1',
      body: 'x',
      headers: { 'Content-Type': 'multipart/form-data' },
    };
    expect(await api.run('callsHttp', [request])).toEqual([expect.stringContaining('multipart'), 'after']);
  });
});

testHere('a token of the managed identity goes along, and nowhere else', async () => {
  const service = await serve({ body: 'secured' });
  const tokenSource = { resource: 'https://vault.test', kind: 'AzureManagedIdentity' };
  const id = await api.start('callsHttp', [{ method: 'GET', url: service.url, tokenSource }]);
  const status = await api.ended(id, 'showHistory=true&showHistoryOutput=true');
  expect(status.output).toMatchObject([[{ content: 'secured' }], 'after']);
  expect(service.headers[0]?.authorization).toBe('Bearer the-token');
  expect(identity.requests.at(-1)).toContain('resource=https:%2F%2Fvault.test');
  expect(identity.headers.at(-1)?.['x-identity-header']).toBe(IDENTITY_SECRET);
  for (const secret of ['the-token', IDENTITY_SECRET]) {
    expect(JSON.stringify(status)).not.toContain(secret);
    expect(host.stderr()).not.toContain(secret);
  }
  expect(status.historyEvents).toContainEqual(expect.objectContaining({ FunctionName: 'BuiltIn::HttpActivity' }));
});
