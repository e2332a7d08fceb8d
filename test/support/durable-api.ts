import path from 'node:path';
import { eventually } from './eventually.js';
import { fixtureApp, startHostOf } from './fixtures.js';
import type { HostProcess } from './host-process.js';
import { masterKeyFor } from './other-host.js';
import type { TempApp } from './temp-app.js';

/** A folder with the durable fixture app, for hosts of one's own. */
export function durableFixture(durableTask: Record<string, unknown> = {}): Promise<TempApp> {
  return fixtureApp('durable', { extensions: { durableTask } });
}

/** Where it records its runs, for tests that look after their host has stopped; others ask `DurableApi.runs`. */
export const recordsOf = (app: TempApp): string => path.join(app.dir, 'records.txt');

/** The fixture app on a host of its own, or on the other one that CONFORMANCE_URL names. */
export function startFixture(app: TempApp, env: Record<string, string> = {}): Promise<HostProcess> {
  return startHostOf('durable', app, { RECORD_FILE: recordsOf(app), ...env });
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed JSON; undefined when there is none. */
  body: unknown;
}

/** What the management API says of an instance. */
export interface InstanceStatus {
  name: string;
  instanceId: string;
  runtimeStatus: string;
  input: unknown;
  output: unknown;
  customStatus: unknown;
  createdTime: string;
  lastUpdatedTime: string;
  historyEvents?: Record<string, unknown>[];
  history?: Record<string, unknown>[];
}

/** The durable management API, spoken as any HTTP client would. */
export class DurableApi {
  constructor(readonly url: string) {}

  async send(method: string, where: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const init = {
      method,
      headers: { 'content-type': 'application/json', ...masterKeyFor(this.url), ...headers },
    };
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const url = new URL(where, `${this.url}/runtime/webhooks/durabletask/`);
    const response = await fetch(url, { ...init, ...(text !== undefined && { body: text }) });
    const content = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const parsed: unknown = isJson ? JSON.parse(content) : undefined;
    return { status: response.status, headers: response.headers, text: content, body: parsed };
  }

  /** Starts one and answers its id. */
  async start(name: string, input?: unknown, id?: string): Promise<string> {
    const where = `orchestrators/${name}${id === undefined ? '' : `/${id}`}`;
    const { status, body, text } = await this.send(
      'POST',
      where,
      input === undefined ? undefined : JSON.stringify(input),
    );
    if (status !== 202) throw new Error(`${where} answered ${status}: ${text}`);
    return (body as { id: string }).id;
  }

  /** Starts one and waits for its end: the output, or the status of what did not complete. */
  async run(name: string, input?: unknown): Promise<unknown> {
    const where = `orchestrators/${name}?timeout=60&pollingInterval=1`;
    const { status, body } = await this.send('POST', where, input === undefined ? undefined : JSON.stringify(input));
    if (status === 202) throw new Error(`${name} did not end in time.`);
    return body;
  }

  async status(id: string, query = ''): Promise<InstanceStatus> {
    const { status, body, text } = await this.send('GET', `instances/${id}?${query}`);
    if (body === undefined) throw new Error(`The status of ${id} answered ${status}: ${text}`);
    return body as InstanceStatus;
  }

  raise(id: string, event: string, data?: unknown): Promise<Answer> {
    return this.send(
      'POST',
      `instances/${id}/raiseEvent/${event}`,
      data === undefined ? undefined : JSON.stringify(data),
    );
  }

  /** The status as soon as it is as wanted. */
  until(id: string, wanted: (status: InstanceStatus) => boolean, query = ''): Promise<InstanceStatus> {
    return eventually(async () => {
      const status = await this.status(id, query);
      return wanted(status) ? status : undefined;
    }, `${id} as wanted`);
  }

  ended(id: string, query = ''): Promise<InstanceStatus> {
    return this.until(id, ({ runtimeStatus }) => ['Completed', 'Failed', 'Terminated'].includes(runtimeStatus), query);
  }

  /** What functions of the fixture recorded of their runs: the lines that begin like this, in their order. */
  async runs(prefix: string): Promise<string[]> {
    const response = await fetch(`${this.url}/api/runs?prefix=${encodeURIComponent(prefix)}`);
    return (await response.json()) as string[];
  }
}
