import path from 'node:path';
import { eventually } from './eventually.js';
import { fixtureApp, startHostOf } from './fixtures.js';
import { type HostProcess } from './host-process.js';
import { masterKeyFor } from './other-host.js';
import { type TempApp } from './temp-app.js';

/** A folder with the durable fixture app, for separate hosts. */
export function durableFixture(durableTask: Record<string, unknown> = {}): Promise<TempApp> {
  return fixtureApp('durable', { extensions: { durableTask } });
}

/** A folder with the app of waits, for separate hosts. */
export function waitsFixture(durableTask: Record<string, unknown> = {}): Promise<TempApp> {
  return fixtureApp('waits', { extensions: { durableTask } });
}

/** Starts the app of waits on a separate host, or uses the host at CONFORMANCE_WAITS_URL. */
export function startWaits(app: TempApp): Promise<HostProcess> {
  return startHostOf('waits', app, { RECORD_FILE: recordsOf(app) });
}

/** The file of recorded runs, for tests that read it after their host has stopped; others use `DurableApi.runs`. */
export const recordsOf = (app: TempApp): string => path.join(app.dir, 'records.txt');

/** Starts the fixture app on a separate host, or uses the host at CONFORMANCE_URL. */
export function startFixture(app: TempApp, env: Record<string, string> = {}): Promise<HostProcess> {
  return startHostOf('durable', app, { RECORD_FILE: recordsOf(app), ...env });
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed JSON; undefined for another content type. */
  body: unknown;
}

/** The status of an instance in the management API. */
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

/** An HTTP client of the durable management API. */
export class DurableApi {
  constructor(readonly url: string) {}

  async send(method: string, target: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const init = {
      method,
      headers: { 'content-type': 'application/json', ...masterKeyFor(this.url), ...headers },
    };
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const url = new URL(target, `${this.url}/runtime/webhooks/durabletask/`);
    const response = await fetch(url, { ...init, ...(text !== undefined && { body: text }) });
    const content = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const parsed: unknown = isJson ? JSON.parse(content) : undefined;
    return { status: response.status, headers: response.headers, text: content, body: parsed };
  }

  /** Starts an orchestration and returns its ID. */
  async start(name: string, input?: unknown, id?: string): Promise<string> {
    const target = `orchestrators/${name}${id === undefined ? '' : `/${id}`}`;
    const { status, body, text } = await this.send(
      'POST',
      target,
      input === undefined ? undefined : JSON.stringify(input),
    );
    if (status !== 202) throw new Error(`${target} answered ${status}: ${text}`);
    return (body as { id: string }).id;
  }

  /** Runs an orchestration to its end: the output, or the status when it did not complete. */
  async run(name: string, input?: unknown): Promise<unknown> {
    const target = `orchestrators/${name}?timeout=60&pollingInterval=1`;
    const { status, body } = await this.send('POST', target, input === undefined ? undefined : JSON.stringify(input));
    if (status === 202) throw new Error(`${name} did not end in time.`);
    return body;
  }

  async status(id: string, query = ''): Promise<InstanceStatus> {
    const { status, body, text } = await this.send('GET', `instances/${id}?${query}`);
    if (body === undefined) throw new Error(`The status of ${id} answered ${status}: ${text}`);
    return body as InstanceStatus;
  }

  raise(id: string, event: string, data: unknown = null): Promise<Answer> {
    return this.send('POST', `instances/${id}/raiseEvent/${event}`, JSON.stringify(data));
  }

  /** Polls the status until it satisfies the condition. */
  until(id: string, condition: (status: InstanceStatus) => boolean, query = ''): Promise<InstanceStatus> {
    return eventually(async () => {
      const status = await this.status(id, query);
      return condition(status) ? status : undefined;
    }, `the status of ${id}`);
  }

  ended(id: string, query = ''): Promise<InstanceStatus> {
    return this.until(id, ({ runtimeStatus }) => ['Completed', 'Failed', 'Terminated'].includes(runtimeStatus), query);
  }

  /** The runs recorded by functions of the fixture: the lines with this prefix, in order. */
  async runs(prefix: string): Promise<string[]> {
    const response = await fetch(`${this.url}/api/runs?prefix=${encodeURIComponent(prefix)}`);
    return (await response.json()) as string[];
  }
}
