import { type IncomingMessage } from 'node:http';
import { decodePercent, encodePath } from './percent-encoding.js';

/** The target of a request, from its request line and Host header. */
export interface Target {
  /**
   * Without the leading slash, decoded as in the genuine host: dot segments are resolved, and encoded slashes and what is
   * not valid UTF-8 stay encoded.
   */
  path: string;
  /** `path` encoded again, as it is in `request.url` of a function. */
  encodedPath: string;
  /** The query with the question mark, as sent; may be empty. */
  search: string;
  /** Scheme and authority as in the request, such as `http://localhost:7071`; `http://` without a Host header's value. */
  origin: string;
}

/** Characters of host names that the genuine host's server accepts (HttpCharacters.cs of ASP.NET), and IPv6. */
const HOST = /^(?:[A-Za-z0-9!$&'()\-._~]*|\[[\dA-Fa-f:.]+\])(?::\d+)?$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i;
/** The characters of a path that are the same encoded and decoded. */
const PLAIN = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/;
// eslint-disable-next-line no-control-regex -- the server of the genuine host refuses these characters
const NOT_ASCII = /[^\u0001-\u007f]/;

/**
 * Reads the target of a request.
 *
 * @returns undefined when the request line or the Host header is invalid (the response is 400)
 */
export function readTarget(request: IncomingMessage): Target | undefined {
  const host = request.headers.host ?? '';
  if (!HOST.test(host)) return undefined;
  const given = originForm(request.url ?? '/', host);
  if (given === undefined || NOT_ASCII.test(given)) return undefined;
  const query = given.indexOf('?');
  const raw = query < 0 ? given.slice(1) : given.slice(1, query);
  const rest = { search: query < 0 ? '' : given.slice(query), origin: `http://${host}` };
  if (PLAIN.test(raw) && !hasDotSegment(raw)) return { path: raw, encodedPath: raw, ...rest };
  const decoded = decodePercent(raw, (character) => character === '/');
  if (decoded.includes('\0')) return undefined;
  const path = withoutDotSegments(decoded);
  return { path, encodedPath: encodePath(path), ...rest };
}

/** Path and query of a request line; the authority of the absolute form must be that of the Host header. */
function originForm(url: string, host: string): string | undefined {
  if (url.startsWith('/')) return url;
  if (url === '*') return '/*';
  const [, authority, rest = ''] = ABSOLUTE.exec(url) ?? [];
  if (authority?.toLowerCase() !== host.toLowerCase()) return undefined;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function hasDotSegment(path: string): boolean {
  return path.startsWith('.') || path.includes('/.');
}

/** RFC 3986, 5.2.4. */
function withoutDotSegments(path: string): string {
  if (!hasDotSegment(path)) return path;
  const kept: string[] = [];
  const segments = path.split('/');
  segments.forEach((segment, index) => {
    const isDot = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!isDot) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  });
  return kept.join('/');
}

/** Headers as one string per lower-cased name: repeated ones are joined with a comma, and bytes are read as UTF-8. */
export function plainHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in headersDistinct) {
    const value = (headersDistinct[name] ?? []).join(',');
    headers[name] = NOT_ASCII.test(value) ? Buffer.from(value, 'latin1').toString('utf8') : value;
  }
  return headers;
}
