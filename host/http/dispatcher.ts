import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type DurableExtension, type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';
import { type Invoker } from '../app/invoker.js';
import { type Access } from './access.js';
import { type Admin } from './admin.js';
import {
  announcesTooMuch,
  BodyTooLargeError,
  ClientGoneError,
  hasBody,
  MAX_BODY_BYTES,
  readBody,
  refuseBody,
} from './body.js';
import { answerEmpty, readTarget, type Target } from './request-target.js';
import { toHttpData, writeResult } from './function-data.js';
import { DURABLE_SYSTEM_KEY } from './key-store.js';
import { type RouteMatch, type Router } from './routes/router.js';
import { type Streams } from './stream/stream-mode.js';
import { type Throttle } from './throttle.js';
import { serveWebhook } from './webhook.js';

/** What the front serves once the app is loaded. */
export interface Served {
  router: Router<HostFunction>;
  isDisabled: (fn: HostFunction) => boolean;
  invoke: Invoker['invoke'];
  durable: DurableExtension;
  access: Access;
  admin: Admin;
  throttle: Throttle;
  /** Present when the app is in stream mode. */
  streams?: Streams;
}

const WEBHOOK_BASE = 'runtime/webhooks/';
const DURABLE = 'durabletask';

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  target: Target;
}

/**
 * The HTTP front (host contract, 3).
 *
 * F1 Before `serve` and after `stop` every request is answered 503; what is under way is not touched.
 * F2 Every request is answered exactly once, or its connection is gone: whatever fails before the first byte is a 500.
 * F3 `admin/` and `runtime/webhooks/` are looked at before any function route.
 */
export class Front {
  readonly #log: HostLog;
  #served: Served | undefined;

  constructor(log: HostLog) {
    this.#log = log;
  }

  serve(served: Served): void {
    this.#served = served;
  }

  stop(): void {
    this.#served?.streams?.stop();
    this.#served = undefined;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const served = this.#served;
    if (served === undefined) {
      response.writeHead(503, { 'Content-Length': 0, 'Retry-After': 1, Connection: 'close' }).end(); // F1
      return;
    }
    const target = readTarget(request);
    if (target === undefined) {
      answerEmpty(response, 400);
      return;
    }
    this.#dispatch(served, { request, response, target }).catch((error: unknown) => {
      this.#fail(response, 'Host.Http', error);
    });
  };

  #dispatch(served: Served, exchange: Exchange): Promise<void> {
    const { path } = exchange.target;
    const first = path.charCodeAt(0) | 32; // a cheap way past what no function route begins with
    if (first === 97 || first === 114) {
      const folded = path.toLowerCase();
      if (folded === 'admin' || folded.startsWith('admin/')) {
        return served.admin.handle(exchange.request, exchange.response, exchange.target);
      }
      if (folded.startsWith(WEBHOOK_BASE)) return this.#webhook(served, exchange);
    }
    const match = served.router.find(exchange.request.method ?? 'GET', path);
    if (match === undefined) {
      answerEmpty(exchange.response, 404);
      return Promise.resolve();
    }
    return this.#function(served, exchange, match);
  }

  async #webhook(served: Served, exchange: Exchange): Promise<void> {
    const rest = exchange.target.path.slice(WEBHOOK_BASE.length);
    const slash = rest.indexOf('/');
    const extension = (slash < 0 ? rest : rest.slice(0, slash)).toLowerCase();
    if (extension !== DURABLE) {
      answerEmpty(exchange.response, 404);
      return;
    }
    if (!served.access.allowsExtension(exchange.request, exchange.target, DURABLE_SYSTEM_KEY)) {
      answerEmpty(exchange.response, 401);
      return;
    }
    const path = slash < 0 ? '' : rest.slice(slash + 1);
    await serveWebhook(served.durable, this.#log, exchange, path, MAX_BODY_BYTES);
  }

  async #function(served: Served, exchange: Exchange, match: RouteMatch<HostFunction>): Promise<void> {
    const { request, response } = exchange;
    const fn = match.target;
    const refusal = refusalOf(served, exchange, fn);
    if (refusal !== undefined) {
      answerEmpty(response, refusal);
      return;
    }
    if (announcesTooMuch(request)) {
      refuseBody(request, response);
      return;
    }
    const turn = served.throttle.enter();
    if (turn === undefined) {
      this.#log.log('debug', 'Host.Http', `Turned away a request: ${served.throttle.held} are held already.`);
      answerEmpty(response, 429);
      return;
    }
    try {
      if (turn !== 'now') await turn;
      if (served.streams)
        await served.streams.serve({ fn, ...exchange, params: match.values, traceContext: traceOf(request) });
      else await answerWhole(served, exchange, match);
    } catch (error) {
      if (error instanceof ClientGoneError) return;
      if (error instanceof BodyTooLargeError) refuseBody(request, response);
      else this.#fail(response, `Function.${fn.name}`, error);
    } finally {
      served.throttle.leave();
    }
  }

  /** Says what went wrong in the log and nothing about it to the client (host contract, 3.3). */
  #fail(response: ServerResponse, category: string, error: unknown): void {
    this.#log.log('error', category, `The request failed: ${error instanceof Error ? error.stack : String(error)}`);
    if (response.writableEnded) return;
    if (response.headersSent) response.destroy();
    else if (!response.destroyed) answerEmpty(response, 500);
  }
}

/** Without stream mode: the function gets the whole body, and its answer is written as a whole. */
async function answerWhole(served: Served, exchange: Exchange, match: RouteMatch<HostFunction>): Promise<void> {
  const { request, response, target } = exchange;
  const body = hasBody(request) ? await readBody(request, response, MAX_BODY_BYTES) : undefined;
  const data = toHttpData(request, target, match.values, body);
  const result = await served.invoke(match.target, { triggerData: data, traceContext: traceOf(request) });
  if (!response.destroyed) writeResult(request, response, result.returnValue);
}

/** Host contract, 3.2: a disabled function is not there, except for an administrator. */
function refusalOf(served: Served, { request, target }: Exchange, fn: HostFunction): 404 | 401 | undefined {
  if (served.isDisabled(fn) && !served.access.opensDisabled(request, target)) return 404;
  return served.access.allowsFunction(request, target, fn) ? undefined : 401;
}

function traceOf({ headers }: IncomingMessage) {
  const { traceparent, tracestate } = headers as Record<string, string | undefined>;
  if (traceparent === undefined) return undefined;
  return { traceParent: traceparent, traceState: tracestate ?? '', attributes: {} };
}
