import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type TypedData } from '../contracts.js';
import { endWith, plainHeaders, type Target } from './request-target.js';
import { type RouteValues } from './routes/match.js';
import { serializeCookie, type RpcCookie } from './cookies.js';

/** The `http` form of typed data, request side (host contract, 2.7). */
export function toHttpData(
  request: IncomingMessage,
  target: Target,
  params: RouteValues,
  body: Buffer | undefined,
): TypedData {
  return {
    http: {
      method: request.method,
      url: `${target.origin}/${target.path}${target.search}`,
      headers: plainHeaders(request),
      query: readQuery(target.search),
      params,
      ...(body && body.length > 0 && { body: { bytes: body } }),
    },
  };
}

/** One value per name: names ignore case and repeats are joined with a comma, as the product sends them. */
export function readQuery(search: string): Record<string, string> {
  const query = Object.create(null) as Record<string, string>; // a parameter may be called __proto__
  if (search.length < 2) return query;
  const names = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    const folded = name.toLowerCase();
    const known = names.get(folded);
    if (known === undefined) {
      names.set(folded, name);
      query[name] = value;
    } else query[known] = `${query[known] ?? ''},${value}`;
  }
  return query;
}

/** The `http` form of typed data, response side (host contract, 2.7). */
interface HttpResult {
  statusCode: string;
  headers?: Record<string, string>;
  cookies?: RpcCookie[];
  body?: { bytes?: Uint8Array; string?: string } | null;
}

/** Headers that describe the connection or the length: the server writes its own and drops the app's. */
const SERVER_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);
const WITHOUT_BODY = new Set([204, 304]);

/**
 * Writes what a function returned. Nothing at all is 204 (host contract, 2.7).
 *
 * @throws Error when the result is no HTTP result or holds what HTTP cannot carry; nothing is written then
 */
export function writeResult(request: IncomingMessage, response: ServerResponse, data: TypedData | null | undefined) {
  if (data === null || data === undefined) {
    response.writeHead(204).end();
    return;
  }
  const result = data.http as HttpResult | undefined;
  if (result === undefined) throw new TypeError('The function returned something other than an HTTP response.');
  const status = Number(result.statusCode);
  const headers: string[] = [];
  for (const name in result.headers) {
    if (keeps(name, request.method)) headers.push(name, result.headers[name] ?? '');
  }
  for (const cookie of result.cookies ?? []) headers.push('Set-Cookie', serializeCookie(cookie));
  if (WITHOUT_BODY.has(status)) {
    response.writeHead(status, headers).end();
    return;
  }
  const body = status === 205 ? '' : (result.body?.bytes ?? result.body?.string ?? '');
  if (!lengthIsKept(headers, request.method)) {
    headers.push('Content-Length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength));
  }
  response.writeHead(status, headers);
  endWith(response, body);
}

/** The answer to HEAD has no body to measure, so there the app's length stands. */
function keeps(name: string, method: string | undefined): boolean {
  const folded = name.toLowerCase();
  return !SERVER_HEADERS.has(folded) || (folded === 'content-length' && method === 'HEAD');
}

function lengthIsKept(headers: readonly string[], method: string | undefined): boolean {
  return method === 'HEAD' && headers.some((text, index) => index % 2 === 0 && text.toLowerCase() === 'content-length');
}
