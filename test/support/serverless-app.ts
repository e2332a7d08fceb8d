import { startStack, type Stack } from './test-stack.js';
import { createTableStore } from '../../src/platform/storage.js';
import { type EndpointSettings } from '../../src/serverless/endpoints/endpoint-settings.js';
import { createEndpointStore, type EndpointStore } from '../../src/serverless/endpoints/endpoint-store.js';
import { eventually } from './eventually.js';
import { startServerlessWorker, type ServerlessWorker } from './serverless-worker.js';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.js';

export interface StatusObject {
  statusCode: number;
  serverlessID: string;
  requestID: string;
  status: string;
  message: string;
  result: string | null;
  resultUrl?: string;
}

export interface Accepted {
  id: string;
  sequence: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  type: string | null;
  bytes: Buffer;
  /** The body, when it is JSON. */
  json: unknown;
}

export const isFinal = ({ status }: StatusObject) => !['queueing', 'running'].includes(status);

/** A client of one endpoint. */
export class EndpointClient {
  readonly #url: string;
  readonly #webhook: string;

  constructor(
    url: string,
    readonly id: string,
    readonly key: string,
    webhook: string,
  ) {
    this.#url = url;
    this.#webhook = webhook;
  }

  async send(method: string, path: string, body?: RequestInit['body'], key: string | null = this.key): Promise<Answer> {
    const headers = key === null ? {} : { authorization: `Bearer ${key}` };
    const response = await fetch(`${this.#url}/v1/${this.id}/${path}`, { method, headers, body });
    const bytes = Buffer.from(await response.arrayBuffer());
    const { headers: answered, status } = response;
    const type = answered.get('content-type');
    const json: unknown = type?.startsWith('application/json') ? JSON.parse(bytes.toString()) : undefined;
    return { status, headers: answered, type, bytes, json };
  }

  /** Queues a request with this input. Its webhook is the test's own receiver unless `more` has another. */
  async queue(input: unknown, more: object = {}): Promise<Accepted> {
    const answer = await this.send('POST', 'async', JSON.stringify({ input, webhook: this.#webhook, ...more }));
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.bytes.toString()}`);
    return answer.json as Accepted;
  }

  run(input: unknown): Promise<Answer> {
    return this.send('POST', 'sync', JSON.stringify({ input }));
  }

  async status(id: string): Promise<StatusObject> {
    return (await this.send('GET', `status?requestID=${id}`)).json as StatusObject;
  }

  async count(): Promise<number> {
    return ((await this.send('GET', 'status')).json as { queueingCount: number }).queueingCount;
  }

  cancel({ id, sequence }: Accepted): Promise<Answer> {
    return this.send('DELETE', `async?requestID=${id}&sequence=${sequence}`);
  }

  until(id: string, wanted: (status: StatusObject) => boolean): Promise<StatusObject> {
    return eventually(async () => {
      const status = await this.status(id);
      return wanted(status) ? status : undefined;
    }, `the status of ${id}`);
  }

  ended(id: string): Promise<StatusObject> {
    return this.until(id, isFinal);
  }
}

/** The whole app, a worker and a receiver of webhooks. */
export interface ServerlessApp {
  stack: Stack;
  worker: ServerlessWorker;
  receiver: WebhookReceiver;
  endpoints: EndpointStore;
  /** Creates an endpoint, with the scripted worker by default, and waits until all processes of the app know it. */
  endpoint(id: string, settings?: Partial<EndpointSettings>): Promise<EndpointClient>;
  /** A client of an endpoint, once all processes of the app know it. */
  client(id: string, key: string): Promise<EndpointClient>;
  stop(): Promise<void>;
}

export async function startServerlessApp(options: Parameters<typeof startStack>[0] = {}): Promise<ServerlessApp> {
  const [stack, worker, receiver] = await Promise.all([
    startStack(options),
    startServerlessWorker(),
    startWebhookReceiver(),
  ]);
  const endpoints = createEndpointStore(createTableStore(stack.storage.connectionString, 'serverless'));
  const processes = stack.processes().length; // 0: the app runs in the host
  // One request is enough for one process; of several, each gets some of these.
  const everyProcess = { length: processes > 1 ? 8 * processes : 1 };
  const client = async (id: string, key: string) => {
    const made = new EndpointClient(stack.url, id, key, receiver.webhook());
    // Each process reads the list of endpoints for itself, and requests that come together go to all of them.
    await eventually(async () => {
      const answers = await Promise.all(Array.from(everyProcess, () => made.send('GET', 'status')));
      return answers.every(({ status }) => status === 200) ? true : undefined;
    });
    return made;
  };
  return {
    stack,
    worker,
    receiver,
    endpoints,
    async endpoint(id, settings) {
      const whole = { worker: { url: worker.url }, workers: 1, maxSyncWaiting: 1, maxQueued: 10_000, ...settings };
      const { key } = await endpoints.create(id, whole);
      return client(id, key);
    },
    client,
    async stop() {
      await stack.stop();
      await Promise.all([worker.close(), receiver.close()]);
    },
  };
}
