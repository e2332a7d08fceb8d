import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';
import { HOST_VERSION } from '../worker/core.js';
import { type Access } from './access.js';
import { handleKeys } from './admin-keys.js';
import { BodyTooLargeError, ClientGoneError, hasBody, readBody } from './body.js';
import { answerBytes, answerEmpty, answerJson, type Target } from './exchange.js';
import { type KeyScope, type KeyStore } from './keys.js';

/** Admin requests are small: bytes. */
const MAX_ADMIN_BODY_BYTES = 1_048_576;

export interface AdminOptions {
  functions: readonly HostFunction[];
  access: Access;
  /** Absent in the mode without keys. */
  keys: KeyStore | undefined;
  log: HostLog;
  routePrefix: string;
  isDisabled(fn: HostFunction): boolean;
  /** Begins a function outside its trigger; undefined when this kind of function has another way to be started. */
  start(fn: HostFunction, input: string): Promise<void> | undefined;
}

interface AdminExchange {
  request: IncomingMessage;
  response: ServerResponse;
  target: Target;
}

/** The management endpoints under `/admin` (host contract, 3.2 and 3.4). */
export class Admin {
  readonly #options: AdminOptions;
  readonly #instanceId = randomUUID();

  constructor(options: AdminOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
    const exchange = { request, response, target };
    const [, area = '', name = '', ...rest] = target.path.replace(/\/$/, '').split('/').map(decode);
    const { access } = this.#options;
    if (is(area, 'host') && is(name, 'ping') && rest.length === 0) {
      return answerEmpty(response, request.method === 'GET' || request.method === 'POST' ? 200 : 404);
    }
    if (!access.isAdmin(request, target)) return answerEmpty(response, 401);
    try {
      if (is(area, 'host')) await this.#host(exchange, name, rest);
      else if (is(area, 'functions')) await this.#functions(exchange, name, rest);
      else answerEmpty(response, 404);
    } catch (error) {
      if (error instanceof ClientGoneError) return;
      if (!(error instanceof BodyTooLargeError)) throw error;
      answerEmpty(response, 413);
    }
  }

  async #host({ request, response }: AdminExchange, name: string, rest: string[]): Promise<void> {
    const scope = hostScope(name);
    if (scope !== undefined) return this.#keys(request, response, scope, rest);
    if (!is(name, 'status') || rest.length > 0 || request.method !== 'GET') return answerEmpty(response, 404);
    answerJson(response, 200, {
      id: hostname().toLowerCase(),
      state: 'Running',
      version: HOST_VERSION,
      versionDetails: `${HOST_VERSION} (embedded host)`,
      instanceId: this.#instanceId,
      computerName: hostname(),
      processUptime: Math.round(process.uptime() * 1_000),
    });
  }

  async #functions({ request, response, target }: AdminExchange, name: string, rest: string[]): Promise<void> {
    const { functions } = this.#options;
    if (name === '') {
      if (request.method !== 'GET') return answerEmpty(response, 404);
      return answerJson(
        response,
        200,
        functions.map((fn) => this.#describe(fn, target)),
      );
    }
    const fn = functions.find((candidate) => is(candidate.name, name));
    if (fn === undefined) return answerEmpty(response, 404);
    const [area, ...more] = rest;
    if (area !== undefined && is(area, 'keys')) {
      return this.#keys(request, response, { kind: 'function', name: fn.name }, more);
    }
    if (area !== undefined) return answerEmpty(response, 404);
    if (request.method === 'GET') return answerJson(response, 200, this.#describe(fn, target));
    if (request.method === 'POST') return this.#start(request, response, fn);
    answerEmpty(response, 404);
  }

  /** Answers 202 and runs the function afterwards; its failure goes to the log (host contract, 3.4). */
  async #start(request: IncomingMessage, response: ServerResponse, fn: HostFunction): Promise<void> {
    const input = hasBody(request) ? readInput(await readBody(request, response, MAX_ADMIN_BODY_BYTES)) : undefined;
    if (input === undefined) return answerText(response, 400, 'Send a JSON object {"input": "..."}.');
    const run = this.#options.start(fn, input);
    if (run === undefined) {
      return answerText(response, 400, `${fn.name} has a ${fn.trigger.type}: start it through its own address.`);
    }
    answerEmpty(response, 202);
    await run.catch((error: unknown) => {
      const reason = error instanceof Error ? error.stack : String(error);
      this.#options.log.log('error', `Function.${fn.name}`, `The invocation failed: ${reason}`);
    });
  }

  async #keys(request: IncomingMessage, response: ServerResponse, scope: KeyScope, rest: string[]): Promise<void> {
    const { keys } = this.#options;
    if (keys === undefined) return answerText(response, 404, 'This host runs without keys: start it with --auth.');
    const body = hasBody(request) ? await readBody(request, response, MAX_ADMIN_BODY_BYTES) : undefined;
    const answer = handleKeys(keys, {
      method: request.method ?? 'GET',
      scope,
      path: rest,
      body: body?.toString('utf8'),
    });
    if (answer.body === undefined) answerEmpty(response, answer.status);
    else answerJson(response, answer.status, answer.body);
  }

  #describe(fn: HostFunction, { origin }: Target) {
    const { routePrefix, isDisabled } = this.#options;
    const isHttp = is(fn.trigger.type, 'httpTrigger');
    const route = typeof fn.trigger.route === 'string' ? fn.trigger.route : fn.name;
    return {
      name: fn.name,
      href: `${origin}/admin/functions/${fn.name}`,
      invoke_url_template: isHttp ? [origin, routePrefix, route].filter((part) => part !== '').join('/') : null,
      language: 'node',
      isDisabled: isDisabled(fn),
      config: { name: fn.name, bindings: Object.values(fn.bindings) },
    };
  }
}

/** The product has two names for the keys that open every function. */
function hostScope(name: string): KeyScope | undefined {
  if (is(name, 'keys') || is(name, 'functionkeys')) return { kind: 'host' };
  return is(name, 'systemkeys') ? { kind: 'system' } : undefined;
}

function readInput(body: Buffer): string | undefined {
  try {
    const { input } = Object(JSON.parse(body.toString('utf8'))) as { input?: unknown };
    return input === undefined ? '' : typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return undefined; // the caller answers 400
  }
}

function answerText(response: ServerResponse, status: number, text: string): void {
  answerBytes(response, status, { 'Content-Type': 'text/plain; charset=utf-8' }, text);
}

function is(text: string, other: string): boolean {
  return text.toLowerCase() === other.toLowerCase();
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // matches no name then
  }
}
