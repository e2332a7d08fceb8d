import type { IncomingHttpHeaders } from 'node:http';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { CONNECT_TIMEOUT_MS } from './http-client.js';

export interface BareRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: URL;
  headers: Record<string, string>;
  body?: Buffer | string;
  /** Cuts off the request, and the answer that is being read. */
  signal?: AbortSignal;
  /** For request and answer together; it fails with `OutOfTime` then. Cheaper than a signal. */
  timeoutMs?: number;
}

export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** An answer, whatever its status. One of the two ways to deal with its body must be taken, at once. */
export interface BareAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Rejects when the other side hangs up, or with the signal's reason. */
  text(): Promise<string>;
  /** Lets so many bytes pass, for the sake of the connection, which is closed when there are more. */
  drop(bytes: number): void;
}

/**
 * One attempt, without redirects, retries and decompression, at a third of the processor's time that axios takes: rejects
 * with what the connection says, or with the signal's reason. A request that went to a connection kept open, which the
 * other side closed before it could know of it, is sent once more.
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
    headersTimeout: 0, // each request has its own bounds
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

const UNWANTED = new Error('The rest of the answer is not wanted.');

class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<BareAnswer>;
  readonly #answer = Promise.withResolvers<BareAnswer>();
  readonly #text = Promise.withResolvers<string>();
  readonly #signal: AbortSignal | undefined;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  /** Why it was cut off. */
  #reason: Error | undefined;
  #longest = Infinity;
  readonly #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | undefined;

  constructor({ signal, timeoutMs }: BareRequest) {
    this.#signal = signal;
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#cut(new OutOfTime()), timeoutMs);
    this.answer = this.#answer.promise;
    this.#text.promise.catch(() => undefined); // it may be that nobody wants it
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener('abort', this.#abort, { once: true });
  }

  readonly #abort = () => this.#cut(this.#signal?.reason as Error);

  #cut(reason: Error): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#fail(reason); // at once, also while there is no connection yet
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener('abort', this.#abort);
  }

  #fail(error: Error): void {
    this.#end();
    this.#answer.reject(error);
    this.#text.reject(error);
  }

  #drop(bytes: number): void {
    this.#longest = bytes;
    if (this.#length > bytes) this.#controller?.abort(UNWANTED);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#reason) controller.abort(this.#reason);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    const drop = (bytes: number) => {
      this.#drop(bytes);
      if (Number(headers['content-length']) > bytes) controller.abort(UNWANTED);
    };
    this.#answer.resolve({ status, headers, text: () => this.#text.promise, drop });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#longest) controller.abort(UNWANTED);
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#end();
    this.#text.resolve(Buffer.concat(this.#chunks).toString('utf8'));
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
