import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { commonErrors } from '../../../src/platform/errors.js';
import {
  createDispatcher,
  errorReply,
  ErrorWithHeaders,
  type DispatchOptions,
} from '../../../src/platform/http/dispatch.js';
import { defineRoute, groupRoutes, type Route } from '../../../src/platform/http/route.js';

const things = defineRoute({
  method: 'post',
  path: '/things/{id}:rename',
  auth: 'function',
  operationId: 'rename',
  tag: { name: 'Things', description: 'Things.' },
  summary: 'Renames',
  params: z.object({ id: z.string().max(5) }),
  query: z.object({ loud: z.enum(['yes', 'no']).optional() }),
  json: z.strictObject({ name: z.string().min(1), size: z.int() }),
  binary: { types: ['image/png'], maxBytes: 4, description: 'A picture.' },
  replies: { 200: { description: 'Renamed.' } },
  handle: ({ params, query, json, binary, url }) =>
    Promise.resolve({ status: 200, body: { params, query, json, bytes: binary?.bytes.length, url: url.href } }),
});
const broken = defineRoute({
  method: 'get',
  path: '/things/{id}',
  auth: 'anonymous',
  operationId: 'broken',
  tag: { name: 'Things', description: 'Things.' },
  summary: 'Breaks',
  replies: { 200: { description: 'Never.' } },
  handle: ({ params }) => {
    throw params.id === 'busy' ? commonErrors.TooManyRequests('Too many.') : new Error('password=hunter2');
  },
});

const older = defineRoute({
  ...broken,
  path: '/old/{id}/things',
  errorForm: { prefix: '/old', schema: z.unknown(), body: ({ message }) => ({ error: message }) },
  handle: () => Promise.resolve({ status: 200, body: {} }),
});

async function send(
  method: string,
  path: string,
  init: { headers?: Record<string, string>; body?: string } = {},
  { trustProxy = false, own = [things, broken] } = {},
) {
  const request = new HttpRequest({
    method,
    url: `http://inner:7071${path}`,
    headers: init.headers,
    body: init.body === undefined ? undefined : { string: init.body },
  });
  const logged: string[] = [];
  const context = new InvocationContext({
    invocationId: 'trace-1',
    logHandler: (_level, ...args) => void logged.push(args.join(' ')),
  });
  const response: HttpResponseInit = await createDispatcher(own, [things, broken, older], { trustProxy })(
    request,
    context,
  );
  return { ...response, json: JSON.parse(response.body as string) as Record<string, never>, logged };
}

const json = { 'content-type': 'application/json' };
const errorOf = async (...args: Parameters<typeof send>) => {
  const { status, headers, json: body } = await send(...args);
  return { status, code: (headers as Record<string, string>)['x-ms-error-code'], ...(body.error as unknown as object) };
};

describe('the limit of starts', () => {
  const headers = { RateLimit: '"starts";r=0;t=60' };
  const start = async (route: Route, limitStarts: NonNullable<DispatchOptions['limitStarts']>) => {
    const request = new HttpRequest({ method: 'GET', url: 'http://inner:7071/things/busy' });
    const context = new InvocationContext({ logHandler: () => undefined });
    return createDispatcher([route], [route], { trustProxy: false, limitStarts })(request, context);
  };
  const starting = { ...broken, starts: true };
  const refuse = () => {
    throw new ErrorWithHeaders({ ...headers, 'Retry-After': '7' }, commonErrors.TooManyRequests('Too many starts.'));
  };

  test('answers of routes that start operations have its headers, also errors', async () => {
    expect(await start(starting, () => headers)).toMatchObject({ status: 429, headers });
  });

  test('a start beyond it is refused with the time to wait', async () => {
    expect(await start(starting, refuse)).toMatchObject({ status: 429, headers: { ...headers, 'Retry-After': '7' } });
  });

  test('other routes have none', async () => {
    expect((await start(broken, refuse)).headers).toMatchObject({ 'Retry-After': '5' });
  });
});

test('parses parameters, query and body as declared', async () => {
  const { status, json: body } = await send('POST', '/things/a%20b:rename?loud=yes', {
    headers: json,
    body: '{"name":"x","size":1}',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ params: { id: 'a b' }, query: { loud: 'yes' }, json: { name: 'x', size: 1 } });
});

test('repeated query names, in any case, become one value with commas', async () => {
  const body = { headers: json, body: '{"name":"x","size":1}' };
  expect(await errorOf('POST', '/things/a:rename?loud=yes&LOUD=no', body)).toMatchObject({
    status: 400,
    target: 'loud',
  });
});

test('takes a binary body of a declared type', async () => {
  const { json: body } = await send('POST', '/things/a:rename/', {
    headers: { 'content-type': 'image/png' },
    body: 'abcd',
  });
  expect(body).toMatchObject({ bytes: 4 });
});

test.each<[string, string, string, { headers?: Record<string, string>; body?: string }, object]>([
  [
    'every problem of a body is named',
    'POST',
    '/things/a:rename',
    { headers: json, body: '{"size":1.5,"more":1}' },
    {
      status: 400,
      code: 'InvalidRequest',
      details: [{ target: 'name' }, { target: 'size' }, { message: expect.stringContaining('more') as string }],
    },
  ],
  [
    'text that is no JSON',
    'POST',
    '/things/a:rename',
    { headers: json, body: '{"name":' },
    { status: 400, code: 'InvalidJson' },
  ],
  ['no body', 'POST', '/things/a:rename', { headers: json }, { status: 400, code: 'InvalidJson' }],
  [
    'another content type',
    'POST',
    '/things/a:rename',
    { headers: { 'content-type': 'text/xml' }, body: '<a/>' },
    { status: 415, code: 'UnsupportedMediaType' },
  ],
  [
    'no content type',
    'POST',
    '/things/a:rename',
    { headers: { 'content-type': '' }, body: '{}' },
    { status: 415, code: 'UnsupportedMediaType' },
  ],
  [
    'a long binary body',
    'POST',
    '/things/a:rename',
    { headers: { 'content-type': 'image/png' }, body: 'abcde' },
    { status: 413, code: 'PayloadTooLarge' },
  ],
  [
    'a JSON body over the limit',
    'POST',
    '/things/a:rename',
    { headers: json, body: `"${'x'.repeat(1024 * 1024)}"` },
    { status: 413, code: 'PayloadTooLarge' },
  ],
  [
    'a JSON body of too many values',
    'POST',
    '/things/a:rename',
    { headers: json, body: `[${'{},'.repeat(20_000)}{}]` },
    { status: 400, code: 'InvalidRequest', message: 'The body has more than 20000 values.' },
  ],
  [
    'a JSON body of too many levels',
    'POST',
    '/things/a:rename',
    { headers: json, body: '['.repeat(500_000) },
    { status: 400, code: 'InvalidRequest', message: 'The body has more than 100 levels.' },
  ],
  ['a bad parameter', 'POST', '/things/abcdef:rename', { headers: json, body: '{}' }, { status: 400, target: 'id' }],
  [
    'a bad query',
    'POST',
    '/things/a:rename?loud=maybe',
    { headers: json, body: '{}' },
    { status: 400, target: 'loud' },
  ],
  ['an unknown path', 'GET', '/nothing', {}, { status: 404, code: 'NotFound' }],
  ['a method that the path does not take', 'GET', '/things/a:rename', {}, { status: 405, code: 'MethodNotAllowed' }],
])('%s', async (_name, method, path, init, expected) => {
  expect(await errorOf(method, path, init)).toMatchObject(expected);
});

test('405 names the methods of the path', async () => {
  const { headers } = await send('DELETE', '/things/a');
  expect(headers).toMatchObject({ Allow: 'GET' });
});

test.each([
  ['GET', '/old', 404, 'NotFound', 'Nothing is served at /old.'],
  ['GET', '/old/', 404, 'NotFound', 'Nothing is served at /old/.'],
  ['POST', '/OLD/1/other', 404, 'NotFound', 'Nothing is served at /OLD/1/other.'],
  ['HEAD', '/old/1/things', 405, 'MethodNotAllowed', 'HEAD is not served at /old/1/things; it takes GET.'],
  ['OPTIONS', '/%6fld/1/things', 405, 'MethodNotAllowed', 'OPTIONS is not served at /old/1/things; it takes GET.'],
  ['PROPFIND', '/old/1/things/', 405, 'MethodNotAllowed', 'PROPFIND is not served at /old/1/things/; it takes GET.'],
])('%s %s, which no route serves, has the form of errors of its prefix', async (method, path, status, code, error) => {
  const reply = await send(method, path, {}, { own: [] });
  expect(reply).toMatchObject({ status, headers: { 'x-ms-error-code': code }, json: { error } });
});

test.each(['/older', '/x/old', '/'])('%s is not below the prefix', async (path) => {
  expect(await errorOf('GET', path)).toMatchObject({
    status: 404,
    code: 'NotFound',
    message: `Nothing is served at ${path}.`,
  });
});

test('an error has the trace id of its request', () => {
  const { data } = commonErrors.PayloadTooLarge('Too large.');
  expect(errorReply(data, 'a-trace-id').headers).toMatchObject({ 'x-ms-request-id': 'a-trace-id' });
});

test('a handler may answer an error with more than its form has', () => {
  const { data } = commonErrors.PayloadTooLarge('Too large.');
  const form = { body: ({ message }: { message: string }) => ({ error: message, resultUrl: 'http://x' }) };
  expect(errorReply(data, '', form)).toEqual({
    status: 413,
    headers: { 'x-ms-error-code': 'PayloadTooLarge' },
    body: { error: 'Too large.', resultUrl: 'http://x' },
  });
});

test('an unexpected error is a 500 with the trace id only; the log has the stack', async () => {
  const { status, body, logged } = await send('GET', '/things/a');
  expect(status).toBe(500);
  expect(body).toContain('trace-1');
  expect(body).not.toContain('hunter2');
  expect(logged.join()).toContain('dispatch.test');
});

test('a temporary failure has Retry-After', async () => {
  const { status, headers } = await send('GET', '/things/busy');
  expect(status).toBe(429);
  expect(headers).toMatchObject({ 'Retry-After': '5' });
});

test.each([
  [false, 'http://inner:7071/things/a:rename'],
  [true, 'https://api.example.test/things/a:rename'],
])('forwarded headers are believed only behind a trusted proxy (%s)', async (trust, expected) => {
  const headers = { ...json, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'api.example.test, inner2' };
  const { json: body } = await send(
    'POST',
    '/things/a:rename',
    { headers, body: '{"name":"x","size":1}' },
    { trustProxy: trust },
  );
  expect(body.url).toBe(expected);
});

test('a forged forwarded host cannot carry a path or a user', async () => {
  for (const host of ['evil.test/x', 'user@evil.test', 'evil.test?x', 'a b']) {
    const headers = { ...json, 'x-forwarded-host': host };
    const { json: body } = await send(
      'POST',
      '/things/a:rename',
      { headers, body: '{"name":"x","size":1}' },
      { trustProxy: true },
    );
    expect(body.url).toBe('http://inner:7071/things/a:rename');
  }
});

test.each(['/x/%2e%2e/things/a', '/things/a', '/THINGS/a'])(
  'a function runs none of another function’s routes: GET %s',
  async (path) => {
    expect(await send('GET', path, {}, { own: [things] })).toMatchObject({ status: 405 });
    expect(await send('GET', path, {}, { own: [] })).toMatchObject({ status: 405 });
  },
);

test.each(['/THINGS/a:rename', '/%74hings/a:rename', '/things/a%3Arename'])(
  'matches as the runtime does: %s',
  async (path) => {
    const { status, json: body } = await send('POST', path, { headers: json, body: '{"name":"x","size":1}' });
    expect([status, body.params]).toEqual([200, { id: 'a' }]);
  },
);

test('an error repeats no more of a request than helps', async () => {
  const { body } = await send('POST', '/things/a:rename', {
    headers: json,
    body: JSON.stringify({ ['k'.repeat(100_000)]: 1 }),
  });
  expect((body as string).length).toBeLessThan(3_000);
});

test('routes that the runtime cannot tell apart become one function, those with another key do not', () => {
  const twin = { ...broken, method: 'delete' as const };
  expect(
    groupRoutes([things, broken, twin]).map(({ name, template, routes }) => [name, template, routes.length]),
  ).toEqual([
    ['things_p1_function', 'things/{p1}', 1],
    ['things_p1_anonymous', 'things/{p1}', 2],
  ]);
});

test('a parameter may be the rest of the path', async () => {
  const files = defineRoute({
    ...broken,
    path: '/things/{id}/files/{path}',
    forms: { path: 'rest' },
    handle: ({ params }) => Promise.resolve({ status: 200, body: params }),
  });
  expect(groupRoutes([files])).toMatchObject([
    { name: 'things_p1_files_p3_anonymous', template: 'things/{p1}/files/{*p3}' },
  ]);
  const { json: params } = await send('GET', '/things/a/files/b%20c/d:e/%C3%A9.txt', {}, { own: [files] });
  expect(params).toEqual({ id: 'a', path: 'b c/d:e/é.txt' });
});

test('errors have their status as a number', async () => {
  expect(await errorOf('GET', '/things/busy')).toMatchObject({ code: 'TooManyRequests', status: 429 });
  const { json: body } = await send('GET', '/nothing');
  expect(body).toEqual({ error: { code: 'NotFound', message: 'Nothing is served at /nothing.', status: 404 } });
});
