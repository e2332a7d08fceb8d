import type { RawRequest } from './route.js';

/**
 * The URL as the client sees it. Behind a proxy the request's own host is the proxy's upstream; with `trustProxy` the
 * forwarded scheme and host (the first of each list, the one nearest the client) are believed.
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
