import { setTimeout as pause } from 'node:timers/promises';
import { startStack, type Stack, type StackOptions } from '../../dev/stack.js';
import { createTableStore } from '../../src/platform/storage.js';
import { createEndpointStore } from '../../src/serverless/endpoints/endpoint-store.js';
import { listen } from '../fakes.js';
import { putLoad, type LoadResult } from '../load.js';

/** The app, with a worker and a receiver of webhooks in this process. */
export interface Rig {
  stack: Stack;
  worker: Worker;
  receiver: Receiver;
  /** Creates an endpoint and waits until the app knows it. The worker and the receiver of webhooks are the rig's. */
  endpoint: (id: string, workers: number, urls?: EndpointUrls) => Promise<Endpoint>;
}

/** Another worker or another receiver of webhooks. */
interface EndpointUrls {
  worker?: string;
  webhook?: string;
}

interface Worker {
  url: string;
  /** How long each call takes. */
  delayMs: number;
  /** While set, no call is answered before it resolves. */
  gate?: Promise<unknown>;
  /** When each call was answered, in ms of the performance clock. */
  answeredAt: number[];
}

interface Receiver {
  url: string;
  taken: number;
  /** Called at each delivery. */
  onTaken?: () => void;
}

/** A client of one endpoint. */
export class Endpoint {
  readonly #url: string;
  readonly #webhook: string;

  constructor(
    url: string,
    readonly key: string,
    webhook: string,
  ) {
    this.#url = url;
    this.#webhook = webhook;
  }

  get headers() {
    return { authorization: `Bearer ${this.key}` };
  }

  get body(): string {
    return JSON.stringify({ input: { image: 1 }, webhook: this.#webhook, policy: { ttl: 86_000_000 } });
  }

  async send<T>(method: string, path: string, body?: string): Promise<T> {
    const response = await fetch(`${this.#url}/${path}`, { method, headers: this.headers, body });
    const text = await response.text();
    if (response.status !== 200)
      throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as T;
  }

  /** Puts load on a call from a process of its own. */
  load(method: 'GET' | 'POST', path: string, run: { connections: number; seconds: number; amount?: number }) {
    const { headers } = this;
    const url = this.#url;
    const body = method === 'POST' ? { body: this.body } : {};
    return putLoad({
      url: `${url}/${path}`,
      method,
      headers,
      ...body,
      ...run,
      expect: 200,
    }) satisfies Promise<LoadResult>;
  }

  async queued(): Promise<number> {
    return (await this.send<{ queueingCount: number }>('GET', 'status')).queueingCount;
  }
}

/** Runs `work` on a stack with the given options. */
export async function withRig<T>(work: (rig: Rig) => Promise<T>, options: StackOptions = {}): Promise<T> {
  const worker: Worker = { url: '', delayMs: 0, answeredAt: [] };
  const receiver: Receiver = { url: '', taken: 0 };
  const servers = await Promise.all([
    listen((request, response) => {
      request.resume().once('end', () => {
        void (async () => {
          await worker.gate;
          if (worker.delayMs > 0) await pause(worker.delayMs);
          worker.answeredAt.push(performance.now());
          response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}');
        })();
      });
    }),
    listen((request, response) => {
      request.resume().once('end', () => {
        receiver.taken++;
        receiver.onTaken?.();
        response.writeHead(204).end();
      });
    }),
  ]);
  [worker.url, receiver.url] = servers.map(({ url }) => url) as [string, string];
  const stack = await startStack(options);
  try {
    return await work({ stack, worker, receiver, endpoint: newEndpoint });
  } finally {
    await stack.stop();
    await Promise.all(servers.map((server) => server.stop()));
  }

  async function newEndpoint(id: string, workers: number, urls: EndpointUrls = {}): Promise<Endpoint> {
    const endpoints = createEndpointStore(createTableStore(stack.storage.connectionString, 'serverless'));
    const limits = { workers, maxSyncWaiting: 10_000, maxQueued: 1_000_000 };
    const { key } = await endpoints.create(id, { worker: { url: urls.worker ?? worker.url }, ...limits });
    const endpoint = new Endpoint(`${stack.url}/v1/${id}`, key, urls.webhook ?? receiver.url);
    await until(() =>
      endpoint.queued().then(
        () => true,
        () => false,
      ),
    );
    return endpoint;
  }
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(20);
}
