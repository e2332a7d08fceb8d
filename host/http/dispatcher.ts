import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type DurableExtension, type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';
import { type Access } from './access.js';
import { type Admin } from './admin.js';
import { type Exchange, failRequest, type RequestServer } from './function-server.js';
import { readTarget } from './request-target.js';
import { sendEmpty } from './responses.js';
import { DURABLE_SYSTEM_KEY } from './key-store.js';
import { type RouteMatch, type Router } from './routes/router.js';
import { type Throttle } from './throttle.js';
import { serveWebhook } from './webhook.js';

/** What requests need once the app is loaded. */
interface DispatcherOptions {
  router: Router<HostFunction>;
  isDisabled: (fn: HostFunction) => boolean;
  server: RequestServer;
  durable: DurableExtension;
  access: Access;
  admin: Admin;
  throttle: Throttle;
  /** Largest request body, in bytes. */
  bodyLimit: number;
}

const WEBHOOK_BASE = 'runtime/webhooks/';
const DURABLE = 'durabletask';

/**
 * Dispatches HTTP requests to functions, webhooks and admin endpoints (host contract, 3).
 *
 * D1 Before `serve` and after `stop` the response to each request is 503; running requests are not affected.
 * D2 Each request gets exactly one response or its connection closes; a failure before the first byte is a 500.
 * D3 `admin/` and `runtime/webhooks/` take precedence over function routes.
 */
export class Dispatcher {
  readonly #log: HostLog;
  #options: DispatcherOptions | undefined;

  constructor(log: HostLog) {
    this.#log = log;
  }

  /** Serves requests from now on (D1). */
  serve(options: DispatcherOptions): void {
    this.#options = options;
  }

  /** Answers 503 from now on and ends open event streams (D1). */
  stop(): void {
    this.#options?.server.endEventStreams();
    this.#options = undefined;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const options = this.#options;
    if (options === undefined) {
      response.writeHead(503, { 'Content-Length': 0, 'Retry-After': 1, Connection: 'close' }).end(); // D1
      return;
    }
    const target = readTarget(request);
    if (target === undefined) {
      sendEmpty(response, 400);
      return;
    }
    this.#dispatch(options, { request, response, target }).catch((error: unknown) => {
      failRequest(this.#log, response, 'Host.Http', error);
    });
  };

  #dispatch(options: DispatcherOptions, exchange: Exchange): Promise<void> {
    const { path } = exchange.target;
    const first = path.charCodeAt(0) | 32; // a fast check: most paths start with another letter than these two
    if (first === 97 || first === 114) {
      const folded = path.toLowerCase();
      if (folded === 'admin' || folded.startsWith('admin/')) {
        return options.admin.handle(exchange.request, exchange.response, exchange.target);
      }
      if (folded.startsWith(WEBHOOK_BASE)) return this.#webhook(options, exchange);
    }
    const match = options.router.find(exchange.request.method ?? 'GET', path);
    if (match === undefined) {
      sendEmpty(exchange.response, 404);
      return Promise.resolve();
    }
    return this.#function(options, exchange, match);
  }

  async #webhook(options: DispatcherOptions, exchange: Exchange): Promise<void> {
    const rest = exchange.target.path.slice(WEBHOOK_BASE.length);
    const slash = rest.indexOf('/');
    const extension = (slash < 0 ? rest : rest.slice(0, slash)).toLowerCase();
    if (extension !== DURABLE) {
      sendEmpty(exchange.response, 404);
      return;
    }
    if (!options.access.allowsExtension(exchange.request, exchange.target, DURABLE_SYSTEM_KEY)) {
      sendEmpty(exchange.response, 401);
      return;
    }
    const path = slash < 0 ? '' : rest.slice(slash + 1);
    await serveWebhook(options.durable, this.#log, exchange, path, options.bodyLimit);
  }

  async #function(options: DispatcherOptions, exchange: Exchange, match: RouteMatch<HostFunction>): Promise<void> {
    const { response } = exchange;
    const fn = match.target;
    const refusal = refusalOf(options, exchange, fn);
    if (refusal !== undefined) {
      sendEmpty(response, refusal);
      return;
    }
    const admission = options.throttle.enter();
    if (admission === undefined) {
      this.#log.log(
        'debug',
        'Host.Http',
        `A request was rejected with 429: ${options.throttle.accepted} are already accepted.`,
      );
      sendEmpty(response, 429);
      return;
    }
    try {
      if (admission !== 'now') await admission;
      await options.server.serve(exchange, match);
    } finally {
      options.throttle.leave();
    }
  }
}

/** A disabled function is 404, except with the master key (host contract, 3.2). */
function refusalOf(options: DispatcherOptions, { request, target }: Exchange, fn: HostFunction): 404 | 401 | undefined {
  if (options.isDisabled(fn) && !options.access.opensDisabled(request, target)) return 404;
  return options.access.allowsFunction(request, target, fn) ? undefined : 401;
}
