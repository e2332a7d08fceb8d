import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { type HostFunction } from '../contracts.js';
import { type HostLog } from '../log.js';
import { HOST_VERSION } from '../app/core.js';
import { type Access } from './access.js';
import { handleKeys } from './admin-keys.js';
import { BodyTooLargeError, ClientDisconnectedError, hasBody, readBody, refuseBody } from './body.js';
import { sendBytes, sendEmpty, sendJson } from './responses.js';
import { type Target } from './request-target.js';
import { type KeyScope, type KeyStore } from './key-store.js';

/** Limit for the body of an admin request, in bytes. */
const MAX_ADMIN_BODY_BYTES = 1_048_576;

/** What the admin endpoints need from the host. */
interface AdminOptions {
  functions: readonly HostFunction[];
  access: Access;
  /** Absent without `--auth`. */
  keys: KeyStore | undefined;
  log: HostLog;
  routePrefix: string;
  isDisabled: (fn: HostFunction) => boolean;
  /** Starts a function without its trigger; undefined when functions of this kind cannot be started this way. */
  start(fn: HostFunction, input: string): Promise<void> | undefined;
}

interface AdminResponse {
  status: number;
  json?: unknown;
  text?: string;
}

const OK: AdminResponse = { status: 200 };
const NOT_FOUND: AdminResponse = { status: 404 };
const NO_KEYS: AdminResponse = { status: 404, text: 'This host runs without keys. Start it with --auth.' };
const INVALID_INPUT: AdminResponse = { status: 400, text: 'Send a JSON object {"input": "..."}.' };

interface AdminRequest {
  method: string;
  origin: string;
  /** Reads the body; undefined without one. */
  body: () => Promise<string | undefined>;
}

/** The management endpoints under `/admin` (host contract, 3.2 and 3.4). */
export class Admin {
  readonly #options: AdminOptions;
  readonly #instanceId = randomUUID();

  constructor(options: AdminOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse, target: Target): Promise<void> {
    try {
      write(response, await this.#respond(request, response, target));
    } catch (error) {
      if (error instanceof ClientDisconnectedError) return;
      if (!(error instanceof BodyTooLargeError)) throw error;
      refuseBody(request, response);
    }
  }

  async #respond(request: IncomingMessage, response: ServerResponse, target: Target): Promise<AdminResponse> {
    const [, area = '', name = '', ...rest] = target.path.replace(/\/$/, '').split('/').map(decode);
    const method = request.method ?? 'GET';
    if (is(area, 'host') && is(name, 'ping') && rest.length === 0)
      return isOneOf(method, 'GET', 'POST') ? OK : NOT_FOUND;
    if (!this.#options.access.isAdmin(request, target)) return { status: 401 };
    const body = async () =>
      hasBody(request) ? (await readBody(request, response, MAX_ADMIN_BODY_BYTES)).toString('utf8') : undefined;
    const admin = { method, origin: target.origin, body };
    if (is(area, 'host')) return this.#host(admin, name, rest);
    return is(area, 'functions') ? this.#functions(admin, name, rest) : NOT_FOUND;
  }

  async #host(request: AdminRequest, name: string, rest: string[]): Promise<AdminResponse> {
    const scope = hostScope(name);
    if (scope !== undefined) return this.#keys(request, scope, rest);
    return is(name, 'status') && rest.length === 0 && request.method === 'GET' ? this.#status() : NOT_FOUND;
  }

  #status(): AdminResponse {
    const json = {
      id: hostname().toLowerCase(),
      state: 'Running',
      version: HOST_VERSION,
      versionDetails: `${HOST_VERSION} (embedded host)`,
      instanceId: this.#instanceId,
      computerName: hostname(),
      processUptime: Math.round(process.uptime() * 1_000),
    };
    return { status: 200, json };
  }

  async #functions(request: AdminRequest, name: string, [area, ...rest]: string[]): Promise<AdminResponse> {
    const { functions } = this.#options;
    const { method, origin } = request;
    if (name === '') {
      return method === 'GET' ? { status: 200, json: functions.map((fn) => this.#describe(fn, origin)) } : NOT_FOUND;
    }
    const fn = functions.find((candidate) => is(candidate.name, name));
    if (fn === undefined) return NOT_FOUND;
    if (area !== undefined) {
      return is(area, 'keys') ? this.#keys(request, { kind: 'function', name: fn.name }, rest) : NOT_FOUND;
    }
    if (method === 'GET') return { status: 200, json: this.#describe(fn, origin) };
    return method === 'POST' ? this.#start(request, fn) : NOT_FOUND;
  }

  /** Answers 202 while the function runs; its failure is logged (host contract, 3.4). */
  async #start(request: AdminRequest, fn: HostFunction): Promise<AdminResponse> {
    const input = readInput(await request.body());
    if (input === undefined) return INVALID_INPUT;
    const run = this.#options.start(fn, input);
    if (run === undefined) {
      return { status: 400, text: `${fn.name} has a ${fn.trigger.type}, which this endpoint does not start.` };
    }
    run.catch((error: unknown) => {
      const reason = error instanceof Error ? error.stack : String(error);
      this.#options.log.log('error', `Function.${fn.name}`, `The invocation failed: ${reason}`);
    });
    return { status: 202 };
  }

  async #keys({ method, body }: AdminRequest, scope: KeyScope, path: string[]): Promise<AdminResponse> {
    const { keys } = this.#options;
    if (keys === undefined) return NO_KEYS;
    return handleKeys(keys, { method, scope, path, body: await body() });
  }

  #describe(fn: HostFunction, origin: string) {
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

function write(response: ServerResponse, { status, json, text }: AdminResponse): void {
  if (json !== undefined) sendJson(response, status, json);
  else if (text !== undefined) sendBytes(response, status, { 'Content-Type': 'text/plain; charset=utf-8' }, text);
  else sendEmpty(response, status);
}

/** The genuine host has two names for the keys of all functions. */
function hostScope(name: string): KeyScope | undefined {
  if (is(name, 'keys') || is(name, 'functionkeys')) return { kind: 'host' };
  return is(name, 'systemkeys') ? { kind: 'system' } : undefined;
}

/** @returns undefined when the body is not a JSON object */
function readInput(body: string | undefined): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body ?? '');
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { input = '' } = parsed as { input?: unknown };
    return typeof input === 'string' ? input : JSON.stringify(input);
  } catch {
    return undefined; // the caller answers 400
  }
}

function isOneOf(text: string, ...others: string[]): boolean {
  return others.includes(text);
}

function is(text: string, other: string): boolean {
  return text.toLowerCase() === other.toLowerCase();
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // matches no name
  }
}
