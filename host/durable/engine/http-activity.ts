import axios from 'axios';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { type HttpRequestData } from '../turn/actions.js';
import { type HttpResultData, isPolled, pollTrap } from '../turn/http-polling.js';
import { invalidOperation, requestException, UnhandledException } from './http-failures.js';
import { contentOf, hasContentHeaderName, responseHeaders } from './http-messages.js';

/** Timeout of one request with its redirects (DurableHttpClientFactory.cs). */
const TIMEOUT_S = 240;
/** .NET's limit on redirects: the next redirecting response is the result. */
const MAX_REDIRECTS = 50;
/** A response is stored in the history: a larger one fails the task instead of exhausting the host's memory. */
const MAX_RESPONSE_BYTES = 104_857_600;
/** What the extension that this host was compared with sends (DurableHttpClientFactory.cs). */
const USER_AGENT = 'Microsoft.Azure.WebJobs.Extensions.DurableTask/3.19.0';

const REDIRECTS = new Set([300, 301, 302, 303, 307, 308]);
const SECURE = 'https:';

/** One request on the wire. */
interface Message {
  method: string;
  target: URL;
  headers: Map<string, string>;
  body: string | null | undefined;
}

/**
 * Performs one request of `callHttp`, as TaskHttpActivityShim.cs. A response with any status is a result.
 *
 * @param input JSON of the action's `httpRequest`
 * @returns the task's result as JSON text
 * @throws RequestException, UnhandledException when there is no response, or the request is invalid
 * @throws Error a trap, when the response cannot be polled
 */
export async function callHttp(input: string): Promise<string> {
  const request = JSON.parse(input) as HttpRequestData;
  const headers = requestHeaders(request);
  const type = contentType(request);
  if (request.tokenSource) headers.set('Authorization', `Bearer ${await accessToken(request.tokenSource)}`);
  if (type !== undefined) headers.set('Content-Type', type);
  const message = {
    method: request.method.toUpperCase(),
    target: targetOf(request.uri),
    headers,
    body: request.content,
  };
  const result = await exchange(message);
  const problem = isPolled(request, result) ? pollTrap(request, result) : undefined;
  if (problem !== undefined) throw problem;
  return JSON.stringify(result);
}

/** The application's headers. Only text reaches the request (HttpHeadersConverter.cs). */
function requestHeaders({ headers }: HttpRequestData): Map<string, string> {
  const result = new Map<string, string>([['User-Agent', USER_AGENT]]);
  for (const [name, value] of Object.entries<unknown>(headers ?? {})) {
    const text = Array.isArray(value) ? value.join(', ') : value;
    if (typeof text !== 'string' || name.toLowerCase() === 'content-type') continue;
    if (hasContentHeaderName(name))
      throw invalidOperation(
        `Misused header name, '${name}'. Make sure request headers are used with HttpRequestMessage, ` +
          'response headers with HttpResponseMessage, and content headers with HttpContent objects.',
      );
    deleteHeader(result, name);
    result.set(name, text);
  }
  return result;
}

/** The `Content-Type` of the request; undefined without content. */
function contentType({ headers, content }: HttpRequestData): string | undefined {
  const type = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  if (type.includes('multipart'))
    throw new UnhandledException(
      'Microsoft.Azure.WebJobs.Extensions.DurableTask.FunctionFailedException',
      'Multipart content is not supported with CallHttpAsync.',
    );
  if (content === undefined || content === null) return undefined;
  if (type === '') return 'text/plain';
  if (!/^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/.test(type))
    throw new UnhandledException('System.FormatException', `The format of value '${type}' is invalid.`);
  return type.toLowerCase() === 'application/x-www-form-urlencoded' ? `${type}; charset=utf-8` : type;
}

function targetOf(uri: string): URL {
  // .NET on Linux takes a rooted path for the URL of a file.
  const target = URL.parse(uri.startsWith('/') ? `file:${uri}` : uri);
  if (target === null)
    throw invalidOperation(
      'An invalid request URI was provided. Either the request URI must be an absolute URI or BaseAddress must be set.',
    );
  return target;
}

/** Sends the request and follows redirects, as the RedirectHandler of .NET. */
async function exchange(first: Message): Promise<HttpResultData> {
  const signal = AbortSignal.timeout(TIMEOUT_S * 1_000);
  let message = first;
  for (let redirects = 0; ; redirects++) {
    const { response, bytes } = await send(message, signal);
    const target = redirectTarget(message.target, response);
    if (target === null || redirects === MAX_REDIRECTS)
      return {
        statusCode: response.statusCode ?? 0,
        headers: responseHeaders(response.rawHeaders),
        content: contentOf(bytes, response.headers['content-type']),
      };
    message = redirected(message, target, response.statusCode ?? 0);
  }
}

function redirectTarget(from: URL, { statusCode, headers: { location } }: IncomingMessage): URL | null {
  if (!REDIRECTS.has(statusCode ?? 0) || location === undefined) return null;
  const target = URL.parse(location, from.href);
  const isDowngrade = from.protocol === SECURE && target?.protocol !== SECURE;
  return isDowngrade ? null : target;
}

/**
 * .NET drops `Authorization` on every redirect. `Proxy-Authorization` is dropped with it, and cookies when the origin
 * changes: .NET can pass them on (docs/host.md, "Differences that stay").
 */
function redirected({ method, target: from, headers, body }: Message, target: URL, status: number): Message {
  const kept = new Map(headers);
  deleteHeader(kept, 'Authorization');
  deleteHeader(kept, 'Proxy-Authorization');
  if (target.origin !== from.origin) deleteHeader(kept, 'Cookie');
  const turnsToGet = status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST';
  if (!turnsToGet) return { method, target, headers: kept, body };
  deleteHeader(kept, 'Content-Type');
  return { method: 'GET', target, headers: kept, body: null };
}

function deleteHeader(headers: Map<string, string>, unwanted: string): void {
  for (const name of headers.keys()) if (name.toLowerCase() === unwanted.toLowerCase()) headers.delete(name);
}

/** Methods whose requests have no `Content-Length` without content. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'CONNECT']);

/** @throws RequestException, UnhandledException */
async function send({ method, target, headers, body }: Message, signal: AbortSignal) {
  if (target.protocol !== 'http:' && target.protocol !== SECURE)
    throw new UnhandledException(
      'System.NotSupportedException',
      `The '${target.protocol.slice(0, -1)}' scheme is not supported.`,
    );
  const length =
    (body ?? null) === null && WITHOUT_BODY.has(method) ? {} : { 'Content-Length': Buffer.byteLength(body ?? '') };
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const { request } = target.protocol === SECURE ? https : http;
      const all = { Host: target.host, ...Object.fromEntries(headers), ...length };
      // The default headers of Node.js are not those of .NET, which ignores a user and password in a URL.
      const own = { method, headers: all, setDefaultHeaders: false, auth: null, signal };
      request({ ...urlToHttpOptions(target), ...own }, resolve)
        .on('error', reject)
        .end(body ?? '');
    });
    return { response, bytes: await bytesOf(response) };
  } catch (error) {
    if (signal.aborted)
      throw new UnhandledException(
        'System.Threading.Tasks.TaskCanceledException',
        `The request was canceled due to the configured HttpClient.Timeout of ${TIMEOUT_S} seconds elapsing.`,
      );
    throw requestException(error, target);
  }
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) throw new Error(`The response has more than ${MAX_RESPONSE_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A token of the machine's managed identity, from the endpoint that App Service provides (`IDENTITY_ENDPOINT`,
 * `IDENTITY_HEADER`). Only the request contains it, never the history.
 */
async function accessToken({ resource }: { resource: string }): Promise<string> {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: secret } = process.env;
  if (endpoint === undefined || secret === undefined)
    throw new Error('A token source of callHttp needs a managed identity: set IDENTITY_ENDPOINT and IDENTITY_HEADER.');
  const { data } = await axios.get<{ access_token: string }>(endpoint, {
    params: { resource: resource.replace(/\/\.default$/, ''), 'api-version': '2019-08-01' },
    headers: { 'X-IDENTITY-HEADER': secret },
    timeout: TIMEOUT_S * 1_000,
  });
  return data.access_token;
}
