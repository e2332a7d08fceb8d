import path from 'node:path';
import { eventually } from './eventually.js';
import { startHost, type HostProcess } from './host-process.js';
import { otherHostUrl } from './other-host.js';
import { createTempApp, type TempApp } from './temp-app.js';

const FIXTURE = path.resolve(__dirname, '../conformance/fixture-app/*.js');

/** A folder with the durable fixture app. */
export function durableFixture(durableTask: Record<string, unknown> = {}): Promise<TempApp> {
  return createTempApp({ main: FIXTURE, hostJson: { version: '2.0', extensions: { durableTask } } });
}

/** Further arguments of every host that `startFixture` starts: how a file runs another's cases on another kind of host. */
export const hostArgs: string[] = [];

/** Where the fixture app records its runs, one in a line. Another host is given the same RECORD_FILE as the tests. */
export function recordsOf(app: TempApp): string {
  return (otherHostUrl && process.env.RECORD_FILE) ?? path.join(app.dir, 'records.txt');
}

/** The fixture app on a host of its own, or on the other one that CONFORMANCE_URL names. */
export function startFixture(app: TempApp, env: Record<string, string> = {}): Promise<HostProcess> {
  if (otherHostUrl !== undefined) return Promise.resolve(otherHost(otherHostUrl));
  return startHost({
    app: app.dir,
    stateDir: app.stateDir,
    env: { RECORD_FILE: recordsOf(app), ...env },
    args: hostArgs,
  });
}

/** A host that is left running, and whose log nobody here sees. */
function otherHost(url: string): HostProcess {
  const unknown = () => Promise.reject(new Error('This test needs a host of its own: make it an ownHostTest.'));
  return { url, pid: 0, kill: unknown, stop: () => Promise.resolve(), stderr: () => '', logged: unknown };
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
    const init = { method, headers: { 'content-type': 'application/json', ...headers } };
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
}
