import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type HostFunction } from '../contracts.js';
import { type Invoker } from '../app/invoker.js';
import { type ForwardRequest } from '../app/stream-server.js';
import { type HostLog } from '../log.js';
import {
  beginningOfBody,
  BodyTooLargeError,
  ClientDisconnectedError,
  hasBody,
  hasUnknownLength,
  readBody,
  refuseBody,
} from './body.js';
import { toHttpData, writeResult } from './function-data.js';
import { HttpTrapError } from './http-trap.js';
import { type Target } from './request-target.js';
import { sendEmpty, sendText } from './responses.js';
import { type RouteMatch } from './routes/router.js';
import { StreamMode } from './stream/stream-mode.js';

/** One request with its response. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  target: Target;
}

/** Serves requests of functions: in this process, or in the processes of the app (processes/request-forwarder.ts). */
export interface RequestServer {
  /** Answers the request, or closes its connection. Never rejects: it logs errors. */
  serve(exchange: Exchange, match: RouteMatch<HostFunction>): Promise<void>;
  /** Ends the open event streams and those that start later. */
  endEventStreams(): void;
}

/** What `FunctionServer` needs; `forward` is present when the app is in stream mode. */
interface FunctionServerOptions {
  invoke: Invoker['invoke'];
  forward?: ForwardRequest;
  log: HostLog;
  /** Largest request body, in bytes. */
  bodyLimit: number;
}

/** Runs the functions of requests in this process. */
export class FunctionServer implements RequestServer {
  readonly #invoke: Invoker['invoke'];
  readonly #streamMode: StreamMode | undefined;
  readonly #log: HostLog;
  readonly #bodyLimit: number;

  constructor({ invoke, forward, log, bodyLimit }: FunctionServerOptions) {
    this.#invoke = invoke;
    this.#streamMode = forward && new StreamMode({ invoke, forward, log, bodyLimit });
    this.#log = log;
    this.#bodyLimit = bodyLimit;
  }

  async serve(exchange: Exchange, match: RouteMatch<HostFunction>): Promise<void> {
    const { request, response } = exchange;
    const { target: fn, names, values } = match;
    const route = names.map((name) => [name, values[name]] as const);
    try {
      if (this.#streamMode === undefined) await this.#serveBuffered(exchange, match);
      else await this.#streamMode.serve({ fn, ...exchange, route, traceContext: NO_TRACE });
    } catch (error) {
      if (error instanceof ClientDisconnectedError) return;
      if (error instanceof BodyTooLargeError) refuseBody(request, response);
      else failRequest(this.#log, response, `Function.${fn.name}`, error);
    }
  }

  endEventStreams(): void {
    this.#streamMode?.stop();
  }

  /** Without stream mode: reads the whole body, and writes the whole response. */
  async #serveBuffered({ request, response, target }: Exchange, match: RouteMatch<HostFunction>): Promise<void> {
    const isUnknown = hasUnknownLength(request);
    if (isUnknown && (await beginningOfBody(request, response)) !== undefined) {
      request.resume(); // the connection's next request follows it
      throw chunkedBody();
    }
    const body = hasBody(request) && !isUnknown ? await readBody(request, response, this.#bodyLimit) : undefined;
    const data = toHttpData(request, target, match.values, body);
    const result = await this.#invoke(match.target, { triggerData: data, traceContext: NO_TRACE });
    if (!response.destroyed) writeResult(request, response, result.returnValue);
  }
}

function chunkedBody(): HttpTrapError {
  return new HttpTrapError(
    'request reaches the function with an empty body, because it has no Content-Length',
    'Send the Content-Length, or let the app set enableHttpStream in app.setup.',
    411,
  );
}

/** Logs the error; the client gets a 500 without details (host contract, 3.3), or the text of a trap. */
export function failRequest(log: HostLog, response: ServerResponse, category: string, error: unknown): void {
  const isTrap = error instanceof HttpTrapError;
  const reason = isTrap && error.cause === undefined ? error.message : reasonOf(error);
  log.log('error', category, `The request failed: ${reason}`);
  if (response.writableEnded) return;
  if (response.headersSent) response.destroy();
  else if (isTrap) sendText(response, error.status, error.message);
  else if (!response.destroyed) sendEmpty(response, 500);
}

function reasonOf(error: unknown): string {
  if (error instanceof HttpTrapError) return `${error.message} ${reasonOf(error.cause)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The genuine host passes no trace context of a request to the function, unless it reports to Application Insights. */
const NO_TRACE = { traceParent: '', traceState: '', attributes: {} };
