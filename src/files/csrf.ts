import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { serviceTag } from '../platform/http/document-route.js';
import { defineRoute, type Route, type RouteRequest } from '../platform/http/route.js';
import { filesErrors } from './errors.js';

const COOKIE = 'csrftoken';
const HEADER = 'X-CSRFToken';
const TOKEN_BYTES = 32;
const TOKEN = /^[\w-]{43}$/;

const CHANGING: readonly string[] = ['post', 'put', 'patch', 'delete'];
/** Calls of analyzers, whose key is the secret: a page of another site does not know it. */
const KEYED = /^\/(?:download|record)(?:\/|$)/;

/**
 * The routes, of which those that change something need the token of `GET /csrftoken/` (docs/contracts/files.md): the
 * header `X-CSRFToken` must equal the cookie, which pages of other sites can neither read nor set. Checked before the
 * body is read.
 */
export function withCsrf(routes: readonly Route[], isOn: boolean): Route[] {
  if (!isOn) return [...routes];
  return routes.map((route) => {
    if (!CHANGING.includes(route.method) || KEYED.test(route.path)) return route;
    const token = { description: 'The value of the cookie `csrftoken`, by `GET /csrftoken/`.', isRequired: true };
    const headers = { ...route.headers, [HEADER]: token };
    const errors = [...(route.errors ?? []), filesErrors.CsrfTokenInvalid('').data];
    return { ...route, headers, errors, check: checkToken };
  });
}

type Asked = Pick<RouteRequest, 'header'>;

/** @throws OperationError 403 `CsrfTokenInvalid` */
function checkToken(request: Asked): void {
  const [sent, cookie] = [request.header(HEADER) ?? '', cookieOf(request) ?? ''];
  if (cookie === '') throw filesErrors.CsrfTokenInvalid(`The cookie ${COOKIE} is missing; call GET /csrftoken/ first.`);
  if (!isSame(sent, cookie)) throw filesErrors.CsrfTokenInvalid(`${HEADER} must be the value of the cookie ${COOKIE}.`);
}

/** Takes the same time for all texts of a length: digests have one length, and are compared whole. */
function isSame(a: string, b: string): boolean {
  const [first, second] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}

function cookieOf(request: Asked): string | undefined {
  const pairs = (request.header('cookie') ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}

/** `GET /csrftoken/`. A browser that has a token keeps it, so that its open pages stay valid. */
export function createCsrfRoute(): Route {
  return defineRoute({
    method: 'get',
    path: '/csrftoken/',
    auth: 'anonymous',
    operationId: 'getCsrfToken',
    tag: serviceTag,
    summary: 'Gets the token of calls that change files and lists, as a value and as a cookie',
    replies: {
      200: {
        description: 'The token.',
        schema: z.object({ csrfToken: z.string() }).meta({ id: 'FilesCsrfToken' }),
        headers: { 'Set-Cookie': 'The cookie `csrftoken`.' },
      },
    },
    handle({ url, ...request }) {
      const known = cookieOf(request);
      const token = known !== undefined && TOKEN.test(known) ? known : randomBytes(TOKEN_BYTES).toString('base64url');
      // Scripts read it, so it is not HttpOnly.
      const cookie = `${COOKIE}=${token}; Path=/; SameSite=Lax${url.protocol === 'https:' ? '; Secure' : ''}`;
      const headers = { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' };
      return Promise.resolve({ status: 200, headers, body: { csrfToken: token } });
    },
  });
}
