import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { type Clock, type HostFunction } from '../contracts.js';
import { expectsContinue, hasBody } from '../http/body.js';
import { type Exchange, failRequest, type RequestServer } from '../http/function-server.js';
import { type RouteMatch } from '../http/routes/router.js';
import { type HostLog } from '../log.js';
import { type AppProcess } from './app-process.js';
import { type ProcessPool } from './process-pool.js';
import { TOKEN_HEADER } from './protocol.js';

interface RequestForwarderOptions {
  pool: ProcessPool;
  log: HostLog;
  clock: Clock;
  functionTimeoutMs: number;
}

/** Headers of one connection, which the other connection has itself (RFC 9110, section 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade']);

/** The process cannot be reached: nothing of the request has been sent. */
class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
}

/**
 * Forwards requests of functions to the processes of the app.
 *
 * F1 A request is sent to one process. Only if that process cannot be reached is it sent to another one.
 * F2 A process that ends closes the connections of its requests, like an instance that is lost.
 * F3 Bodies are streamed in both directions, at the pace of the slower side.
 */
export class RequestForwarder implements RequestServer {
  readonly #options: RequestForwarderOptions;

  constructor(options: RequestForwarderOptions) {
    this.#options = options;
  }

  async serve(exchange: Exchange, { target: fn }: RouteMatch<HostFunction>): Promise<void> {
    const { pool } = this.#options;
    while (!exchange.response.destroyed) {
      const process = await pool.forRequest();
      process.requests++;
      try {
        await this.#forward(process, exchange, fn);
        return;
      } catch (error) {
        if ((error as Error).name !== NotConnectedError.name) {
          this.#fail(exchange, fn, error);
          return;
        }
        process.ready = false; // it has ended, which the pool learns a moment later
      } finally {
        process.requests--;
      }
    }
  }

  endEventStreams(): void {
    this.#options.pool.endEventStreams();
  }

  /** F2: nobody knows whether the function ran. */
  #fail({ response }: Exchange, fn: HostFunction, error: unknown): void {
    const { log } = this.#options;
    if ((error as Error).name === 'FunctionTimeoutError') failRequest(log, response, `Function.${fn.name}`, error);
    else response.destroy();
  }

  /** Resolves when the response has been sent or the client has disconnected. */
  #forward(process: AppProcess, { request, response }: Exchange, fn: HostFunction): Promise<void> {
    return new Promise((resolve, reject) => {
      const upstream = http.request({
        host: '127.0.0.1',
        port: process.port,
        method: request.method,
        path: request.url,
        // Kept alive: the process discards what a function did not read, instead of resetting the connection.
        headers: {
          ...forwardedHeaders(request.rawHeaders),
          Connection: 'keep-alive',
          [TOKEN_HEADER]: this.#options.pool.token,
        },
        agent: false,
      });
      const cancelTimeout = this.#startTimeout(process, fn, (error) => {
        reject(error);
        upstream.destroy();
      });
      let isConnected = false;
      upstream.once('socket', (socket) => {
        socket.setNoDelay(true);
        socket.once('connect', () => {
          isConnected = true;
          sendBody(request, response, upstream);
        });
      });
      upstream.once('response', (answer) => relay(answer, response, reject));
      upstream.once('error', (error) => reject(isConnected ? error : new NotConnectedError(error.message)));
      response.once('close', () => {
        upstream.destroy();
        request.unpipe(upstream).resume(); // the connection's next request follows what is left of the body
        resolve();
      });
      upstream.once('close', cancelTimeout);
    });
  }

  #startTimeout(process: AppProcess, fn: HostFunction, onTimeout: (error: Error) => void): () => void {
    const { clock, functionTimeoutMs, pool } = this.#options;
    if (functionTimeoutMs === Infinity) return () => undefined;
    return clock.at(clock.now() + functionTimeoutMs, () => onTimeout(pool.timeOutRequest(process, fn.name)));
  }
}

/** Sends the body when the process asks for it (`Expect: 100-continue`), or immediately. */
function sendBody(request: IncomingMessage, response: ServerResponse, upstream: http.ClientRequest): void {
  if (!hasBody(request)) {
    upstream.end();
  } else if (!expectsContinue(request)) {
    upstream.flushHeaders(); // the app may answer before the first byte arrives
    request.pipe(upstream);
  } else {
    upstream.once('continue', () => {
      response.writeContinue();
      request.pipe(upstream);
    });
    upstream.flushHeaders();
  }
}

/** Passes the answer of the process on. A connection that closes early closes the client's. */
function relay(answer: IncomingMessage, response: ServerResponse, failed: (error: Error) => void): void {
  response.writeHead(answer.statusCode ?? 500, answer.statusMessage, forwardedHeaders(answer.rawHeaders));
  response.flushHeaders();
  answer.once('error', failed).pipe(response);
}

/** Headers for the other connection; repeated ones stay separate. */
function forwardedHeaders(rawHeaders: readonly string[]): OutgoingHttpHeaders {
  const headers = new Map<string, { name: string; values: string[] }>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key)) continue;
    const header = headers.get(key) ?? { name, values: [] };
    header.values.push(rawHeaders[index + 1] ?? '');
    headers.set(key, header);
  }
  const entries = [...headers.values()].map(({ name, values }) => [name, values.length === 1 ? values[0] : values]);
  return Object.fromEntries(entries) as OutgoingHttpHeaders;
}
