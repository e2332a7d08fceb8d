import { type IncomingHttpHeaders } from 'node:http';
import { type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import type * as Undici from 'undici';
import { commonErrors, OperationError } from './errors.js';
import { CONNECT_TIMEOUT_MS } from './http-client.js';
import { inSpan, nameOf } from './telemetry/in-span.js';
import { telemetry, type Span } from './telemetry/index.js';

/** A long body. It is opened again for each time that its request is sent. */
export interface BodySource {
  bytes: number;
  open(): Promise<Readable>;
}

export interface OutboundRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: URL;
  headers: Record<string, string>;
  body?: Buffer | string | BodySource;
  /** Aborts the request, and the response that is being read. */
  signal?: AbortSignal;
  /** For request and response together; they fail with `TimeoutError` then. Cheaper than a signal. */
  timeoutMs?: number;
  /** The same, since a part of a `BodySource` was taken by the connection, or a part of the response arrived. */
  idleTimeoutMs?: number;
  /** Called when the request is written to its connection; again when it is sent again. */
  onSent?: () => void;
}

export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** The source of a request's body failed, as its cause says; 503 when it broke off or was too slow. */
export class BodySourceError extends Error {
  override readonly name = 'BodySourceError';

  constructor(override readonly cause: unknown) {
    super('The body of a request cannot be read.');
  }
}

/**
 * A response of any status. Exactly one of `text`, `discard` and `stream` must be called, in the same turn of the event
 * loop. Reading rejects when the other side closes the connection, or with the signal's reason.
 */
interface OutboundResponse {
  status: number;
  headers: IncomingHttpHeaders;
  text(): Promise<string>;
  /** Reads up to so many bytes so that the connection can be used again; closes the connection when there are more. */
  discard(maxBytes: number): void;
  /** The body as it comes. A stream that is destroyed closes the connection. */
  stream(): Readable;
}

/**
 * One attempt, without redirects, retries and decompression, for a third of the processor time that axios takes. Rejects
 * with the error of the connection, a `BodySourceError` or the signal's reason. A request that was written to a kept connection which
 * the other side had closed already is sent once more.
 */
export type SendRequest = (request: OutboundRequest) => Promise<OutboundResponse>;

interface ConnectionOptions {
  /** Most connections to one origin; default: as many as there are requests. */
  connections?: number;
  /** Default: the system's resolver. */
  lookup?: LookupFunction;
  /** Whether requests are spans (docs/telemetry.md). Default: true. */
  isTraced?: boolean;
}

/** Connections stay open for a few seconds after a request, as long as the other side allows. */
export function createHttpConnection({ connections, lookup, isTraced = true }: ConnectionOptions = {}): SendRequest {
  let agent: Undici.Agent | undefined;
  const attempt = async (request: OutboundRequest, span?: Span) => {
    agent ??= createAgent(connections, lookup);
    try {
      return await send(agent, request);
    } catch (error) {
      if (!isStale(error)) throw error;
      span?.event('retry', { 'error.type': nameOf(error) });
      return send(agent, request);
    }
  };
  return (request) => (isTraced && telemetry().isOn ? traced(request, attempt) : attempt(request));
}

function createAgent(connections?: number, lookup?: LookupFunction): Undici.Agent {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- most functions send no such request
  const { Agent, buildConnector } = require('undici') as typeof Undici;
  return new Agent({
    connect: withBytesRead(buildConnector({ timeout: CONNECT_TIMEOUT_MS, ...(lookup && { lookup }) })),
    connections: connections ?? null,
    headersTimeout: 0, // each request has its own limits
    bodyTimeout: 0,
  });
}

/** Paths of webhooks and workers may have secrets, so that the span has the host only. */
function traced(
  request: OutboundRequest,
  attempt: (request: OutboundRequest, span: Span) => Promise<OutboundResponse>,
): Promise<OutboundResponse> {
  const { method, url, headers } = request;
  const attributes = {
    'http.request.method': method,
    'server.address': url.hostname,
    'server.port': Number(url.port) || undefined,
  };
  return inSpan(
    { name: method, kind: 'client', parent: headers.traceparent, attributes },
    (span) => attempt({ ...request, headers: { ...headers, traceparent: span.traceParent ?? '' } }, span),
    ({ status }) => ({
      'http.response.status_code': status,
      'error.type': status >= 400 ? String(status) : undefined,
    }),
  );
}

function send(agent: Undici.Agent, request: OutboundRequest): Promise<OutboundResponse> {
  const { url, method, signal } = request;
  const exchange = new Exchange(request);
  if (!signal?.aborted) {
    const target = { origin: url.origin, path: url.pathname + url.search, method };
    agent.dispatch({ ...target, ...contentOf(request, exchange) }, exchange);
  }
  return exchange.response;
}

function contentOf({ headers, body }: OutboundRequest, exchange: Exchange) {
  if (typeof body !== 'object' || !('open' in body)) return { headers, body };
  const length = { 'content-length': String(body.bytes) };
  return { headers: { ...headers, ...length }, body: body.bytes > 0 ? Readable.from(exchange.parts(body)) : undefined };
}

const DISCARDED = new Error('The rest of the response is discarded.');

/** One request and its response. */
class Exchange implements Undici.Dispatcher.DispatchHandler {
  readonly response: Promise<OutboundResponse>;
  readonly #response = Promise.withResolvers<OutboundResponse>();
  readonly #text = Promise.withResolvers<string>();
  readonly #request: OutboundRequest;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #idleTimer: NodeJS.Timeout | undefined;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #maxLength = Infinity;
  #stream: Readable | undefined;
  /** The body while it is sent. */
  #source: Readable | undefined;
  /** Whether the next part of the body is waited for. */
  #isReadingSource = false;
  /** Why it failed, or was aborted. */
  #error: Error | undefined;
  #isComplete = false;
  #controller: Undici.Dispatcher.DispatchController | undefined;

  constructor(request: OutboundRequest) {
    const { signal, timeoutMs, idleTimeoutMs } = request;
    this.#request = request;
    if (idleTimeoutMs !== undefined) this.#idleTimer = setTimeout(() => this.#abort(this.#idleError()), idleTimeoutMs);
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#abort(new TimeoutError()), timeoutMs);
    this.response = this.#response.promise;
    this.#text.promise.catch(() => undefined); // it may not be asked for
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The body, part by part: the connection asks for a part when it has taken the one before. */
  async *parts(source: BodySource): AsyncGenerator<Buffer> {
    this.#isReadingSource = true;
    try {
      this.#source = await source.open();
      if (this.#error || this.#isComplete) this.#source.destroy();
      for await (const part of this.#source as AsyncIterable<Buffer>) {
        this.#isReadingSource = false;
        this.#idleTimer?.refresh();
        yield part;
        this.#isReadingSource = true;
      }
      this.#isReadingSource = false;
    } catch (cause) {
      if (!this.#isReadingSource) throw cause; // the connection failed
      throw new BodySourceError(this.#source && !(cause instanceof OperationError) ? sourceFailed(cause) : cause);
    }
  }

  readonly #onAbort = () => this.#abort(this.#request.signal?.reason as Error);

  #abort(reason: Error): void {
    this.#controller?.abort(reason);
    this.#fail(reason); // immediately, also while there is no connection yet
  }

  #idleError(): Error {
    return this.#isReadingSource ? new BodySourceError(sourceFailed()) : new TimeoutError();
  }

  #end(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#idleTimer);
    this.#source?.destroy(); // the other side may respond before it has the whole body
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#end();
    this.#response.reject(error);
    this.#text.reject(error);
    this.#stream?.destroy(error);
  }

  #discard(controller: Undici.Dispatcher.DispatchController, headers: IncomingHttpHeaders, maxBytes: number): void {
    this.#maxLength = maxBytes;
    if (this.#length > maxBytes || Number(headers['content-length']) > maxBytes) controller.abort(DISCARDED);
  }

  #toStream(controller: Undici.Dispatcher.DispatchController): Readable {
    const stream = new Readable({
      read: () => controller.resume(),
      destroy: (error, done) => {
        if (!this.#isComplete) controller.abort(error ?? DISCARDED);
        done(error);
      },
    });
    for (const chunk of this.#chunks) stream.push(chunk);
    if (this.#error) stream.destroy(this.#error);
    else if (this.#isComplete) stream.push(null);
    return (this.#stream = stream);
  }

  onRequestStart(controller: Undici.Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#error) controller.abort(this.#error);
    else this.#request.onSent?.();
  }

  onResponseStart(
    controller: Undici.Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return;
    this.#idleTimer?.refresh();
    this.#response.resolve({
      status,
      headers,
      text: () => this.#text.promise,
      discard: (maxBytes) => this.#discard(controller, headers, maxBytes),
      stream: () => this.#toStream(controller),
    });
  }

  onResponseData(controller: Undici.Dispatcher.DispatchController, chunk: Buffer): void {
    this.#idleTimer?.refresh();
    this.#length += chunk.length;
    if (this.#length > this.#maxLength) controller.abort(DISCARDED);
    else if (!this.#stream) this.#chunks.push(chunk);
    else if (!this.#stream.push(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    this.#isComplete = true;
    this.#end();
    if (this.#stream) this.#stream.push(null);
    else this.#text.resolve(Buffer.concat(this.#chunks).toString('utf8'));
  }

  onResponseError(_controller: Undici.Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }
}

function sourceFailed(cause?: unknown): OperationError {
  return commonErrors.ServiceUnavailable('The body of a request cannot be read.', { cause });
}

/** Adds to an error of a connection how many bytes had come over it, as undici's own errors have it. */
function withBytesRead(connect: Undici.buildConnector.connector): Undici.buildConnector.connector {
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

/** A response had come over the connection before, and nothing for this request. */
function isStale(error: unknown): boolean {
  const { code, socket } = error as { code?: string; socket?: { bytesRead?: number } };
  return BROKEN.has(code) && (socket?.bytesRead ?? 0) > 0;
}
