import { type IncomingMessage } from 'node:http';

/** The target of a request, from its request line and Host header. */
export interface Target {
  /** Without the leading slash, percent-encoded, dot segments resolved. */
  path: string;
  /** The query with the question mark; may be empty. */
  search: string;
  /** Scheme and authority as in the request, such as `http://localhost:7071`. */
  origin: string;
}

const HOST = /^(?:[a-z0-9._~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
/** Dot segments, backslashes and fragments: the parts that the URL class rewrites. */
const NEEDS_NORMALIZING = /\/\.|%2e|[\\#]/i;

/**
 * Reads the target of a request.
 *
 * @returns undefined when the request line or the Host header is invalid (the response is 400)
 */
export function readTarget(request: IncomingMessage): Target | undefined {
  const url = request.url ?? '/';
  const host = request.headers.host ?? 'localhost';
  if (url.charCodeAt(0) !== 47 || NEEDS_NORMALIZING.test(url)) return normalize(url, host);
  if (!HOST.test(host)) return undefined;
  const query = url.indexOf('?');
  return query < 0
    ? { path: url.slice(1), search: '', origin: `http://${host}` }
    : { path: url.slice(1, query), search: url.slice(query), origin: `http://${host}` };
}

/** The slow path, for paths to normalize and for requests in absolute form. */
function normalize(url: string, host: string): Target | undefined {
  const absolute = url.startsWith('/') ? `http://${host}${url}` : url;
  const parsed = URL.parse(absolute);
  if (parsed?.protocol !== 'http:' || parsed.username !== '' || !HOST.test(parsed.host)) return undefined;
  return { path: parsed.pathname.slice(1), search: parsed.search, origin: parsed.origin };
}

/** Headers as one string per lower-cased name; repeated headers are joined as in the genuine host. */
export function plainHeaders(request: IncomingMessage): Record<string, string> {
  const headers = request.headers as Record<string, string | string[]>;
  const list = headers['set-cookie']; // the only one that Node.js does not join
  if (Array.isArray(list)) headers['set-cookie'] = list.join(',');
  return headers as Record<string, string>;
}
