import { type RawRequest } from './route.js';

/**
 * The URL that the client used. Behind a proxy the request's host is the proxy's upstream; with `trustProxy` the first
 * forwarded scheme and host, the ones nearest the client, replace it.
 */
export function externalUrl(request: Pick<RawRequest, 'url' | 'headers'>, trustProxy: boolean): URL {
  const url = new URL(request.url);
  if (!trustProxy) return url;
  const scheme = firstOf(request.headers.get('x-forwarded-proto'));
  const host = firstOf(request.headers.get('x-forwarded-host'));
  if (scheme === 'http' || scheme === 'https') url.protocol = scheme;
  if (host && isHost(host)) {
    url.port = '';
    url.host = host;
  }
  return url;
}

function firstOf(list: string | null): string | undefined {
  return list?.split(',')[0]?.trim().toLowerCase();
}

/** RFC 3986 host and port, without user info, path or query that a forged header could carry. */
function isHost(text: string): boolean {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/.test(text);
}
