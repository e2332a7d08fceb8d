import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type TypedData } from '../contracts.js';
import { HttpTrapError } from './http-trap.js';
import { readQuery } from './query.js';
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
      url: `${target.origin}/${target.encodedPath}${target.search}`,
      headers: plainHeaders(request),
      query: joinedQuery(target.search),
      params,
      ...(body && body.length > 0 && { body: { bytes: body } }),
    },
  };
}

/** One value per name: repeated ones are joined with a comma, as in the genuine host. */
function joinedQuery(search: string): Record<string, string> {
  return Object.fromEntries(readQuery(search).map(({ name, values }) => [name, values.join(',')]));
}

/** The `http` form of typed data, response side (host contract, 2.7). */
interface HttpResult {
  statusCode: string;
  headers?: Record<string, string>;
  cookies?: RpcCookie[];
  body?: { bytes?: Uint8Array; string?: string } | null;
  enableContentNegotiation?: boolean;
}

/** Headers that the server of the genuine host writes itself: those of the app are dropped. */
const SERVER_HEADERS = new Set(['date', 'server']);
/** Without a body and without a Content-Length. */
const WITHOUT_BODY = new Set([204, 304]);
// eslint-disable-next-line no-control-regex -- the server of the genuine host writes ASCII only
const NOT_ASCII = /[^\u0000-\u007f]/;

/**
 * Writes the response for a function's return value, which is an HTTP response or, with another return binding, any value
 * (host contract, 2.7).
 *
 * @throws Error for a value that is not a valid HTTP response, and for a trap; nothing is written then
 */
export function writeResult(request: IncomingMessage, response: ServerResponse, data: TypedData | null | undefined) {
  const result = data?.http as HttpResult | undefined;
  if (result === undefined) {
    writeValue(response, data ?? {});
    return;
  }
  const status = Number(result.statusCode);
  const isEmpty = WITHOUT_BODY.has(status);
  const body = isEmpty || status === 205 ? '' : (result.body?.bytes ?? result.body?.string ?? '');
  checkNegotiation(result);
  const headers = headersOf(result, isEmpty || request.method === 'HEAD' ? undefined : lengthOf(body));
  response.writeHead(status, headers);
  endWith(response, body);
}

/** A return value that is not an HTTP response: text, or JSON with everything else; none is 204 (HttpBinding.cs). */
function writeValue(response: ServerResponse, { string, json, bytes, int, double }: TypedData): void {
  const base64 = bytes && JSON.stringify(Buffer.from(bytes).toString('base64'));
  const value = string ?? json ?? base64 ?? (int ?? double)?.toString();
  if (value === undefined || value === 'null') {
    response.writeHead(204).end();
    return;
  }
  const type = string === undefined ? 'application/json' : 'text/plain';
  response.writeHead(200, ['Content-Type', `${type}; charset=utf-8`]);
  endWith(response, value);
}

function lengthOf(body: string | Uint8Array): number {
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
}

/** @param length of the body in bytes; undefined when none is sent */
function headersOf({ headers: given = {}, cookies = [] }: HttpResult, length: number | undefined): string[] {
  const headers: string[] = [];
  let hasLength = false;
  if (Object.keys(given).some((name) => name.toLowerCase() === 'transfer-encoding')) throw ownTransferEncoding();
  for (const name in given) {
    const value = given[name] ?? '';
    const folded = name.toLowerCase();
    if (SERVER_HEADERS.has(folded)) continue;
    if (NOT_ASCII.test(value)) throw new TypeError(`The header "${name}" has characters outside ASCII.`);
    if (folded === 'content-length') {
      checkLength(value, length);
      hasLength = true;
    }
    headers.push(name, value);
  }
  for (const cookie of cookies) headers.push('Set-Cookie', serializeCookie(cookie));
  if (!hasLength && length === 0) headers.push('Content-Length', '0'); // any other body is chunked, as in the genuine host
  return headers;
}

function ownTransferEncoding(): Error {
  return new HttpTrapError(
    'response cannot be read by its client, because the host sends the header Transfer-Encoding with a body that is not encoded',
    'Do not set the header.',
  );
}

/** @throws Error for a Content-Length that is not the body's, and a trap when it would cut the response */
function checkLength(value: string, length: number | undefined): void {
  if (!/^\d+$/.test(value)) throw new TypeError(`The Content-Length "${value}" is not a number.`);
  if (length === undefined || Number(value) === length) return;
  if (Number(value) < length || length === 0) {
    throw new RangeError(`The Content-Length is ${value}, and the body has ${length} bytes.`);
  }
  throw new HttpTrapError(
    `response never ends for its client, because the Content-Length is ${value} and the body has ${length} bytes`,
    'Do not set the header.',
  );
}

/** The genuine host has the body as bytes, and its content negotiation writes bytes as Base64. */
function checkNegotiation({ enableContentNegotiation: isNegotiated = false, body }: HttpResult): void {
  if (!isNegotiated || (body?.bytes ?? body?.string ?? '').length === 0) return;
  throw new HttpTrapError(
    'response is Base64 in a JSON text, or 406 for a text, because enableContentNegotiation converts the bytes of the body',
    'Do not set enableContentNegotiation.',
  );
}
