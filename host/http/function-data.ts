import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type TypedData } from '../contracts.js';
import { plainHeaders, type Target } from './request-target.js';
import { endWith } from './responses.js';
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

/** One value per name: names ignore case and repeated ones are joined with a comma, as in the genuine host. */
export function readQuery(search: string): Record<string, string> {
  const query = Object.create(null) as Record<string, string>; // a parameter may have the name __proto__
  if (search.length < 2) return query;
  const names = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    const folded = name.toLowerCase();
    const first = names.get(folded);
    if (first === undefined) {
      names.set(folded, name);
      query[name] = value;
    } else query[first] = `${query[first] ?? ''},${value}`;
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

/** Headers of the connection and the length: those of the app are replaced by the server's. */
const SERVER_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding']);
const WITHOUT_BODY = new Set([204, 304]);

/**
 * Writes the response for a function's return value; without one it is 204 (host contract, 2.7).
 *
 * @throws Error for a value that is not a valid HTTP response; nothing is written then
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
    if (isSent(name, request.method)) headers.push(name, result.headers[name] ?? '');
  }
  for (const cookie of result.cookies ?? []) headers.push('Set-Cookie', serializeCookie(cookie));
  if (WITHOUT_BODY.has(status)) {
    response.writeHead(status, headers).end();
    return;
  }
  const body = status === 205 ? '' : (result.body?.bytes ?? result.body?.string ?? '');
  if (!hasLength(headers, request.method)) {
    headers.push('Content-Length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength));
  }
  response.writeHead(status, headers);
  endWith(response, body);
}

/** The response to HEAD has no body, so the app's Content-Length is kept. */
function isSent(name: string, method: string | undefined): boolean {
  const folded = name.toLowerCase();
  return !SERVER_HEADERS.has(folded) || (folded === 'content-length' && method === 'HEAD');
}

function hasLength(headers: readonly string[], method: string | undefined): boolean {
  return method === 'HEAD' && headers.some((text, index) => index % 2 === 0 && text.toLowerCase() === 'content-length');
}
