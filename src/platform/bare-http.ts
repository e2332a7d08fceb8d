import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { CONNECT_TIMEOUT_MS } from './http-client.js';

export interface BareRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: URL;
  headers: Record<string, string>;
  body?: Buffer | string;
  /** Cuts off the request, and the answer that is being read. */
  signal?: AbortSignal;
  /** The request is on its way. */
  onSent?: () => void;
}

/** An answer, whatever its status. Its body must be read or destroyed; it fails when the other side hangs up. */
export interface BareAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Readable;
}

/**
 * One attempt, without redirects, retries and decompression, at a third of the processor's time that axios takes:
 * rejects with what the connection says, or with the signal's reason. A request that went to a connection kept open,
 * which the other side closed before it could know of it, is sent once more.
 */
export type SendBare = (request: BareRequest) => Promise<BareAnswer>;

export interface BareOptions {
  /** To one origin; default: as many as there are requests. */
  connections?: number;
  /** Default: the system's resolver. */
  lookup?: LookupFunction;
}

/** Connections stay open for a few seconds after a request, as long as the other side allows. */
export function createBareHttp({ connections, lookup }: BareOptions = {}): SendBare {
  const agent = new Agent({
    connect: telling(buildConnector({ timeout: CONNECT_TIMEOUT_MS, ...(lookup && { lookup }) })),
    connections: connections ?? null,
    headersTimeout: 0, // signals are the bounds
    bodyTimeout: 0,
  });
  return async (request) => {
    try {
      return await send(agent, request);
    } catch (error) {
      if (!isStale(error)) throw error;
      return send(agent, request);
    }
  };
}

function send(agent: Agent, request: BareRequest): Promise<BareAnswer> {
  const { url, method, headers, body, signal } = request;
  const exchange = new Exchange(request);
  if (!signal?.aborted)
    agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method, headers, body }, exchange);
  return exchange.answer;
}

class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<BareAnswer>;
  readonly #promise = Promise.withResolvers<BareAnswer>();
  readonly #request: BareRequest;
  #controller: Dispatcher.DispatchController | undefined;
  #body: Readable | undefined;

  constructor(request: BareRequest) {
    this.#request = request;
    this.answer = this.#promise.promise;
    const { signal } = request;
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort, { once: true });
  }

  readonly #abort = () => {
    const reason = this.#request.signal?.reason as Error;
    this.#controller?.abort(reason);
    this.#fail(reason); // at once, also while there is no connection yet
  };

  #fail(error: Error): void {
    this.#end();
    this.#promise.reject(error);
    this.#body?.destroy(error);
  }

  #end(): void {
    this.#request.signal?.removeEventListener('abort', this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#request.signal?.aborted) controller.abort(this.#request.signal.reason as Error);
    else this.#request.onSent?.();
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#body = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        controller.abort(error ?? new Error('The answer is not wanted.'));
        done(error);
      },
    });
    this.#promise.resolve({ status, headers, body: this.#body });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body?.push(chunk) === false) controller.pause();
  }

  onResponseEnd(): void {
    this.#end();
    this.#body?.push(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }
}

/** Lets what breaks a connection say how much had come over it, as undici's own errors do. */
function telling(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...outcome) => {
      const [, socket] = outcome;
      socket?.prependListener('error', (error: Error) =>
        Object.assign(error, { socket: { bytesRead: socket.bytesRead } }),
      );
      callback(...outcome);
    });
}

const BROKEN: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** An answer had come over the connection before, and nothing to this request. */
function isStale(error: unknown): boolean {
  const { code, socket } = error as { code?: string; socket?: { bytesRead?: number } };
  return BROKEN.has(code) && (socket?.bytesRead ?? 0) > 0;
}
