import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type DurableExtension, type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';
import { type Access } from './access.js';
import { type Admin } from './admin.js';
import { type Cors } from './cors.js';
import { type Exchange, failRequest, type RequestServer } from './function-server.js';
import { sendHomePage } from './home-page.js';
import { refusalOfHead } from './request-head.js';
import { readTarget } from './request-target.js';
import { sendEmpty } from './responses.js';
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
  /** Absent when no web page may call the app. */
  cors: Cors | undefined;
  /** Largest request body, in bytes. */
  bodyLimit: number;
}

const WEBHOOK_BASE = 'runtime/webhooks/';
const DURABLE = 'durabletask';
/** The methods of the webhooks (HostController.cs). */
const WEBHOOK_METHODS: ReadonlySet<string> = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS']);
/** Tells the platform that the app has too many requests (HttpThrottleMiddleware.cs). */
const SCALE_OUT = { 'X-FUNCTION-SCALEOUT': '1', 'Content-Length': '0' };

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
    const refusal = refusalOfHead(request);
    const target = refusal === undefined ? readTarget(request) : undefined;
    if (target === undefined) {
      response.writeHead(refusal ?? 400, { 'Content-Length': 0, Connection: 'close' }).end();
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
    if (options.cors?.handle(exchange.request, exchange.response) === true) return Promise.resolve();
    const match = options.router.find(exchange.request.method ?? 'GET', path);
    if (match === undefined) {
      if (path === '') sendHomePage(exchange.response, process.env);
      else sendEmpty(exchange.response, 404);
      return Promise.resolve();
    }
    return this.#function(options, exchange, match);
  }

  async #webhook(options: DispatcherOptions, { request, response, target }: Exchange): Promise<void> {
    const [extension = '', ...rest] = target.encodedPath.slice(WEBHOOK_BASE.length).split('/');
    if (extension === '' || !WEBHOOK_METHODS.has(request.method ?? '')) {
      sendEmpty(response, 404);
      return;
    }
    const refusal = options.access.refusesExtension(request, target, `${extension.toLowerCase()}_extension`);
    if (refusal !== undefined) {
      if (refusal === 401) response.setHeader('WWW-Authenticate', 'Bearer');
      sendEmpty(response, refusal);
    } else if (extension.toLowerCase() === DURABLE) {
      await serveWebhook(options.durable, this.#log, { request, response, target }, rest.join('/'), options.bodyLimit);
    } else {
      sendEmpty(response, 404);
    }
  }

  async #function(options: DispatcherOptions, exchange: Exchange, match: RouteMatch<HostFunction>): Promise<void> {
    const { response } = exchange;
    const fn = match.target;
    const refusal = refusalOf(options, exchange, fn);
    if (refusal !== undefined) {
      sendEmpty(response, refusal);
      return;
    }
    if (!URL.canParse(exchange.target.origin)) {
      sendEmpty(response, 500); // the genuine host cannot make the function's URL
      return;
    }
    const admission = options.throttle.enter();
    if (admission === undefined) {
      this.#log.log(
        'debug',
        'Host.Http',
        `A request was rejected with 429: ${options.throttle.accepted} are already accepted.`,
      );
      response.writeHead(429, SCALE_OUT).end();
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

/** A disabled function is 404, except with the master key (FunctionInvocationMiddleware.cs). */
function refusalOf(options: DispatcherOptions, { request, target }: Exchange, fn: HostFunction): 404 | 401 | undefined {
  if (!options.access.allowsFunction(request, target, fn)) return 401;
  return options.isDisabled(fn) && !options.access.opensDisabled(request, target) ? 404 : undefined;
}
