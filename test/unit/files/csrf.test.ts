import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { createCsrfRoute, withCsrf } from '../../../src/files/csrf.js';
import { filesErrorForm } from '../../../src/files/errors.js';
import { createDispatcher } from '../../../src/platform/http/dispatch.js';
import { openApiDocument } from '../../../src/platform/http/openapi.js';
import { defineRoute, type Route } from '../../../src/platform/http/route.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

function routesAt(path: string): Route[] {
  return METHODS.map((method) =>
    defineRoute({
      method,
      path,
      auth: 'anonymous',
      operationId: `${method}Thing`,
      tag: { name: 'Things', description: 'Things.' },
      summary: 'Does something',
      errorForm: filesErrorForm,
      ...(method !== 'get' && { json: z.object({ a: z.string() }), formBody: true }),
      replies: { 200: { description: 'Done.' } },
      handle: () => Promise.resolve({ status: 200, body: {} }),
    }),
  );
}

async function send(
  routes: readonly Route[],
  method: string,
  url: string,
  headers: Record<string, string> = {},
): Promise<HttpResponseInit & { json: Record<string, string> }> {
  const body = method === 'GET' ? undefined : { string: '{"a":"b"}' };
  const request = new HttpRequest({ method, url, headers: { 'Content-Type': 'application/json', ...headers }, body });
  const context = new InvocationContext({ invocationId: 'trace-1', logHandler: () => undefined });
  const response: HttpResponseInit = await createDispatcher(routes, routes, { trustProxy: true })(request, context);
  return { ...response, json: JSON.parse(response.body as string) as Record<string, string> };
}

const headerOf = ({ headers }: HttpResponseInit, name: string) => (headers as Record<string, string>)[name] ?? '';
const TOKEN = 'x'.repeat(43);
const things = withCsrf(routesAt('/things'), true);

describe('while the setting is on', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s needs the token', async (method) => {
    const refused = await send(things, method, 'http://a/things');
    expect([refused.status, refused.json]).toEqual([
      403,
      { errors: 'The cookie csrftoken is missing; call GET /csrftoken/ first.' },
    ]);
    expect(headerOf(refused, 'x-ms-error-code')).toBe('CsrfTokenInvalid');
    const headers = { Cookie: `a=b; csrftoken=${TOKEN}; c`, 'X-CSRFToken': TOKEN };
    expect((await send(things, method, 'http://a/things', headers)).status).toBe(200);
  });

  test.each([
    ['no header', { Cookie: `csrftoken=${TOKEN}` }],
    ['another token', { Cookie: `csrftoken=${TOKEN}`, 'X-CSRFToken': 'y'.repeat(43) }],
    ['a token of another length', { Cookie: `csrftoken=${TOKEN}`, 'X-CSRFToken': TOKEN.slice(1) }],
    ['the first of two cookies differs', { Cookie: `csrftoken=y; csrftoken=${TOKEN}`, 'X-CSRFToken': TOKEN }],
  ])('%s is refused', async (_name, headers) => {
    const { status, json } = await send(things, 'POST', 'http://a/things', headers);
    expect([status, json]).toEqual([403, { errors: 'X-CSRFToken must be the value of the cookie csrftoken.' }]);
  });

  test('empty texts are no token', async () => {
    const headers = { Cookie: 'csrftoken=', 'X-CSRFToken': '' };
    expect((await send(things, 'POST', 'http://a/things', headers)).status).toBe(403);
  });

  test('the check comes before the body', async () => {
    const { status } = await send(things, 'POST', 'http://a/things', { 'Content-Type': 'text/plain' });
    expect(status).toBe(403);
  });

  test('reading needs none', async () => {
    expect((await send(things, 'GET', 'http://a/things')).status).toBe(200);
  });

  test.each(['/download/{refer}', '/record'])('%s of an analyzer needs none', async (path) => {
    const routes = withCsrf(routesAt(path), true);
    expect((await send(routes, 'POST', `http://a${path.replace('{refer}', 'a')}`)).status).toBe(200);
  });

  test('the document names the header and the error', () => {
    const info = { title: 'A', version: '1', description: 'A.' };
    const { paths } = openApiDocument(things, info, 'http://a');
    expect(paths?.['/things']?.post?.parameters).toMatchObject([{ in: 'header', name: 'X-CSRFToken' }]);
    expect(paths?.['/things']?.post?.responses).toHaveProperty('403');
    expect(paths?.['/things']?.get?.parameters).toEqual([]);
  });
});

test('while the setting is off no call needs the token', async () => {
  expect((await send(withCsrf(routesAt('/things'), false), 'POST', 'http://a/things')).status).toBe(200);
});

describe('GET /csrftoken', () => {
  const routes = [createCsrfRoute()];

  test('gives a new token, as a value and as a cookie that scripts can read', async () => {
    const answer = await send(routes, 'GET', 'http://a/csrftoken/');
    const { csrfToken = '' } = answer.json;
    expect(csrfToken).toMatch(/^[\w-]{43}$/);
    expect(headerOf(answer, 'Set-Cookie')).toBe(`csrftoken=${csrfToken}; Path=/; SameSite=Lax`);
    expect(headerOf(answer, 'Cache-Control')).toBe('no-store');
    expect((await send(routes, 'GET', 'http://a/csrftoken')).json.csrfToken).not.toBe(csrfToken);
  });

  test('keeps the token that a browser has, and replaces what is no token', async () => {
    const kept = await send(routes, 'GET', 'http://a/csrftoken', { Cookie: `csrftoken=${TOKEN}` });
    expect(kept.json).toEqual({ csrfToken: TOKEN });
    const replaced = await send(routes, 'GET', 'http://a/csrftoken', { Cookie: 'csrftoken=evil' });
    expect(replaced.json.csrfToken).toMatch(/^[\w-]{43}$/);
  });

  test('marks the cookie for https by the URL that the client used', async () => {
    const answer = await send(routes, 'GET', 'http://a/csrftoken', { 'X-Forwarded-Proto': 'https' });
    expect(headerOf(answer, 'Set-Cookie')).toMatch(/; SameSite=Lax; Secure$/);
  });
});
