import { eventually } from './eventually.js';

/** A response; `body` is the parsed JSON, `{}` for another content type. */
export interface Answer<T = Body> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
}

/** The fields of JSON responses that tests read. */
export interface Body {
  id: string;
  kind: string;
  status: string;
  runtimeStatus: string;
  createdDateTime: string;
  lastUpdatedDateTime: string;
  expiresDateTime?: string;
  percentComplete?: number;
  progress?: { total: number; completed: number; failed: number };
  waitingFor?: string;
  cancelRequested?: boolean;
  result?: unknown;
  resultLocation?: string;
  error?: {
    code: string;
    message: string;
    target?: string;
    details?: { code: string; message: string; target?: string }[];
  };
  value: Body[];
  nextLink?: string;
}

/** An HTTP client of the app that sends requests and polls status monitors. */
export class Client {
  readonly #key: string | undefined;

  /** @param key a function key, sent with every request */
  constructor(
    readonly url: string,
    key?: string,
  ) {
    this.#key = key;
  }

  async send(
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: RequestInit['body'] } = {},
  ): Promise<Answer> {
    const headers = { ...(this.#key && { 'x-functions-key': this.#key }), ...init.headers };
    const response = await fetch(new URL(path, this.url), { method, ...init, headers });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : {}) as Body };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, { headers });
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, {
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** The final monitor of an operation, polled with `Prefer: wait` until the test's timeout. */
  async finished(start: Answer | string): Promise<Body> {
    const location = typeof start === 'string' ? `/status/${start}` : (start.headers.get('operation-location') ?? '');
    for (;;) {
      const { status, body, text } = await this.get(location, { Prefer: 'wait=20' });
      if (status !== 200) throw new Error(`GET ${location} answered ${status}: ${text}`);
      if (['Succeeded', 'Failed', 'Canceled'].includes(body.status)) return body;
    }
  }

  /** Polls the monitor until it satisfies the condition, also while the app is not running. */
  async until(id: string, condition: (monitor: Body) => boolean): Promise<Body> {
    return eventually(async () => {
      const { status, body } = await this.get(`/status/${id}`);
      return status === 200 && condition(body) ? body : undefined;
    });
  }
}

/** Replaces the faults of a reference service; none without arguments. */
export async function setFault(serviceUrl: string, ...faults: object[]): Promise<void> {
  const response = await fetch(`${serviceUrl}/_faults`, { method: 'POST', body: JSON.stringify(faults) });
  if (!response.ok) throw new Error(`${serviceUrl}/_faults answered ${response.status}: ${await response.text()}`);
}
