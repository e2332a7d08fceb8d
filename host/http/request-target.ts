import { type IncomingMessage, type ServerResponse } from 'node:http';

/** Where a request goes, read from its first line and its Host header. */
export interface Target {
  /** Without the leading slash, still percent-encoded, dot segments resolved. */
  path: string;
  /** With the question mark; empty when there is none. */
  search: string;
  /** Scheme and authority as the client gave them, such as `http://localhost:7071`. */
  origin: string;
}

const HOST = /^(?:[a-z0-9._~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
/** Dot segments, backslashes and fragments: what the URL class rewrites, and so the app would see otherwise. */
const NEEDS_NORMALISING = /\/\.|%2e|[\\#]/i;

/** @returns undefined when the request line or the Host header is not usable (the answer is 400) */
export function readTarget(request: IncomingMessage): Target | undefined {
  const url = request.url ?? '/';
  const host = request.headers.host ?? 'localhost';
  if (url.charCodeAt(0) !== 47 || NEEDS_NORMALISING.test(url)) return normalise(url, host);
  if (!HOST.test(host)) return undefined;
  const query = url.indexOf('?');
  return query < 0
    ? { path: url.slice(1), search: '', origin: `http://${host}` }
    : { path: url.slice(1, query), search: url.slice(query), origin: `http://${host}` };
}

/** The slow way, for paths with dots in odd places and for requests in absolute form. */
function normalise(url: string, host: string): Target | undefined {
  const absolute = url.startsWith('/') ? `http://${host}${url}` : url;
  const parsed = URL.parse(absolute);
  if (parsed?.protocol !== 'http:' || parsed.username !== '' || !HOST.test(parsed.host)) return undefined;
  return { path: parsed.pathname.slice(1), search: parsed.search, origin: parsed.origin };
}

/** Answers without a body. */
export function answerEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 204 ? [] : ['Content-Length', '0']).end();
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  answerBytes(response, status, { 'Content-Type': 'application/json; charset=utf-8' }, JSON.stringify(body));
}

/** Answers with the length of `body` as its own header. */
export function answerBytes(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> | undefined,
  body: string | Uint8Array,
): void {
  const flat = ['Content-Length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength)];
  for (const name in headers) flat.push(name, headers[name] ?? '');
  response.writeHead(status, flat);
  endWith(response, body);
}

/** Up to this many bytes copying is cheaper than a second buffer in the system call. */
const MERGE_BYTES = 65_536;

/**
 * Ends with a body. Node sends a string together with the headers in one write, but a buffer as a second piece, at
 * twice the cost; Latin-1 carries bytes through a string unchanged.
 */
export function endWith(response: ServerResponse, body: string | Uint8Array): void {
  if (typeof body === 'string') response.end(body);
  else if (body.byteLength > MERGE_BYTES) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), 'latin1');
}

/** Headers as one string per lower-cased name; what came several times is joined as the product joins it. */
export function plainHeaders(request: IncomingMessage): Record<string, string> {
  const headers = request.headers as Record<string, string | string[]>;
  const list = headers['set-cookie']; // the only one that node keeps apart
  if (Array.isArray(list)) headers['set-cookie'] = list.join(',');
  return headers as Record<string, string>;
}
