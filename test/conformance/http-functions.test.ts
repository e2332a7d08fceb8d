import { eventually } from '../support/eventually.js';
import { fresh, startHostOf, testHere, testHttp, testStream } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';
import { noted, notesAt } from '../support/notes.js';
import { masterKeyFor } from '../support/other-host.js';
import { sendRaw } from '../support/raw-http.js';

/** What an app's HTTP functions see and what their clients get (host contract, 2.5 to 2.10, 3.1, 3.3). */

/** With `enableHttpStream` the library reads the requests and writes the responses. */
describe.each([
  { mode: 'whole requests', fixture: 'http', test: testHttp, streams: false },
  { mode: 'streams', fixture: 'stream', test: testStream, streams: true },
] as const)('$mode', ({ fixture, test, streams }) => {
  let host: HostProcess;

  beforeAll(async () => {
    host = await startHostOf(fixture);
  });
  afterAll(() => host.stop());

  const get = (at: string, init?: RequestInit) => fetch(`${host.url}/api/${at}`, init);
  const admin = (at: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}) =>
    fetch(`${host.url}/admin/${at}`, { ...init, headers: { ...init.headers, ...masterKeyFor(host.url) } });

  const raw = (at: string, headers: Record<string, string> = {}) => sendRaw(host.url, at, { headers });
  const json = { 'Content-Type': 'application/json' };

  test('a function sees the request as the client sent it [recorded]', async () => {
    const response = await get('ECHO/a%20b?x=1&X=2&y=', {
      method: 'POST',
      body: 'grüße',
      headers: { 'x-test': 'value', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-function')).toBe('echo');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      method: 'POST',
      url: `${host.url}/api/ECHO/a%20b?x=1&X=2&y=`,
      header: 'value',
      query: streams
        ? [
            ['x', '1'],
            ['X', '2'],
            ['y', ''],
          ]
        : [
            ['X', '1,2'],
            ['y', ''],
          ],
      params: streams ? { X: '2', y: '', id: 'a b' } : { id: 'a b' },
      body: 'grüße',
      trace: '',
      metadata: null,
    });
  });

  test('an unset optional parameter is omitted, and a trailing slash has no effect [recorded]', async () => {
    expect(await (await get('echo/')).json()).toMatchObject({ params: {} });
  });

  test('the URL of a request has the host name that the client used [recorded]', async () => {
    const { body } = await raw('/api/echo/1', { Host: 'somewhere.test:8080' });
    expect(JSON.parse(body)).toMatchObject({ url: 'http://somewhere.test:8080/api/echo/1' });
  });

  test.each([
    ['/api/items/../echo/1', {}, 200],
    ['/api/%2e%2E/admin/host/ping', {}, 200],
    ['http://other.test/api/echo/1', {}, 400],
    ['/api/echo/1', { Host: 'user@evil.test' }, 400],
    ['/api/echo/1', { Host: 'a b' }, 400],
  ])('%s with %j is %i [source: Http1Connection.cs]', async (at, headers, status) => {
    expect((await raw(at, headers)).status).toBe(status);
  });

  test('bytes are received and sent unchanged [recorded]', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
    for (const body of [bytes, bytes.subarray(0, 1_000)]) {
      const response = await get('bytes', { method: 'POST', body });
      expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
    }
  });

  test.each([
    [201, 'text', null],
    [204, '', null],
    [205, '', '0'],
    [304, '', null],
    [418, 'text', null],
  ])('a status %i has the body "%s" and the Content-Length %s [recorded]', async (status, body, length) => {
    const response = await get(`answer/${status}`);
    expect([response.status, await response.text()]).toEqual([status, body]);
    expect(response.headers.get('content-length')).toBe(length);
  });

  test('HEAD has the headers and no body [recorded]', async () => {
    const response = await get('echo/1', { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.text()).toBe('');
  });

  test('headers of the connection that the app sets would make the response unreadable [recorded]', async () => {
    const response = await get('decorated');
    expect([response.status, await response.text()]).toEqual([500, expect.stringMatching(/^On Azure this response /)]);
  });

  test('no result is 204, and in stream mode a trap [recorded]', async () => {
    expect((await get('nothing')).status).toBe(streams ? 500 : 204);
  });

  test.each(['boom', 'text', 'badCookie', 'stopped', 'answer/99'])(
    'what fails in or after the function is 500 without details: %s [recorded]',
    async (at) => {
      const response = await get(at);
      const body = streams ? /^On Azure this request gets no response for four minutes/ : /^$/;
      expect([response.status, await response.text()]).toEqual([500, expect.stringMatching(body)]);
    },
  );

  testHere('the log has details that the client does not get [own]', async () => {
    await get('boom');
    await host.logged('bang: a secret detail');
  });

  test.each([
    ['GET', 'unknown', 404],
    ['GET', 'answer/x', 404],
    ['DELETE', 'echo/1', 404],
    ['GET', 'off', 404],
    ['GET', '1nvalid', 404],
    ['GET', 'echo/1/2', 404],
  ])('%s %s is %i [recorded]', async (method, at, status) => {
    const response = await get(at, { method });
    expect([response.status, await response.text()]).toEqual([status, '']);
  });

  test('routes are tried in the alphabetical order of function names [recorded]', async () => {
    expect(await (await get('items/list')).text()).toBe('alpha');
  });

  test('hooks see and change inputs, handler, result and error [recorded]', async () => {
    expect(await (await get('hooked')).json()).toEqual({
      wrapped: { inner: { body: 'inner' }, seen: 1 },
      data: { seen: 1 },
    });
    expect(await (await get('swallowed')).text()).toBe('Error: swallow me');
  });

  test('a page tells that the app runs [recorded]', async () => {
    const page = await fetch(host.url);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  testHere('log entries have the category of the function, pass the log hooks and cannot be forged [own]', async () => {
    const response = await get('talk');
    expect(await response.text()).toMatch(/^[\da-f-]{36}$/);
    await host.logged('second line');
    expect(host.stderr()).toMatch(/INF Function\.talk\.User: the \*\*\* is out\n/);
    expect(host.stderr()).toMatch(/WRN Function\.talk\.User: first line\n {4}second line �\[31mred\n/);
  });

  testHere('uncaught errors of the app are logged, and the host keeps running [own]', async () => {
    expect((await get('crash')).status).toBe(202);
    await host.logged('thrown in a callback');
    await host.logged('rejected and left alone');
    expect((await get('echo/1')).status).toBe(200);
  });

  test('the durable client reaches the extension [documented]', async () => {
    expect(await (await get('client')).json()).toEqual({ hub: 'TestHubName', statuses: [] });
  });

  testHere('an invalid function is logged with the reason, and the others run [own]', () => {
    expect(host.stderr()).toMatch(/"1nvalid" cannot be served: its name must be a letter/);
    expect(host.stderr()).toMatch(
      /"reserved" cannot be served: its route "admin\/mine": "admin" and "runtime" are reserved/,
    );
    expect(host.stderr()).toMatch(
      /"twin" cannot be served: its route "ECHO\/\{id\?\}": the function "echo" has the same/,
    );
    expect(host.stderr()).toMatch(/The function "queued" does not run: "q" is not a valid queue name/);
  });

  test('functions are started through the admin endpoint [recorded]', async () => {
    const start = (name: string, body?: string, headers: Record<string, string> = json) =>
      admin(`functions/${name}`, { method: 'POST', body, headers }).then(({ status }) => status);
    const ticks = async () => (await notesAt(host.url, 'ticked false')).length;
    const before = await ticks();
    expect(await start('tick', '{"input":""}')).toBe(202);
    await eventually(async () => (await ticks()) === before + 1 || undefined, 'a tick');
    const given = JSON.stringify({ as: fresh('queued') });
    expect(await start('QUEUED', JSON.stringify({ input: given }))).toBe(202);
    await noted(host.url, `message ${given}`);
    expect(await start('echo', '{"input":""}')).toBe(202);
    expect(await start('tick')).toBe(400);
    expect(await start('tick', '{}')).toBe(202);
    expect(await start('tick', '{"input":""}', {})).toBe(415);
    expect(await start('tick', 'no JSON')).toBe(400);
    expect(await start('nobody', '{"input":""}')).toBe(404);
  });

  test('the admin endpoints describe the host and its functions [recorded]', async () => {
    const read = async (at: string) => (await admin(at)).json();
    expect(await read('host/status')).toMatchObject({
      state: 'Running',
      version: expect.stringMatching(/^4\./) as string,
    });
    expect((await admin('host/ping', { method: 'POST' })).status).toBe(200);
    expect(await read('functions/OFF')).toMatchObject({
      name: 'off',
      isDisabled: true,
      invoke_url_template: `${host.url}/api/off`,
      config: { name: 'off', entryPoint: '', scriptFile: 'app.js', language: 'node' },
    });
    expect(await read('functions/forAdmin')).toMatchObject({
      invoke_url_template: `${host.url}/api/levels/admin`,
      config: {
        bindings: [
          { type: 'httpTrigger', direction: 'in' },
          { type: 'http', name: '$return', direction: 'out' },
        ],
      },
    });
    expect(await read('functions/echo/status')).toEqual({});
    for (const at of ['functions/nobody', 'functions/nobody/status', 'nothing', 'host/status/x'])
      expect((await admin(at)).status).toBe(404);
    const sync = await admin('host/synctriggers', { method: 'POST' });
    expect([sync.status, await sync.json()]).toEqual([
      500,
      { status: 'Invalid environment for SyncTriggers operation.' },
    ]);
    expect(await read('host/config')).toMatchObject({
      extensions: { http: { routePrefix: 'api', maxConcurrentRequests: -1 } },
    });
    const templates = await admin('host/extensionBundle/v1/templates');
    expect([templates.status, await templates.text()]).toEqual([404, expect.stringMatching(/^Templates not found/)]);
    expect(await read('functions')).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: 'echo' }), expect.objectContaining({ name: 'tick' })]),
    );
  });
});
