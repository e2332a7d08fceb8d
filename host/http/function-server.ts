import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type HostFunction } from '../contracts.js';
import { type Invoker } from '../app/invoker.js';
import { type ForwardRequest } from '../app/stream-server.js';
import { type HostLog } from '../log.js';
import { BodyTooLargeError, ClientDisconnectedError, hasBody, readBody, refuseBody } from './body.js';
import { toHttpData, writeResult } from './function-data.js';
import { type Target } from './request-target.js';
import { sendEmpty } from './responses.js';
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
    const { target: fn, values: params } = match;
    try {
      if (this.#streamMode === undefined) await this.#serveBuffered(exchange, match);
      else await this.#streamMode.serve({ fn, ...exchange, params, traceContext: traceOf(request) });
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
    const body = hasBody(request) ? await readBody(request, response, this.#bodyLimit) : undefined;
    const data = toHttpData(request, target, match.values, body);
    const result = await this.#invoke(match.target, { triggerData: data, traceContext: traceOf(request) });
    if (!response.destroyed) writeResult(request, response, result.returnValue);
  }
}

/** Logs the error; the client gets a 500 without details (host contract, 3.3). */
export function failRequest(log: HostLog, response: ServerResponse, category: string, error: unknown): void {
  log.log('error', category, `The request failed: ${error instanceof Error ? error.stack : String(error)}`);
  if (response.writableEnded) return;
  if (response.headersSent) response.destroy();
  else if (!response.destroyed) sendEmpty(response, 500);
}

function traceOf({ headers }: IncomingMessage) {
  const { traceparent, tracestate } = headers as Record<string, string | undefined>;
  if (traceparent === undefined) return undefined;
  return { traceParent: traceparent, traceState: tracestate ?? '', attributes: {} };
}
