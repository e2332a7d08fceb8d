import { type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import path from 'node:path';
import { type HostFunction } from '../contracts.js';
import { type HostSettings } from '../config/host-json.js';
import { type HostLog } from '../log.js';
import { HOST_VERSION } from '../app/core.js';
import { type Access } from './access.js';
import { isReadable, textMember } from './admin-body.js';
import { handleKeys } from './admin-keys.js';
import { BodyTooLargeError, ClientDisconnectedError, hasBody, readBody, refuseBody } from './body.js';
import { decodePercent } from './percent-encoding.js';
import { sendEmpty, sendJson, sendText } from './responses.js';
import { type Target } from './request-target.js';
import { type KeyScope, type KeyStore } from './key-store.js';

/** What the admin endpoints need from the host. */
interface AdminOptions {
  functions: readonly HostFunction[];
  access: Access;
  /** Absent without `--auth`. */
  keys: KeyStore | undefined;
  log: HostLog;
  settings: Pick<HostSettings, 'http' | 'durableTask' | 'queues'>;
  /** Largest request body, in bytes. */
  bodyLimit: number;
  isDisabled: (fn: HostFunction) => boolean;
  /** Starts a function without its trigger; undefined when functions of this kind cannot be started this way. */
  start(fn: HostFunction, input: string): Promise<void> | undefined;
}

interface AdminResponse {
  status: number;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

interface AdminRequest {
  method: string;
  target: Target;
  contentType: string | undefined;
  /** Empty without one. */
  body: string;
  /** The values of the route's parameters, in order. */
  values: string[];
}

/** An endpoint: a segment in braces is a parameter. */
interface Endpoint {
  methods: readonly string[];
  route: string;
  /** Needs no key. */
  open?: boolean;
  answer(request: AdminRequest): AdminResponse;
}

const OK: AdminResponse = { status: 200 };
const NOT_FOUND: AdminResponse = { status: 404 };
const NO_KEYS: AdminResponse = { status: 404, text: 'This host runs without keys. Start it with --auth.' };
const NOT_CACHED = { 'Cache-Control': 'no-store,no-cache', Pragma: 'no-cache' };
const NO_SYNC = { status: 'Invalid environment for SyncTriggers operation.' };
const NOT_DRAINING = { state: 'Disabled', outstandingInvocations: 0, outstandingRetries: 0 };
const KEY_METHODS = ['GET', 'POST', 'PUT', 'DELETE'];

/** The management endpoints under `/admin` (HostController.cs, FunctionsController.cs and KeysController.cs). */
export class Admin {
  readonly #options: AdminOptions;
  readonly #endpoints: Endpoint[];

  constructor(options: AdminOptions) {
    this.#options = options;
    const get = (route: string, answer: Endpoint['answer']): Endpoint => ({ methods: ['GET'], route, answer });
    this.#endpoints = [
      { methods: ['GET', 'POST'], route: 'host/ping', open: true, answer: () => ({ ...OK, headers: NOT_CACHED }) },
      get('host/status', () => ({ status: 200, json: statusDocument() })),
      get('host/config', () => ({ status: 200, text: JSON.stringify(configDocument(options.settings), null, 2) })),
      get('host/drain/status', () => ({ status: 200, json: NOT_DRAINING })),
      get('host/extensionBundle/v1/{what}', ({ values: [what = ''] }) => noBundle(what)),
      { methods: ['POST'], route: 'host/synctriggers', answer: () => ({ status: 500, json: NO_SYNC }) },
      ...['keys', 'functionkeys', 'systemkeys'].flatMap((kind) => this.#hostKeys(kind)),
      get('functions', ({ target }) => ({ status: 200, json: this.#list(target) })),
      get('functions/{name}', (request) => this.#one(request, (fn) => this.#describe(fn, request.target.origin))),
      get('functions/{name}/status', (request) => this.#one(request, () => ({}))),
      { methods: ['POST'], route: 'functions/{name}', answer: (request) => this.#start(request) },
      get('functions/{name}/keys', (request) => this.#functionKeys(request)),
      { methods: KEY_METHODS, route: 'functions/{name}/keys/{key}', answer: (request) => this.#functionKeys(request) },
    ];
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
    const { access, bodyLimit } = this.#options;
    const method = request.method ?? 'GET';
    const [, ...segments] = target.path.replace(/\/$/, '').split('/');
    for (const endpoint of this.#endpoints) {
      const values = endpoint.methods.includes(method) ? valuesOf(endpoint.route, segments) : undefined;
      if (values === undefined) continue;
      const refusal = endpoint.open === true ? undefined : access.refusesAdmin(request, target);
      if (refusal !== undefined) return refusedWith(refusal);
      const body = hasBody(request) ? (await readBody(request, response, bodyLimit)).toString('utf8') : '';
      return endpoint.answer({ method, target, contentType: request.headers['content-type'], body, values });
    }
    return NOT_FOUND;
  }

  #list({ origin }: Target) {
    const secure = origin.replace(/^http:/, 'https:'); // the genuine host uses https in the list only
    return this.#options.functions.map((fn) => this.#describe(fn, secure));
  }

  #one({ values: [name = ''] }: AdminRequest, document: (fn: HostFunction) => unknown): AdminResponse {
    const fn = this.#find(name);
    return fn === undefined ? NOT_FOUND : { status: 200, json: document(fn) };
  }

  #find(name: string): HostFunction | undefined {
    return this.#options.functions.find((candidate) => is(candidate.name, name));
  }

  /** Answers 202 while the function runs; its failure is logged. */
  #start({ values: [name = ''], contentType, body }: AdminRequest): AdminResponse {
    if (!isReadable(contentType)) return { status: 415 };
    const input = textMember(body, 'input');
    if (input === undefined) return { status: 400 };
    const fn = this.#find(name);
    if (fn === undefined) return NOT_FOUND;
    const run = this.#options.start(fn, input ?? '');
    const failed = (reason: string) => this.#options.log.log('error', `Function.${fn.name}`, reason);
    if (run === undefined) failed(`The invocation failed: a ${fn.trigger.type} cannot be started through ${START_AT}.`);
    run?.catch((error: unknown) => {
      failed(`The invocation failed: ${error instanceof Error ? error.stack : String(error)}`);
    });
    return { status: 202 };
  }

  #hostKeys(kind: string): Endpoint[] {
    const scope: KeyScope = { kind: kind === 'systemkeys' ? 'system' : 'host' };
    const answer = (request: AdminRequest) => this.#keys(request, scope, request.values[0]);
    const route = `host/${kind}`;
    return [
      { methods: ['GET'], route, answer },
      { methods: KEY_METHODS, route: `${route}/{key}`, answer },
    ];
  }

  #functionKeys(request: AdminRequest): AdminResponse {
    const [name = '', key] = request.values;
    const fn = this.#find(name);
    return fn === undefined ? NOT_FOUND : this.#keys(request, { kind: 'function', name: fn.name }, key);
  }

  #keys({ method, target, contentType, body }: AdminRequest, scope: KeyScope, name?: string): AdminResponse {
    const { keys } = this.#options;
    if (keys === undefined) return NO_KEYS;
    const href = `${target.origin}/${decodePercent(target.path)}`;
    return handleKeys(keys, { method, scope, name, href, contentType, body });
  }

  #describe(fn: HostFunction, origin: string) {
    const { settings, isDisabled } = this.#options;
    const isHttp = is(fn.trigger.type, 'httpTrigger');
    const route = typeof fn.trigger.route === 'string' && fn.trigger.route !== '' ? fn.trigger.route : fn.name;
    const template = [origin, settings.http.routePrefix, route].filter((part) => part !== '').join('/');
    return {
      name: fn.name,
      script_root_path_href: null,
      script_href: null,
      config_href: null,
      test_data_href: null,
      href: `${origin}/admin/functions/${fn.name}`,
      invoke_url_template: isHttp ? template.toLowerCase() : null,
      language: 'node',
      config: configOf(fn),
      files: null,
      test_data: '',
      isDisabled: isDisabled(fn),
      isDirect: false,
      isProxy: false,
    };
  }
}

const START_AT = 'POST /admin/functions/{name}';

function configOf({ name, entryFile, bindings }: HostFunction) {
  return {
    name,
    entryPoint: '',
    scriptFile: entryFile === undefined ? 'unknown' : path.basename(entryFile),
    language: 'node',
    functionDirectory: entryFile === undefined ? '' : path.dirname(entryFile),
    bindings: Object.entries(bindings).map(([key, binding]) => ({ ...binding, name: key })),
  };
}

function statusDocument() {
  return {
    id: hostname().toLowerCase(),
    state: 'Running',
    version: HOST_VERSION,
    versionDetails: `${HOST_VERSION} (embedded host)`,
    platformVersion: '',
    instanceId: '',
    computerName: '',
    processUptime: Math.round(process.uptime() * 1_000),
    functionAppContentEditingState: 'Unknown',
  };
}

function configDocument({ http, durableTask, queues }: AdminOptions['settings']) {
  const limit = (value: number) => (value === Infinity ? -1 : value);
  const { defaultAsyncRequestSleepTimeMilliseconds, ...durable } = durableTask;
  const limits = {
    maxConcurrentRequests: limit(http.maxConcurrentRequests),
    maxOutstandingRequests: limit(http.maxOutstandingRequests),
  };
  return {
    extensions: {
      http: { dynamicThrottlesEnabled: false, enableChunkedRequestBinding: false, ...http, ...limits },
      durableTask: { ...durable, httpSettings: { defaultAsyncRequestSleepTimeMilliseconds, useForwardedHost: false } },
      queues,
    },
  };
}

/** The embedded host has no extension bundle. */
function noBundle(what: string): AdminResponse {
  const resources = /^resources\.(.+)$/i.exec(what)?.[1];
  const missing = resources === undefined ? BUNDLE_PARTS[what.toLowerCase()] : `Resources.${resources}`;
  if (missing === undefined) return NOT_FOUND;
  const text = `${missing} not found within the extension bundle or extension bundle is not configured for the function app.`;
  return { status: 404, text };
}

const BUNDLE_PARTS: Record<string, string> = {
  templates: 'Templates',
  bindings: 'Binding metadata',
  resources: 'Resources metadata',
};

function refusedWith(status: 401 | 403): AdminResponse {
  return { status, ...(status === 401 && { headers: { 'WWW-Authenticate': 'Bearer' } }) };
}

function write(response: ServerResponse, { status, json, text, headers = {} }: AdminResponse): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (json !== undefined) sendJson(response, status, json);
  else if (text !== undefined) sendText(response, status, text);
  else sendEmpty(response, status);
}

/** @returns undefined when the path does not match the route */
function valuesOf(route: string, segments: readonly string[]): string[] | undefined {
  const parts = route.split('/');
  if (parts.length !== segments.length) return undefined;
  const values: string[] = [];
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) values.push(segment);
    else if (!is(part, segment)) return undefined;
    if (segment === '') return undefined;
  }
  return values;
}

function is(text: string, other: string): boolean {
  return text.toLowerCase() === other.toLowerCase();
}
