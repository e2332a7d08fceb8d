import { startHostOf, testHere, testRequests, testRequestStreams } from '../support/fixtures.js';
import { type HostProcess, startHost } from '../support/host-process.js';
import { isByUrl, otherHostOf } from '../support/other-host.js';
import { sendBytes, sendRaw } from '../support/raw-http.js';
import { startStorage, type Storage } from '../support/storage.js';
import { createTempApp } from '../support/temp-app.js';

/** What functions see of requests, and the responses of what they return, in both modes of the library. */

interface Seen {
  url: string;
  headers: Record<string, string>;
  query: [string, string][];
  params: Record<string, string>;
  body: string;
  trace: unknown;
}

let storage: Storage | undefined;
beforeAll(async () => {
  if (!isByUrl) storage = await startStorage();
});

describe.each([
  { mode: 'whole requests', fixture: 'requests', test: testRequests },
  { mode: 'streams', fixture: 'requestStreams', test: testRequestStreams },
] as const)('$mode:', ({ fixture, test }) => {
  const streams = fixture === 'requestStreams';
  let host: HostProcess;

  beforeAll(async () => {
    host = await startHostOf(fixture, undefined, { Store: storage?.connectionString ?? '' });
  });
  afterAll(() => host.stop());

  const send = (path: string, headers = {}, method = 'GET', body = '') =>
    sendRaw(host.url, `/api/${path}`, { method, headers }, body);
  const seen = async (...request: Parameters<typeof send>) => JSON.parse((await send(...request)).body) as Seen;
  const post = (path: string, body: string, headers = {}) =>
    seen(path, { 'Content-Length': Buffer.byteLength(body), ...headers }, 'POST', body);
  const respond = (response: unknown, method = 'GET') =>
    send(`respond?with=${encodeURIComponent(JSON.stringify(response))}`, {}, method);

  describe('paths [source: PathNormalizer.cs]', () => {
    test.each([
      ['rest/a%2e%2e/%2e%2e/b', 'b', 'b', 'b'],
      ['./rest/x/.', 'x/', 'x/', 'x/'],
      ['rest/a%5Cb', 'a\\b', 'a%5Cb', 'a%5Cb'],
      ['rest/a\\b', 'a\\b', 'a%5Cb', 'a%5Cb'],
      ['rest/a#b', 'a#b', 'a%23b', 'a%23b'],
      ['rest/a"<>[]^`{|}b', 'a"<>[]^`{|}b', 'a%22%3C%3E%5B%5D%5E%60%7B%7C%7Db', 'a%22%3C%3E%5B%5D%5E%60%7B%7C%7Db'],
      ["rest/a!$&'()*+,;=:@~b", "a!$&'()*+,;=:@~b", "a!$&'()*+,;=:@~b", "a!$&'()*+,;=:@~b"],
      ['rest/%7e%41', '~A', '~A', '~A'],
      ['rest/%2541', '%41', '%41', '%2541'],
      ['rest/..%2fx', '..%2fx', '..%2fx', '..%252fx'],
      ['rest/%c3%bc%C3', 'ü%C3', '%C3%BC%C3', '%C3%BC%25C3'],
      ['rest/%e2%82', '%e2%82', '%e2%82', '%25e2%2582'],
      ['rest/x//', 'x//', 'x//', 'x//'],
    ])('%s is %s', async (path, rest, whole, streamed) => {
      const { url, params } = await seen(path);
      expect([params.rest, url]).toEqual([rest, `${host.url}/api/rest/${streams ? streamed : whole}`]);
    });

    test.each([
      ['/api/rest/%00a', 400],
      ['/api/rest/é', 400],
      ['api/rest/a', 400],
      ['/api/rest//x', 404],
      ['*', 404],
    ])('%s is %i', async (path, status) => {
      expect(await sendBytes(host.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)).toMatch(
        `HTTP/1.1 ${status} `,
      );
    });

    test.each([
      ['http://x.test/api/echo/1', 'x.test', 200],
      ['https://X.test/api/echo/1', 'x.test', 200],
      ['http://other.test/api/echo/1', 'x.test', 400],
    ])('%s with the host %s is %i', async (path, hostHeader, status) => {
      expect((await sendRaw(host.url, path, { headers: { Host: hostHeader } })).status).toBe(status);
    });
  });

  test('bytes of a query that are not UTF-8 stay encoded [source: QueryFeature.cs]', async () => {
    const { query, params } = await seen('echo?x=1&X=2&x=3&y=%zz&z=%C3%BC%FF&a=+%2B&&=&b==&c=1;d=2&__proto__=p');
    const inParameters = { X: '3', y: '%zz', z: 'ü%FF', a: ' +', b: '=', c: '1;d=2', '': '' };
    expect(params).toEqual(streams ? inParameters : {});
    const inQuery = [
      ['X', '1,2,3'],
      ['y', '%zz'],
      ['z', 'ü%FF'],
      ['a', ' +'],
      ['', ''],
      ['b', '='],
      ['c', '1;d=2'],
    ];
    if (!streams) expect(query).toEqual(inQuery); // in stream mode the library parses the query itself
  });

  test('repeated headers are joined with a comma [source: GrpcMessageConversionExtensions.cs]', async () => {
    const headers = ['X-A: 1', 'x-a: 2', 'x-e:', 'Cookie: a=1', 'Cookie: b=2', 'User-Agent: u', 'User-Agent: v'];
    const lines = ['GET /api/echo HTTP/1.1', 'Host: x', 'Connection: close', 'x-u: ü', ...headers, '', ''];
    const response = await sendBytes(host.url, Buffer.from(lines.join('\r\n')).toString('latin1'));
    expect(response).toContain('"cookie":"a=1,b=2"');
    expect(response).toContain('"user-agent":"u,v"');
    expect(response).toContain('"x-a":"1,2","x-e":""');
    expect(response).toContain('"x-u":"ü"');
  });

  test('a function has no trace context of its request [source: ScriptInvocationContextExtensions.cs]', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { trace } = await seen('echo', { traceparent, tracestate: 'a=b' });
    expect(trace).toEqual({ traceParent: '', traceState: '', attributes: {} });
  });

  describe('limits [source: Http1Connection.cs]', () => {
    const head = (line: string, lines: string[]) =>
      sendBytes(host.url, [line, 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n'));

    test.each([
      [8_192, 404],
      [8_193, 414],
    ])('a request line of %i bytes is %i', async (size, status) => {
      const path = `/api/none?q=${'x'.repeat(size - 'GET /api/none?q= HTTP/1.1\r\n'.length)}`;
      expect(await head(`GET ${path} HTTP/1.1`, [])).toMatch(`HTTP/1.1 ${status} `);
    });

    test.each([
      [100, 404],
      [101, 431],
    ])('%i headers are %i', async (count, status) => {
      const lines = Array.from({ length: count - 2 }, (_, index) => `h${index}: 1`);
      expect(await head('GET /api/none HTTP/1.1', lines)).toMatch(`HTTP/1.1 ${status} `);
    });

    test.each([
      [32_768, 404],
      [32_769, 431],
    ])('headers of %i bytes are %i', async (size, status) => {
      const value = 'x'.repeat(size - 'Host: x\r\nConnection: close\r\nx-b: \r\n'.length);
      expect(await head('GET /api/none HTTP/1.1', [`x-b: ${value}`])).toMatch(`HTTP/1.1 ${status} `);
    });

    test('several Host headers are 400, and an unknown expectation is ignored', async () => {
      expect(await head('GET /api/echo HTTP/1.1', ['Host: y'])).toMatch('HTTP/1.1 400 ');
      expect(await head('GET /api/echo HTTP/1.1', ['Expect: something'])).toMatch('HTTP/1.1 200 ');
    });
  });

  describe('responses', () => {
    test('a right Content-Length is sent, any other body is chunked [source: RawScriptResult.cs]', async () => {
      const own = await respond({ headers: { 'Content-Length': '4' }, body: 'four' });
      expect([own.headers['content-length'], own.body]).toEqual(['4', 'four']);
      const chunked = await respond({ body: 'four' });
      expect([chunked.headers['transfer-encoding'], chunked.body]).toEqual(['chunked', 'four']);
      expect((await respond({ status: 202 })).headers['content-length']).toBe('0');
      expect((await respond({ headers: { 'Content-Length': '9' } }, 'HEAD')).headers['content-length']).toBe('9');
    });

    test.each([['9'], ['2']])('a Content-Length of %s for four bytes [source: RawScriptResult.cs]', async (length) => {
      const { status, body } = await respond({ headers: { 'Content-Length': length }, body: 'four' });
      expect(status).toBe(500);
      expect(body).toEqual(
        streams || length === '9' ? expect.stringMatching(/^On Azure this response .*Content-Length/) : '',
      );
    });

    test('cookies have the attributes of each mode [source: RawScriptResult.cs]', async () => {
      const cookie = { name: 'c', value: 'x y', maxAge: 1.7, sameSite: 'Lax', secure: true };
      const { headers } = await respond({ cookies: [cookie, { name: 'd', value: '' }] });
      expect(headers['set-cookie']).toEqual(
        streams
          ? ['c=x%20y; Max-Age=1; Secure; SameSite=Lax', 'd=']
          : ['c=x%20y; max-age=1; path=/; secure; samesite=lax', 'd=; path=/'],
      );
    });
  });

  test('a disabled function is 404 for a client that may call it [source: FunctionInvocationMiddleware.cs]', async () => {
    const open = otherHostOf(fixture)?.masterKey === undefined;
    expect((await send('off')).status).toBe(open ? 404 : 401);
  });

  if (!streams) {
    describe('traps [source: GrpcMessageConversionExtensions.cs]', () => {
      const chunked = (size: string) =>
        `POST /api/echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n${size}0\r\n\r\n`;

      test('a body without a length is refused, because its function would get none', async () => {
        const response = await sendBytes(host.url, chunked('3\r\nabc\r\n'));
        expect(response).toMatch('HTTP/1.1 411 ');
        expect(response).toMatch(/On Azure this request reaches the function with an empty body/);
        expect(await sendBytes(host.url, chunked(''))).toMatch('HTTP/1.1 200 ');
      });

      test('a Transfer-Encoding of the app would make the response unreadable', async () => {
        const { status, body } = await respond({ headers: { 'Transfer-Encoding': 'chunked' }, body: 'four' });
        expect([status, body]).toEqual([500, expect.stringMatching(/^On Azure this response cannot be read/)]);
      });

      test('content negotiation would convert the body', async () => {
        const { status, body } = await respond({ enableContentNegotiation: true, jsonBody: { a: 1 } });
        expect([status, body]).toEqual([500, expect.stringMatching(/^On Azure this response is Base64/)]);
      });
    });

    test('a header outside ASCII and a Content-Length that is no number are 500 [source: RawScriptResult.cs]', async () => {
      expect((await respond({ headers: { 'x-a': 'é' } })).status).toBe(500);
      expect((await respond({ headers: { 'Content-Length': 'x' }, body: 'four' })).status).toBe(500);
    });

    test.each([
      ['text', 200, 'text/plain; charset=utf-8', 'hello'],
      ['object', 200, 'application/json; charset=utf-8', '{"a":1,"body":"not a response"}'],
      ['number', 200, 'application/json; charset=utf-8', '5'],
      ['nothing', 204, undefined, ''],
    ])(
      'the value of another return binding is the body: %s [source: HttpBinding.cs]',
      async (name, status, type, body) => {
        const response = await send(`return-${name}`);
        expect([response.status, response.headers['content-type'], response.body]).toEqual([status, type, body]);
      },
    );

    test('a request without a Host is 500 for a function [source: GrpcMessageConversionExtensions.cs]', async () => {
      expect(await sendBytes(host.url, 'GET /api/echo HTTP/1.0\r\n\r\n')).toMatch('HTTP/1.1 500 ');
      expect(await sendBytes(host.url, 'GET /api/none HTTP/1.0\r\n\r\n')).toMatch('HTTP/1.1 404 ');
    });
    return;
  }

  describe('parameters are the binding data [source: HttpTriggerAttributeBindingProvider.cs]', () => {
    test('route over query over members of a JSON body; names ignore case, the first spelling stays', async () => {
      const body = '{"ID":"body","X":"body","own":"body","code":"member"}';
      expect((await post('echo/1?x=1&x=2&y=&code=key&z=z', body)).params).toEqual({
        ID: '1',
        X: '2',
        own: 'body',
        code: 'member',
        y: '',
        z: 'z',
      });
      expect((await seen('typed/5?ID=9')).params).toEqual({ ID: '5' });
      expect((await seen('echo?code=key&CODE=key')).params).toEqual({});
    });

    test('a missing optional parameter hides others of its name', async () => {
      expect((await seen('echo?id=query&ID=again')).params).toEqual({});
      expect((await seen('rest?rest=query')).params).toEqual({});
    });

    test('members of the body are text, whatever its type is', async () => {
      const members: [string, string | undefined][] = [
        ['1.50', '1.5'],
        ['1.0', '1'],
        ['-0', '0'],
        ['-0.0', '-0'],
        ['12345678901234567890', '12345678901234567890'],
        ['1e16', '10000000000000000'],
        ['1e17', '1E+17'],
        ['123456789012345678.0', '1.2345678901234568E+17'],
        ['0.0001', '0.0001'],
        ['0.00001', '1E-05'],
        ['1e400', 'Infinity'],
        ['true', 'True'],
        ['false', 'False'],
        ['""', ''],
        ['null', undefined],
        ['[1]', undefined],
        ['{"a":1e20}', undefined],
        ['"2020-01-02T03:04:05Z"', '01/02/2020 03:04:05'],
        ['"2020-01-02T03:04:05"', '01/02/2020 03:04:05'],
        ['"2020-01-02T03:04:05.1234567+0200"', '01/02/2020 01:04:05'],
        ['"2020-01-02T24:00:00Z"', '01/03/2020 00:00:00'],
        ['"0001-01-01T00:00:00"', '01/01/0001 00:00:00'],
        ['"/Date(86400000)/"', '01/02/1970 00:00:00'],
        ['"2020-02-30T00:00:00Z"', '2020-02-30T00:00:00Z'],
        ['"2020-01-02T03:04:05.12345678Z"', '2020-01-02T03:04:05.12345678Z'],
        ['"2020-01-02"', '2020-01-02'],
      ];
      const json = `\ufeff {${members.map(([value], index) => `"m${index}":${value}`).join()}} `;
      const { params, body } = await post('echo', json, { 'Content-Type': 'text/plain' });
      expect(members.map((_, index) => params[`m${index}`])).toEqual(members.map(([, text]) => text));
      expect(body).toBe(json.slice(1));
    });

    test.each([['[{"a":1}]'], ['{"a":1} {"b":2}'], ['{"a":1'], ['a=1']])('a body %s has no members', async (body) => {
      expect(await post('echo', body)).toMatchObject({ params: {}, body });
    });

    test('a body without a Content-Length has no members', async () => {
      const request = 'POST /api/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
      expect(await sendBytes(host.url, `${request}7\r\n{"a":1}\r\n0\r\n\r\n`)).toContain('"params":{}');
    });
  });

  describe('traps [source: DefaultHttpProxyService.cs]', () => {
    test.each([['named/v'], ['echo?headers=v'], ['echo?Headers=v']])(
      'a parameter with the name of the headers would replace them: %s',
      async (path) => {
        const { status, body } = await send(path);
        expect([status, body]).toEqual([400, expect.stringMatching(/^On Azure this request .*without its headers/)]);
      },
    );

    test('so would a member of the body', async () => {
      const body = '{"headers":{"x-injected":"1"}}';
      const response = await send('echo', { 'Content-Length': body.length }, 'POST', body);
      expect([response.status, response.body]).toEqual([400, expect.stringMatching(/^On Azure this request/)]);
      expect((await post('echo', '{"headers":null}')).params).toEqual({});
    });

    test('an invocation id from the client would keep the response from it', async () => {
      const { status, body } = await send('echo', { 'x-ms-invocation-id': 'mine' });
      expect([status, body]).toEqual([400, expect.stringMatching(/^On Azure this request gets no response/)]);
    });

    test.each([['throws'], ['returns-nothing'], ['return-text'], ['respond?with={"status":"x"}']])(
      'a function without a response would keep its client waiting: %s',
      async (path) => {
        const { status, body } = await send(path);
        expect([status, body]).toEqual([500, expect.stringMatching(/^On Azure this request gets no response/)]);
        expect(body).not.toContain('secret');
      },
    );
  });

  describe('outputs [source: FunctionInvocationMiddleware.cs]', () => {
    testHere('a response ends after they are written', async () => {
      expect((await send('output-streamed?queue=written')).body).toBe('one, two');
      expect(await storage?.next('written')).toBe('a message');
    });

    test('an output that fails closes the connection, or is 500 before the response has started', async () => {
      expect((await send('output-empty?queue=Bad_Name')).status).toBe(500);
      await expect(send('output-streamed?queue=Bad_Name')).rejects.toThrow();
      await expect(send('output-whole?queue=Bad_Name')).rejects.toThrow();
    });
  });
});

describe('Host of local.settings.json', () => {
  const MAIN = `require('@azure/functions').app.http('hi', { handler: () => ({ body: 'hi' }) });`;
  const start = async (section: object, port?: number) => {
    const app = await createTempApp({
      main: 'main.cjs',
      files: { 'main.cjs': MAIN, 'local.settings.json': JSON.stringify({ Host: section }) },
    });
    return startHost({ app: app.dir, stateDir: app.stateDir, ...(port !== undefined && { port }) });
  };
  const preflight = { origin: 'http://a.test', 'access-control-request-method': 'PUT' };
  const cors = ({ headers }: { headers: Record<string, unknown> }) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /^(?:access-control|vary)/.test(name)));

  testHere('without CORS a web page may not call the app [recorded]', async () => {
    const host = await start({});
    const get = await sendRaw(host.url, '/api/hi', { headers: preflight });
    const options = await sendRaw(host.url, '/api/hi', { method: 'OPTIONS', headers: preflight });
    expect([get.status, cors(get), options.status, cors(options)]).toEqual([200, {}, 404, {}]);
    await host.stop();
  });

  testHere('CORS allows origins with any method and header, on the app’s routes [source: Startup.cs]', async () => {
    const host = await start({ CORS: 'http://a.test,http://b.test', CORSCredentials: true });
    const headers = { ...preflight, 'access-control-request-headers': 'x-a, x-b' };
    const options = await sendRaw(host.url, '/api/hi', { method: 'OPTIONS', headers });
    const allowed = { 'access-control-allow-origin': 'http://a.test', 'access-control-allow-credentials': 'true' };
    expect([options.status, cors(options)]).toEqual([
      204,
      { ...allowed, 'access-control-allow-headers': 'x-a,x-b', 'access-control-allow-methods': 'PUT', vary: 'Origin' },
    ]);
    const get = await sendRaw(host.url, '/api/hi', { headers: { origin: 'http://a.test' } });
    expect([get.body, cors(get)]).toEqual(['hi', { ...allowed, vary: 'Origin' }]);
    const missing = await sendRaw(host.url, '/api/none', { headers: { origin: 'http://a.test' } });
    expect([missing.status, cors(missing)]).toEqual([404, { ...allowed, vary: 'Origin' }]);
    const foreign = await sendRaw(host.url, '/api/hi', {
      method: 'OPTIONS',
      headers: { ...headers, origin: 'http://c.test' },
    });
    expect([foreign.status, cors(foreign)]).toEqual([204, {}]);
    const admin = await sendRaw(host.url, '/admin/functions', { headers: { origin: 'http://a.test' } });
    expect(cors(admin)).toEqual({});
    await host.stop();
  });

  testHere('CORS "*" allows any origin without credentials [source: Startup.cs]', async () => {
    const host = await start({ cors: '*' });
    const get = await sendRaw(host.url, '/api/hi', { headers: { origin: 'http://a.test' } });
    expect(cors(get)).toEqual({ 'access-control-allow-origin': '*' });
    await host.stop();
  });
});
