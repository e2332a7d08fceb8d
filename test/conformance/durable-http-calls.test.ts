import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { type Answer, type FakeService, startFakeService } from '../support/fake-service.js';
import { type HostProcess } from '../support/host-process.js';
import { type TempApp } from '../support/temp-app.js';
import { testDurable as test, testHere } from '../support/fixtures.js';

/** `callHttp`: TaskHttpActivityShim.cs and DurableOrchestrationContext.cs of the extension, and .NET's HttpClient. */
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

/** Runs one request whose task fails; returns the message that the orchestrator catches. */
const failure = async (request: Record<string, unknown>) => {
  const [caught, after] = (await api.run('callsHttp', [request])) as [string, string];
  expect(after).toBe('after');
  expect(caught).toMatch(/^caught: /);
  return caught.slice('caught: '.length);
};

/** Runs the requests; returns the result of each. */
const call = async (...requests: Record<string, unknown>[]) => {
  const [results, after] = (await api.run('callsHttp', requests)) as [Result[], string];
  expect(after).toBe('after');
  return results;
};

const CREDENTIALS = { Authorization: 'Bearer a', Cookie: 'b=1', 'Proxy-Authorization': 'Basic c', 'x-a': 'kept' };
const sentCredentials = ({ headers }: FakeService) =>
  headers.map((sent) => [sent.authorization, sent.cookie, sent['proxy-authorization'], sent['x-a']]);

describe('a response', () => {
  test('arrives with its status, headers and content, without content headers [recorded]', async () => {
    const { url, requests } = await serve({
      status: 418,
      headers: { 'x-One': '1', 'content-type': 'text/plain', expires: '0', allow: 'GET', 'content-language': 'en' },
      body: 'short and stout',
    });
    const [result] = await call({ method: 'GET', url: `${url}/pot?size=2` });
    expect(result).toMatchObject({ statusCode: 418, content: 'short and stout' });
    const names = Object.keys(result?.headers ?? {});
    expect(names.sort()).toEqual(['Connection', 'Date', 'Keep-Alive', 'Transfer-Encoding', 'x-One']);
    expect(requests).toEqual(['GET /pot?size=2']);
  });

  test('has the names of .NET for known headers, and lists [source: TaskHttpActivityShim.cs]', async () => {
    const { url } = await serve({
      headers: {
        etag: '"1"',
        'www-authenticate': 'Basic realm="a"',
        'x-many': ['a', 'b, c'],
        vary: 'Accept-Encoding, Origin',
        server: 'Apache/2.4 (Ubuntu)',
        'x-powered-by': 'Express, Foo',
      },
    });
    const [result] = await call({ method: 'GET', url });
    expect(result?.headers).toMatchObject({
      ETag: '"1"',
      'WWW-Authenticate': 'Basic realm="a"',
      'x-many': ['a', 'b, c'],
      Vary: ['Accept-Encoding', 'Origin'],
      Server: ['Apache/2.4', '(Ubuntu)'],
      'X-Powered-By': 'Express, Foo',
    });
  });

  test('is decoded by its charset and is not decompressed [source: DurableHttpResponse.cs]', async () => {
    const latin = await serve({
      headers: { 'content-type': 'text/plain; charset=iso-8859-1' },
      body: Buffer.from('é', 'latin1'),
    });
    const marked = await serve({ headers: { 'content-encoding': 'gzip' }, body: '\uFEFFplain' });
    const results = await call(...[latin, marked].map(({ url }) => ({ method: 'GET', url })));
    expect(results.map(({ content }) => content)).toEqual(['é', 'plain']);
  });

  test('with an unknown charset fails the task [source: DurableHttpResponse.cs]', async () => {
    const { url } = await serve({ headers: { 'content-type': 'text/plain; charset=nope' } });
    const text =
      'The character set provided in ContentType is invalid. Cannot read content as string using an invalid character set.';
    expect(await failure({ method: 'GET', url })).toBe(`System.InvalidOperationException: ${text}`);
  });
});

describe('a request [source: TaskHttpActivityShim.cs]', () => {
  test.each([
    ['text', 'plain words', undefined, 'plain words', 'text/plain'],
    ['an object', { a: 1 }, undefined, '{"a":1}', 'text/plain'],
    ['content with a type', { a: 1 }, 'application/json', '{"a":1}', 'application/json'],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 'a=1', 'application/x-www-form-urlencoded; charset=utf-8'],
  ])('with %s', async (_name, body, type, sent, sentType) => {
    const { url, bodies, headers } = await serve({});
    await call({ method: 'POST', url, body, headers: { 'x-a': '1', ...(type && { 'content-type': type }) } });
    expect(bodies).toEqual([sent]);
    expect(headers[0]).toMatchObject({ 'x-a': '1', 'content-type': sentType });
  });

  test('has no other headers than those of .NET', async () => {
    const { url, headers } = await serve({});
    await call({ method: 'GET', url, headers: { 'X-Number': 5, 'content-type': 'text/plain' } });
    await call({ method: 'POST', url, headers: { 'user-agent': 'mine' } });
    const host = new URL(url).host;
    expect(headers).toEqual([
      { host, 'user-agent': 'Microsoft.Azure.WebJobs.Extensions.DurableTask/3.19.0' },
      { host, 'user-agent': 'mine', 'content-length': '0' },
    ]);
  });

  test.each([
    ['a content header', { 'Content-Length': '5' }, "Misused header name, 'Content-Length'. Make sure"],
    [
      'a charset',
      { 'Content-Type': 'application/json; charset=utf-8' },
      "The format of value 'application/json; charset=utf-8' is invalid.",
    ],
    [
      'multipart content',
      { 'Content-Type': 'multipart/form-data' },
      'Multipart content is not supported with CallHttpAsync.',
    ],
  ])('with %s fails the task', async (_name, headers, text) => {
    const { url, requests } = await serve({});
    expect(await failure({ method: 'POST', url, body: 'x', headers })).toContain(text);
    expect(requests).toEqual([]);
  });
});

describe('a redirect', () => {
  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [302, 'PUT', 'PUT'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
  ])('%i of %s is followed by %s [documented]', async (status, method, next) => {
    const { url, requests, bodies } = await serve({ status, headers: { location: '/next' } }, { body: 'there' });
    expect(await call({ method, url, body: 'x' })).toMatchObject([{ statusCode: 200, content: 'there' }]);
    expect(requests).toEqual([`${method} /`, `${next} /next`]);
    expect(bodies).toEqual(['x', next === 'GET' ? '' : 'x']);
  });

  test('drops the authorization headers, also to the same origin [documented]', async () => {
    const service = await serve({ status: 302, headers: { location: '/next' } }, { body: 'there' });
    await call({ method: 'GET', url: service.url, headers: CREDENTIALS });
    expect(sentCredentials(service)).toEqual([
      ['Bearer a', 'b=1', 'Basic c', 'kept'],
      [undefined, 'b=1', undefined, 'kept'],
    ]);
  });

  test('drops cookies as well when the origin changes [own]', async () => {
    const other = await serve({});
    const { url } = await serve({ status: 307, headers: { location: other.url } });
    await call({ method: 'GET', url, headers: CREDENTIALS });
    expect(sentCredentials(other)).toEqual([[undefined, undefined, undefined, 'kept']]);
  });

  test('without a Location is the result [documented]', async () => {
    const { url } = await serve({ status: 302, body: 'nowhere' });
    expect(await call({ method: 'GET', url })).toMatchObject([{ statusCode: 302, content: 'nowhere' }]);
  });
});

describe('202 with a Location', () => {
  const accepted = (location: string, retryAfter?: string): Answer => ({
    status: 202,
    headers: { location, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) },
  });

  test('is polled without content and function key [source: DurableOrchestrationContext.cs]', async () => {
    const service = await serve(accepted('/state', '0'), accepted('/state'), { body: 'done' });
    const request = {
      method: 'POST',
      url: `${service.url}/job`,
      body: 'work',
      headers: { 'X-Functions-Key': 'k', 'x-a': '1' },
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

  test('of another origin is polled without credentials [source: DurableOrchestrationContext.cs]', async () => {
    const other = await serve(accepted('/again', '0'), { body: 'taken' });
    const { url } = await serve(accepted(`${other.url}/state`, '0'), { body: 'done' });
    // A relative Location is resolved with the URL of the original request.
    expect(await call({ method: 'GET', url, headers: CREDENTIALS })).toMatchObject([{ content: 'done' }]);
    expect(sentCredentials(other)).toEqual([[undefined, undefined, undefined, 'kept']]);
  });

  test('of the original origin gets the credentials again [source: DurableOrchestrationContext.cs]', async () => {
    const service = await serve({}, accepted('/state', '0'), { body: 'done' });
    await fetch(service.url);
    expect(await call({ method: 'GET', url: service.url, headers: CREDENTIALS })).toMatchObject([{ content: 'done' }]);
    const kept = ['Bearer a', 'b=1', 'Basic c', 'kept'];
    expect(sentCredentials(service).slice(1)).toEqual([kept, kept]);
  });

  testHere('of another origin gets no token of the identity [source: DurableOrchestrationContext.cs]', async () => {
    const other = await serve({ body: 'done' });
    const { url } = await serve(accepted(other.url, '0'));
    const tokenSource = { resource: 'https://vault.test', kind: 'AzureManagedIdentity' };
    expect(await call({ method: 'GET', url, tokenSource })).toMatchObject([{ content: 'done' }]);
    expect(sentCredentials(other)).toEqual([[undefined, undefined, undefined, undefined]]);
  });

  test('several in parallel agree with the library on every number [own]', async () => {
    const slow = await serve(accepted('/s', '0'), accepted('/s', '0'), accepted('/s', '0'), { body: 'slow' });
    const quick = await serve(accepted('/q', '0'), { body: 'quick' });
    const plain = await serve({ body: 'plain' });
    const results = await call(...[slow, quick, plain].map(({ url }) => ({ method: 'GET', url })));
    expect(results.map(({ content }) => content)).toEqual(['slow', 'quick', 'plain']);
  });

  test('is the result when polling is off [documented]', async () => {
    const { url } = await serve(accepted('/state', '0'));
    expect(await call({ method: 'GET', url, enablePolling: false })).toMatchObject([{ statusCode: 202 }]);
  });

  testHere('is still polled after the host was killed [own]', async () => {
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

describe('202 that cannot be polled is a trap', () => {
  testHere.each([
    ['no Location [recorded]', {}, 'On Azure this loses the result of the next task'],
    [
      'a date as Retry-After [source: DurableOrchestrationContext.cs]',
      { location: '/s', 'retry-after': 'Sat, 28 Nov 2026 01:13:02 GMT' },
      'On Azure this waits forever',
    ],
    [
      'half a second as Retry-After [source: DurableOrchestrationContext.cs]',
      { location: '/s', 'retry-after': '0.5' },
      'On Azure this waits forever',
    ],
    [
      'a Location that is not a URL [source: DurableOrchestrationContext.cs]',
      { location: 'http://[' },
      'On Azure this waits forever',
    ],
  ])('%s', async (_name, headers: Record<string, string>, text) => {
    const { url } = await serve({ status: 202, headers });
    const message = await failure({ method: 'GET', url });
    expect(message.startsWith(text)).toBe(true);
    expect(message).toContain('enablePolling');
    expect(host.stderr()).toContain(text);
  });
});

describe('a failed request', () => {
  test('that is refused has the message of .NET [recorded]', async () => {
    const message = await failure({ method: 'GET', url: 'http://127.0.0.1:9/path?code=secret' });
    expect(message).toMatch(
      /^Connection refused \(127\.0\.0\.1:9\) \n \{"\$type":"System\.Net\.Http\.HttpRequestException, System\.Net\.Http","HttpRequestError":2,"StatusCode":null,"Message":"Connection refused \(127\.0\.0\.1:9\)",/,
    );
    expect(message).not.toContain('secret');
  });

  test.each([
    ['another scheme', 'file:///etc/passwd', "System.NotSupportedException: The 'file' scheme is not supported."],
    ['no scheme', '/etc/passwd', "System.NotSupportedException: The 'file' scheme is not supported."],
    [
      'no URL',
      'somewhere',
      'System.InvalidOperationException: An invalid request URI was provided. Either the request URI must be an absolute URI or BaseAddress must be set.',
    ],
  ])('with %s has the message of .NET [source: TaskHttpActivityShim.cs]', async (_name, url, text) => {
    expect(await failure({ method: 'GET', url })).toBe(text);
  });

  test.each([
    ['before', { fault: 'reset' as const }, 'An error occurred while sending the request.'],
    ['during', { fault: 'cutOff' as const, body: 'half of it' }, 'Error while copying content to a stream.'],
  ])('whose connection is closed %s the response [documented]', async (_name, answer, text) => {
    const { url } = await serve(answer);
    expect(await failure({ method: 'GET', url })).toContain(
      `${text} \n {"$type":"System.Net.Http.HttpRequestException`,
    );
  });
});

testHere('a token of the managed identity is in the request only [documented]', async () => {
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
