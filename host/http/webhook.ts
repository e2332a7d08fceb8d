import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type DurableExtension, type WebhookRequest } from '../contracts.js';
import { type HostLog } from '../log.js';
import { BodyTooLargeError, ClientDisconnectedError, hasBody, readBody, refuseBody } from './body.js';
import { plainHeaders, type Target } from './request-target.js';
import { sendBytes, sendEmpty } from './responses.js';

const NO_BODY = Buffer.alloc(0);

/** A request for the extension. Query and signal are created on demand: most requests need neither. */
class NodeWebhookRequest implements WebhookRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly origin: string;
  readonly path: string;
  readonly body: Buffer;
  readonly search: string;
  readonly #response: ServerResponse;
  #query: URLSearchParams | undefined;
  #signal: AbortSignal | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, target: Target, path: string, body: Buffer) {
    this.method = request.method ?? 'GET';
    this.headers = plainHeaders(request);
    this.origin = target.origin;
    this.path = path;
    this.body = body;
    this.search = target.search;
    this.#response = response;
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(this.search));
  }

  get signal(): AbortSignal {
    return (this.#signal ??= signalOf(this.#response));
  }
}

/** Aborted when the connection closes before the response is written. */
function signalOf(response: ServerResponse): AbortSignal {
  if (response.destroyed) return AbortSignal.abort();
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

const FOREIGN_PAGE = 'This API refuses requests of web pages from other origins: see Security in docs/host.md.';
const ADDRESS_OR_LOCALHOST = /^(?:\[[\da-f:.]+\]|[\d.]+|(?:.+\.)?localhost)(?::\d+)?$/;

/**
 * Whether a web page of another origin sends the request through a browser. A page whose own host name was pointed to this
 * machine (DNS rebinding) counts as one: on a local connection the name in `Host` must be an address or `localhost`.
 */
function isFromForeignPage({ headers, socket }: IncomingMessage, { origin }: Target): boolean {
  if (headers.origin === undefined) return false;
  const own = origin.toLowerCase();
  if (headers.origin.toLowerCase() !== own) return true;
  return isLoopback(socket.localAddress ?? '') && !ADDRESS_OR_LOCALHOST.test(own.replace(/^\w+:\/\//, ''));
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

/**
 * Serves one request of the durable extension's API (host contract, 4.3 and 5); the caller has checked the key. Requests of
 * other web pages get 403, which the genuine host does not do: any page could start orchestrations of a developer.
 *
 * @param path relative to the extension's base
 * @param bodyLimit in bytes; Infinity for the RPC endpoint
 */
export async function serveWebhook(
  extension: DurableExtension,
  log: HostLog,
  exchange: { request: IncomingMessage; response: ServerResponse; target: Target },
  path: string,
  bodyLimit: number,
): Promise<void> {
  const { request, response, target } = exchange;
  if (isFromForeignPage(request, target)) {
    sendBytes(response, 403, { 'Content-Type': 'text/plain; charset=utf-8' }, FOREIGN_PAGE);
    return;
  }
  try {
    const body = hasBody(request) ? await readBody(request, response, bodyLimit) : NO_BODY;
    const answer = await extension.handle(new NodeWebhookRequest(request, response, target, path, body));
    if (response.destroyed) return;
    sendBytes(response, answer.status, answer.headers, answer.body ?? '');
  } catch (error) {
    if (error instanceof ClientDisconnectedError) return;
    if (error instanceof BodyTooLargeError) {
      refuseBody(request, response);
      return;
    }
    log.log('error', 'Host.Triggers.DurableTask', `${request.method ?? ''} ${path} failed: ${stackOf(error)}`);
    if (!response.headersSent) sendEmpty(response, 500);
    else response.destroy();
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
