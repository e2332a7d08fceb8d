import { eventually, UNDER_KILLS_MS } from './eventually.js';
import { isFinal, type Accepted, type EndpointClient, type StatusObject } from './serverless-app.js';
import { type WorkerScript } from './serverless-worker.js';
import { type ReceiverScript, type WebhookReceiver } from './webhook-receiver.js';

/** What a request makes worker and receiver do, and its possible ends when it is not canceled. */
interface Plan {
  ends: readonly string[];
  input: WorkerScript;
  ttl?: number;
  hook?: ReceiverScript;
}

const PLAIN: Plan = { ends: ['succeed'], input: {} };
const PLANS: readonly Plan[] = [
  PLAIN,
  { ends: ['succeed'], input: { delayMs: 30 }, hook: { status: 500, times: 2 } },
  { ends: ['failed'], input: { status: 500 } },
  { ends: ['succeed'], input: { bytes: 40_000, contentType: 'text/plain' }, hook: { fault: 'hangUp', times: 1 } },
  { ends: ['failed'], input: { fault: 'hangUp' } },
  { ends: ['succeed'], input: { delayMs: 10 }, hook: { delayMs: 200 } },
  { ends: ['failed'], input: { fault: 'cutOff', bytes: 5_000 }, hook: { fault: 'hangUp', times: 3 } },
  { ends: ['succeed'], input: {}, hook: { status: 404 } },
  { ends: ['expired'], input: { fault: 'silent' }, ttl: 300 },
  { ends: ['succeed', 'expired'], input: { delayMs: 20 }, ttl: 700 },
];
/** One of so many is canceled as soon as it is accepted. */
const CANCELED_OF = 9;
const MAX_STATUSES = 100;

export interface Submitted extends Accepted {
  plan: Plan;
  canceled: boolean;
}

/** Clients of one endpoint, which repeat calls without an answer, and all answers that they got. */
export class ServerlessLoad {
  readonly submitted: Submitted[] = [];
  /** Ids in the answers of clean-ups. */
  readonly cleaned: string[] = [];
  /** By request, every final state that a client saw. */
  readonly ends = new Map<string, Set<string>>();
  #isOver = false;

  readonly #receiver: WebhookReceiver;

  constructor(
    readonly client: EndpointClient,
    receiver: WebhookReceiver,
  ) {
    this.#receiver = receiver;
  }

  /** Sends so many requests from so many clients, each of which waits for its answer before the next. */
  async send(requests: number, clients: number): Promise<void> {
    let next = 0;
    const one = async () => {
      while (next < requests) await this.#sendOne(next++);
    };
    await Promise.all(Array.from({ length: clients }, one));
    this.#isOver = true;
  }

  async #sendOne(number: number): Promise<void> {
    const plan = PLANS[number % PLANS.length] ?? PLAIN;
    const { input, ttl, hook } = plan;
    const more = { webhook: this.#receiver.webhook(hook), ...(ttl !== undefined && { policy: { ttl } }) };
    const canceled = number % CANCELED_OF === 0;
    const accepted = await this.#answered<Accepted>('POST', 'async', { input, ...more });
    this.submitted.push({ ...accepted, plan, canceled });
    if (canceled) await this.#answered('DELETE', `async?requestID=${accepted.id}&sequence=${accepted.sequence}`);
  }

  async clean(): Promise<void> {
    this.cleaned.push(...(await this.#answered<{ cleaned: string[] }>('DELETE', 'async')).cleaned);
  }

  /** Polls all requests until all were sent and have ended, and their webhooks are delivered or given up. */
  async watch(): Promise<void> {
    const isSettled = (status: StatusObject) => isFinal(status) && !status.message.includes('webhook pending');
    await eventually(
      async () => {
        const isOver = this.#isOver; // read before the poll: requests sent during it must not be missed
        const statuses = await this.#statuses(this.submitted.map(({ id }) => id));
        for (const { requestID, status } of statuses.filter(isFinal)) this.#see(requestID, status);
        return (isOver && statuses.every(isSettled)) || undefined;
      },
      'the end of all requests',
      UNDER_KILLS_MS,
    );
  }

  async #statuses(ids: readonly string[]): Promise<StatusObject[]> {
    const found: StatusObject[] = [];
    for (let from = 0; from < ids.length; from += MAX_STATUSES) {
      const requestIDs = ids.slice(from, from + MAX_STATUSES);
      found.push(...(await this.#answered<{ statuses: StatusObject[] }>('POST', 'status', { requestIDs })).statuses);
    }
    return found;
  }

  #see(requestID: string, status: string): void {
    this.ends.set(requestID, (this.ends.get(requestID) ?? new Set()).add(status));
  }

  #answered<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = async () => {
      const { status, bytes, json } = await this.client.send(method, path, body && JSON.stringify(body));
      if (status !== 200) throw new Error(`${method} ${path} answered ${status}: ${bytes.toString()}`);
      return json as T;
    };
    return eventually(answer, `an answer to ${method} ${path}`, UNDER_KILLS_MS);
  }
}
