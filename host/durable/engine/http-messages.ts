import { type HttpResultData } from '../turn/http-polling.js';
import { invalidOperation } from './http-failures.js';

/** Names that .NET writes in its own way, whatever the case on the wire (KnownHeaders.cs of .NET). */
const KNOWN_NAMES = new Map(
  [
    'Accept-Patch Accept-Ranges Access-Control-Allow-Credentials Access-Control-Allow-Headers',
    'Access-Control-Allow-Methods Access-Control-Allow-Origin Access-Control-Expose-Headers Access-Control-Max-Age',
    'Age Alt-Svc Alt-Used Authorization Cache-Control Connection Content-Security-Policy Cookie Date ETag Expect-CT',
    'From Host Keep-Alive Link Location Origin P3P Pragma Proxy-Authenticate Proxy-Connection Proxy-Support',
    'Public-Key-Pins Referrer-Policy Refresh Retry-After Sec-WebSocket-Accept Sec-WebSocket-Extensions',
    'Sec-WebSocket-Protocol Sec-WebSocket-Version Server Server-Timing Set-Cookie Set-Cookie2',
    'Strict-Transport-Security TE TSV Trailer Transfer-Encoding Upgrade Upgrade-Insecure-Requests User-Agent Vary Via',
    'WWW-Authenticate Warning X-AspNet-Version X-Cache X-Content-Duration X-Content-Type-Options X-Frame-Options',
    'X-MSEdge-Ref X-Powered-By X-Request-ID X-UA-Compatible X-XSS-Protection',
  ]
    .flatMap((line) => line.split(' '))
    .map((name) => [name.toLowerCase(), name]),
);

/** Headers that .NET keeps with the content: they are not in the result, and cannot be headers of a request. */
const CONTENT_HEADERS = new Set([
  'allow',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'expires',
  'last-modified',
]);

/** Headers that .NET reads as a list: an item that is not a token leaves the value whole. */
const TOKEN_LISTS = new Set(['accept-ranges', 'connection', 'trailer', 'transfer-encoding', 'vary']);
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** Products and comments of `Server`. */
const PRODUCT = /[\w!#$%&'*+.^`|~-]+(?:\/[\w!#$%&'*+.^`|~-]+)?|\([^()]*\)/y;

export function hasContentHeaderName(name: string): boolean {
  return CONTENT_HEADERS.has(name.toLowerCase());
}

/**
 * The headers of a result, as .NET's `HttpResponseMessage.Headers` has them.
 *
 * @param raw names and values in turn, as they were received
 */
export function responseHeaders(raw: readonly string[]): HttpResultData['headers'] {
  const headers = new Map<string, { name: string; values: string[] }>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [received = '', value = ''] = raw.slice(index, index + 2);
    const key = received.toLowerCase();
    if (CONTENT_HEADERS.has(key)) continue;
    const header = headers.get(key) ?? { name: KNOWN_NAMES.get(key) ?? received, values: [] };
    header.values.push(...itemsOf(key, value));
    headers.set(key, header);
  }
  return Object.fromEntries(
    [...headers.values()].map(({ name, values }) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function itemsOf(key: string, value: string): string[] {
  if (key === 'server') return products(value) ?? [value];
  if (!TOKEN_LISTS.has(key)) return [value];
  const items = value.split(',').map((item) => item.trim());
  return items.every((item) => TOKEN.test(item)) ? items : [value];
}

function products(value: string): string[] | undefined {
  const items: string[] = [];
  for (let at = 0; at < value.length;) {
    PRODUCT.lastIndex = at;
    const item = PRODUCT.exec(value)?.[0];
    if (item === undefined) return undefined;
    items.push(item);
    at += item.length;
    while (value[at] === ' ') at++;
  }
  return items;
}

/** Encodings that .NET decodes, as Node.js names them. */
const ENCODINGS = new Map<string, BufferEncoding>([
  ['utf-8', 'utf8'],
  ['us-ascii', 'latin1'],
  ['iso-8859-1', 'latin1'],
  ['utf-16', 'utf16le'],
]);

/**
 * The text of a response.
 *
 * @throws UnhandledException for a charset that .NET does not know
 */
export function contentOf(bytes: Buffer, contentType: string | undefined): string {
  const charset = /;\s*charset="?([^;"\s]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  const startsAsUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  const encoding = charset === undefined ? (startsAsUtf16 ? 'utf16le' : 'utf8') : ENCODINGS.get(charset);
  if (encoding === undefined)
    throw invalidOperation(
      'The character set provided in ContentType is invalid. Cannot read content as string using an invalid character set.',
    );
  return bytes.toString(encoding).replace(/^\uFEFF/, '');
}
