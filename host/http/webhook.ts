import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type DurableExtension, type WebhookRequest } from '../contracts.js';
import { type HostLog } from '../log.js';
import { announcesTooMuch, BodyTooLargeError, ClientGoneError, hasBody, readBody, refuseBody } from './body.js';
import { answerBytes, answerEmpty, plainHeaders, type Target } from './request-target.js';

const NO_BODY = Buffer.alloc(0);

/** A request as the extension sees it. Query and signal are made when asked for: most requests need neither. */
class NodeWebhookRequest implements WebhookRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly origin: string;
  readonly path: string;
  readonly body: Buffer;
  readonly #search: string;
  readonly #response: ServerResponse;
  #query: URLSearchParams | undefined;
  #signal: AbortSignal | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, target: Target, path: string, body: Buffer) {
    this.method = request.method ?? 'GET';
    this.headers = plainHeaders(request);
    this.origin = target.origin;
    this.path = path;
    this.body = body;
    this.#search = target.search;
    this.#response = response;
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(this.#search));
  }

  get signal(): AbortSignal {
    return (this.#signal ??= signalOf(this.#response));
  }
}

/** Aborts when the connection ends before the answer is written. */
function signalOf(response: ServerResponse): AbortSignal {
  if (response.destroyed) return AbortSignal.abort();
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

/**
 * Serves one request of the durable extension's API (host contract, 4.3 and 5); key and origin are checked before.
 *
 * @param path relative to the extension's base
 * @param bodyLimit bytes; the RPC endpoint has none
 */
export async function serveWebhook(
  extension: DurableExtension,
  log: HostLog,
  exchange: { request: IncomingMessage; response: ServerResponse; target: Target },
  path: string,
  bodyLimit: number,
): Promise<void> {
  const { request, response, target } = exchange;
  try {
    if (bodyLimit !== Infinity && announcesTooMuch(request)) {
      refuseBody(request, response);
      return;
    }
    const body = hasBody(request) ? await readBody(request, response, bodyLimit) : NO_BODY;
    const answer = await extension.handle(new NodeWebhookRequest(request, response, target, path, body));
    if (response.destroyed) return;
    answerBytes(response, answer.status, answer.headers, answer.body ?? '');
  } catch (error) {
    if (error instanceof ClientGoneError) return;
    if (error instanceof BodyTooLargeError) {
      refuseBody(request, response);
      return;
    }
    log.log('error', 'Host.Triggers.DurableTask', `${request.method ?? ''} ${path} failed: ${stackOf(error)}`);
    if (!response.headersSent) answerEmpty(response, 500);
    else response.destroy();
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
