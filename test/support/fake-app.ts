import { createHash, randomUUID } from 'node:crypto';
import type http from 'node:http';
import { type Monitor } from '@longhaul/client';
import { listen, textOf, type ScriptedServer } from './scripted-server.js';

/** A request that arrived. */
export interface Arrived {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/**
 * What happens to a request: `refused`: the connection ends before it is served; `lostAnswer`: it is served, and the
 * connection ends before the answer; `held`: a proxy keeps the answer back; or another answer.
 */
type Fault = 'refused' | 'lostAnswer' | 'held' | { status: number; headers?: Record<string, string>; body?: string };

/** A server at the edge with operations whose monitors a test sets; its faults are those of a network, a proxy or a host. */
export class FakeApp {
  readonly arrived: Arrived[] = [];
  /** Operations by id: all monitors so far. */
  readonly operations = new Map<string, Monitor[]>();
  /** Decides what happens to a request. */
  fault: (request: Arrived) => Fault | undefined = () => undefined;
  /** Answers of other paths than those of operations. */
  other: (request: Arrived, response: http.ServerResponse) => void = (_, response) =>
    void response.writeHead(404).end();
  readonly #streams = new Set<{ id: string; response: http.ServerResponse }>();
  #server: ScriptedServer | undefined;

  get url(): string {
    return this.#server?.url ?? '';
  }

  /** Open event streams. */
  get streams(): number {
    return this.#streams.size;
  }

  async start(): Promise<void> {
    this.#server = await listen((request, response) => void this.#serve(request, response), this.#port);
  }

  /** Ends the server and all connections; `start` starts it again on the same port. */
  async stop(): Promise<void> {
    await this.#server?.close();
  }

  get #port(): number {
    return this.#server ? Number(new URL(this.#server.url).port) : 0;
  }

  /** Sets the next monitor of an operation. */
  set(id: string, change: Partial<Monitor>): void {
    const monitors = this.operations.get(id) ?? [];
    const lastUpdatedDateTime = new Date(1_700_000_000_000 + monitors.length).toISOString();
    monitors.push({
      id,
      kind: 'plates.recognize',
      status: 'Running',
      runtimeStatus: 'Running',
      createdDateTime: lastUpdatedDateTime,
      lastUpdatedDateTime,
      ...change,
    });
    this.operations.set(id, monitors);
    for (const stream of this.#streams) if (stream.id === id) this.#tell(stream);
  }

  /** Ends the event streams as a lost connection does. */
  dropStreams(): void {
    for (const { response } of this.#streams) response.destroy();
  }

  seen(method: string, path: RegExp): Arrived[] {
    return this.arrived.filter((one) => one.method === method && path.test(one.path));
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const arrived = { method, path, headers, body: await textOf(request) };
    this.arrived.push(arrived);
    const fault = this.fault(arrived);
    if (fault === 'refused') return void response.destroy();
    if (fault === 'held') return;
    if (typeof fault === 'object') return void response.writeHead(fault.status, fault.headers).end(fault.body);
    const [, id = '', events] = /^\/status\/([\w-]+)(\/events)?$/.exec(path) ?? [];
    if (path === '/plates/recognize') this.#startOne(arrived, response, fault === 'lostAnswer');
    else if (method !== 'GET' || !this.operations.has(id)) this.other(arrived, response);
    else if (events) this.#open(id, headers['last-event-id'] as string | undefined, response);
    else this.#show(id, headers['if-none-match'], response);
  }

  #startOne({ headers }: Arrived, response: http.ServerResponse, isLost: boolean): void {
    const id = (headers['operation-id'] as string | undefined) ?? randomUUID();
    if (!this.operations.has(id)) this.set(id, { status: 'NotStarted' });
    if (isLost) return void response.destroy();
    response.writeHead(202, { 'Operation-Id': id, 'Content-Type': 'application/json', 'Retry-After': '0' });
    response.end(this.#last(id).text);
  }

  #show(id: string, known: string | undefined, response: http.ServerResponse): void {
    const { text, etag } = this.#last(id);
    const headers = { ETag: etag, 'Retry-After': '0', 'Content-Type': 'application/json' };
    if (known === etag) return void response.writeHead(304, headers).end();
    response.writeHead(200, headers).end(text);
  }

  #open(id: string, known: string | undefined, response: http.ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const stream = { id, response };
    this.#streams.add(stream);
    response.on('close', () => this.#streams.delete(stream));
    if (known === this.#last(id).etag) response.write(': nothing new\n\n');
    else this.#tell(stream);
  }

  #tell({ id, response }: { id: string; response: http.ServerResponse }): void {
    const { text, etag, isFinal } = this.#last(id);
    response.write(`id: ${etag}\nevent: status\ndata: ${text}\n\n`);
    if (isFinal) response.end();
  }

  #last(id: string) {
    const monitor = this.operations.get(id)?.at(-1);
    const text = JSON.stringify(monitor);
    const etag = `"${createHash('sha1').update(text).digest('hex')}"`;
    return { text, etag, isFinal: ['Succeeded', 'Failed', 'Canceled'].includes(monitor?.status ?? '') };
  }
}
