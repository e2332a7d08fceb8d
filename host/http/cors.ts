import { type IncomingMessage, type ServerResponse } from 'node:http';

/** Origins whose web pages may call the app, as `Host.CORS` of local.settings.json names them. */
export interface CorsSettings {
  /** Lower-cased; a single `*` is any origin. */
  origins: readonly string[];
  /** Whether pages may send cookies and credentials. */
  allowsCredentials: boolean;
}

/** Adds CORS headers, as the Core Tools do (their Startup.cs): any method and any header for the given origins. */
export class Cors {
  readonly #origins: readonly string[];
  readonly #isAny: boolean;
  readonly #allowsCredentials: boolean;

  constructor({ origins, allowsCredentials }: CorsSettings) {
    this.#origins = origins;
    this.#isAny = origins.length === 1 && origins[0] === '*';
    this.#allowsCredentials = allowsCredentials;
  }

  /**
   * Adds the headers to the response when it starts; answers a preflight request.
   *
   * @returns whether the request was a preflight request
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    if (origin === undefined) return false;
    const requested = request.method === 'OPTIONS' ? request.headers['access-control-request-method'] : undefined;
    const headers = this.#headersFor(origin);
    if (requested === undefined) {
      whenStarting(response, headers);
      return false;
    }
    const names = request.headers['access-control-request-headers'];
    if (names !== undefined && headers.length > 0) headers.push(['Access-Control-Allow-Headers', withoutSpaces(names)]);
    if (headers.length > 0) headers.push(['Access-Control-Allow-Methods', requested]);
    response.writeHead(204, headers.flat()).end();
    return true;
  }

  #headersFor(origin: string): [string, string][] {
    if (!this.#isAny && !this.#origins.includes(origin.toLowerCase())) return [];
    const headers: [string, string][] = [['Access-Control-Allow-Origin', this.#isAny ? '*' : origin]];
    if (this.#allowsCredentials) headers.push(['Access-Control-Allow-Credentials', 'true']);
    if (!this.#isAny && this.#origins.length > 1) headers.push(['Vary', 'Origin']);
    return headers;
  }
}

/** The status, and the headers of the app, are known only then. */
function whenStarting(response: ServerResponse, headers: readonly [string, string][]): void {
  if (headers.length === 0) return;
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    for (const [name, value] of headers) {
      if (name === 'Vary') response.appendHeader(name, value);
      else response.setHeader(name, value);
    }
    return writeHead(...args);
  };
}

function withoutSpaces(list: string): string {
  return list
    .split(',')
    .map((name) => name.trim())
    .join(',');
}
