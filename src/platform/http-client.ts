import http from 'node:http';
import https from 'node:https';
import { type Duplex } from 'node:stream';
import axios, { type AxiosAdapter, type AxiosInstance, type AxiosResponse } from 'axios';
import axiosRetry, { type IAxiosRetryConfig } from 'axios-retry';
import { parseRetryAfter } from './retry-after.js';
import { nameOf } from './telemetry/in-span.js';
import { telemetry, type Span } from './telemetry/index.js';

/** Longest wait inside one activity, ms. A longer wait is left to the durable retry, which occupies no worker. */
const MAX_WAIT_MS = 2_000;
/** Longest time for a connection, ms; a service on the same continent needs far less. */
export const CONNECT_TIMEOUT_MS = 3_000;
const MAX_SOCKETS = 64;

declare module 'axios' {
  interface AxiosRequestConfig {
    /** When the call's budget ends, in milliseconds since the epoch. */
    deadline?: number;
    /** Of the call with its retries; only with telemetry. */
    span?: Span;
  }
}

export interface ServiceOptions {
  /** Name of the service in metrics. @default its host */
  name?: string;
  baseUrl: string;
  /** One budget for all attempts and the waits between them. */
  totalTimeoutMs: number;
  attempts: number;
  /** Longest answer that is read, in bytes; a longer one fails as `tooLarge`. */
  maxBytes: number;
  /** Methods that may be repeated; `post` only if the service allows it. */
  repeatable: readonly string[];
  /** Runs each request, repeated ones too; it may throw instead of making one. @default none */
  gate?: CallGate;
}

/** Decides whether a request to a service is made now, and sees how it ends. */
type CallGate = <T>(request: () => Promise<T>) => Promise<T>;

/** Thrown by a gate: the service fails, and is not called for now. */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
}

/** Per call: the signal that aborts it, and its trace. */
export interface CallContext {
  signal?: AbortSignal;
  traceParent?: string;
}

/** Why a service gave no usable answer. */
export type Failure =
  { kind: 'status'; status: number } | { kind: 'timeout' | 'network' | 'tooLarge' | 'aborted' | 'circuitOpen' };

/** A client for one service: keep-alive, a budget per call, retries with full jitter, `Retry-After` honored. */
export function createServiceClient(options: ServiceOptions, random = Math.random): AxiosInstance {
  const { gate } = options;
  const send = telemetry().isOn ? measured(axios.getAdapter('http'), options) : axios.getAdapter('http');
  const client = axios.create({
    baseURL: options.baseUrl,
    adapter: gate ? gated(gate, send) : send,
    maxContentLength: options.maxBytes,
    maxBodyLength: Infinity,
    maxRedirects: 0,
    proxy: false,
    ...createAgents({ keepAlive: true }),
  });
  axiosRetry(client, retryPolicy(options, random));
  if (telemetry().isOn) traceCalls(client); // after axios-retry, so that it sees how the last attempt ends
  return client;
}

/** Makes a span of each call; its retries are events of it. */
function traceCalls(client: AxiosInstance): void {
  client.interceptors.request.use((config) => {
    const method = (config.method ?? 'get').toUpperCase();
    const url = new URL(axios.getUri(config));
    config.span ??= telemetry().startSpan({
      name: method,
      kind: 'client',
      parent: config.headers.get('traceparent')?.toString(),
      attributes: {
        'http.request.method': method,
        'server.address': url.hostname,
        'server.port': Number(url.port) || undefined,
        'url.full': url.origin + url.pathname, // a query may have secrets
      },
    });
    config.headers.set('traceparent', config.span.traceParent);
    return config;
  });
  client.interceptors.response.use(
    (response) => {
      response.config.span?.end({ 'http.response.status_code': response.status });
      return response;
    },
    (thrown: unknown) => {
      if (axios.isAxiosError(thrown)) thrown.config?.span?.end(failureAttributes(thrown));
      throw thrown;
    },
  );
}

function failureAttributes(thrown: unknown) {
  const failure = failureOf(thrown);
  if (failure?.kind !== 'status') return { 'error.type': failure?.kind ?? nameOf(thrown) };
  return { 'http.response.status_code': failure.status, 'error.type': String(failure.status) };
}

/** Measures each request, repeated ones too. */
function measured(send: AxiosAdapter, { name, baseUrl }: Pick<ServiceOptions, 'name' | 'baseUrl'>): AxiosAdapter {
  const { hostname, port } = new URL(baseUrl);
  return async (config) => {
    const begun = performance.now();
    const record = (end: object) =>
      telemetry().record('upstreamDuration', (performance.now() - begun) / 1_000, {
        'longhaul.upstream.name': name ?? hostname,
        'http.request.method': (config.method ?? 'get').toUpperCase(),
        'server.address': hostname,
        'server.port': Number(port) || undefined,
        ...end,
      });
    try {
      const response: AxiosResponse = await send(config);
      record({ 'http.response.status_code': response.status });
      return response;
    } catch (thrown) {
      record(failureAttributes(thrown));
      throw thrown;
    }
  };
}

/** A call that the gate did not make has no response, so that its span ends here. */
function gated(gate: CallGate, send: AxiosAdapter): AxiosAdapter {
  return (config) =>
    gate(() => send(config)).catch((thrown: unknown) => {
      if (!axios.isAxiosError(thrown)) config.span?.end(failureAttributes(thrown));
      throw thrown;
    });
}

/** The pair of agents that axios takes, with limits for connections to one origin and for the time to connect. */
function createAgents(options: http.AgentOptions) {
  const limited = { maxSockets: MAX_SOCKETS, ...options };
  return {
    httpAgent: withConnectTimeout(new http.Agent(limited)),
    httpsAgent: withConnectTimeout(new https.Agent(limited)),
  };
}

/** Request settings with a call's time budget, abort signal and trace; spread them into the axios config. */
export function callConfig(options: Pick<ServiceOptions, 'totalTimeoutMs'>, { signal, traceParent }: CallContext) {
  // axios-retry sends the same config again, so the same signal bounds all attempts together.
  const budget = AbortSignal.timeout(options.totalTimeoutMs);
  const headers: Record<string, string> = traceParent ? { traceparent: traceParent } : {};
  return {
    signal: signal ? AbortSignal.any([signal, budget]) : budget,
    deadline: Date.now() + options.totalTimeoutMs,
    headers,
  };
}

function retryPolicy(options: ServiceOptions, random: () => number): IAxiosRetryConfig {
  return {
    retries: options.attempts - 1,
    retryCondition: (error) =>
      options.repeatable.includes(error.config?.method ?? '') &&
      isTransient(failureOf(error)) &&
      (parseRetryAfter(error.response?.headers['retry-after']) ?? 0) <= longestWait(error.config?.deadline),
    retryDelay: (attempt, error) =>
      parseRetryAfter(error.response?.headers['retry-after']) ?? backoffMs(attempt, random),
    onRetry: (count, error, config) =>
      config.span?.event('retry', { 'http.request.resend_count': count, ...failureAttributes(error) }),
  };
}

/** A wait beyond the call's budget would turn the service's answer, such as 429, into a time-out. */
function longestWait(deadline = Infinity): number {
  return Math.min(MAX_WAIT_MS, deadline - Date.now());
}

/** Why the service gave no usable answer; undefined when the service is not the cause. */
export function failureOf(thrown: unknown): Failure | undefined {
  if (thrown instanceof CircuitOpenError) return { kind: 'circuitOpen' };
  if (!axios.isAxiosError(thrown)) return undefined;
  // axios has one code for an answer that is too long and one that broke off; only the message tells them apart.
  if (thrown.message.includes('maxContentLength')) return { kind: 'tooLarge' };
  if (thrown.code === 'ERR_CANCELED') return { kind: isTimeout(thrown.config?.signal) ? 'timeout' : 'aborted' };
  const status = thrown.response?.status;
  return status === undefined || isSuccess(status) ? { kind: 'network' } : { kind: 'status', status };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isTimeout(signal: unknown): boolean {
  return signal instanceof AbortSignal && (signal.reason as Error | undefined)?.name === 'TimeoutError';
}

/** Whether the failure is the service's, so that a call some time later may succeed; it counts for a circuit breaker. */
export function isServiceFailure(failure: Failure | undefined): boolean {
  return failure?.kind === 'timeout' || isTransient(failure);
}

export function isTransient(failure: Failure | undefined): boolean {
  return failure?.kind === 'status' ? failure.status === 429 || failure.status >= 500 : failure?.kind === 'network';
}

/** Backoff with full jitter, ms: callers that failed together do not retry together. */
function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_WAIT_MS, 100 * 2 ** attempt);
}

type Connect = (options: http.ClientRequestArgs, callback?: (error: Error | null, socket: Duplex) => void) => Duplex;

/** Node's agents have no connect timeout: a host that drops packets would use up the whole budget. */
function withConnectTimeout<A extends http.Agent>(agent: A): A {
  const target = agent as A & { createConnection: Connect };
  const connect: Connect = target.createConnection.bind(agent);
  target.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    const timer = setTimeout(() => socket.destroy(new Error('connect timeout')), CONNECT_TIMEOUT_MS);
    for (const end of ['connect', 'secureConnect', 'close']) socket.once(end, () => clearTimeout(timer));
    return socket;
  };
  return agent;
}
