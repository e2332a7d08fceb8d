import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from './eventually.js';

/** What a request's `input` makes the worker do; without any of it, it answers with the input. */
export interface Script {
  /** Answers only when the test says so (`release`). */
  hold?: string;
  delayMs?: number;
  status?: number;
  /** Answers with so many bytes. */
  bytes?: number;
  contentType?: string;
  /** `hangUp`: before an answer; `cutOff`: in the middle of it; `silent`: there is none. */
  fault?: 'hangUp' | 'cutOff' | 'silent';
}

export interface WorkerCall {
  requestID: string;
  serverlessID: string;
  input: Script & Record<string, unknown>;
  /** Whether the caller hung up before there was an answer. */
  abandoned: boolean;
}

/** A worker that does what each request's own input says. */
export interface ServerlessWorker {
  url: string;
  /** In the order of arrival. */
  calls: WorkerCall[];
  inFlight: number;
  mostInFlight: number;
  /** Lets go of those that hold under this name, now and later. */
  release(name: string): void;
  /** The call of a request, once it is there. */
  called(requestID: string): Promise<WorkerCall>;
  close(): Promise<void>;
}

export async function startServerlessWorker(): Promise<ServerlessWorker> {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const gate = (name: string) => {
    const known = gates.get(name) ?? Promise.withResolvers<void>();
    gates.set(name, known);
    return known;
  };
  const server = http.createServer((request, response) => void serve(request, response));
  const worker: ServerlessWorker = {
    url: '',
    calls: [],
    inFlight: 0,
    mostInFlight: 0,
    release: (name) => gate(name).resolve(),
    called: (requestID) =>
      eventually(
        () => Promise.resolve(worker.calls.find((call) => call.requestID === requestID)),
        `call of ${requestID}`,
      ),
    close: async () => {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };

  const serve = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const call = { ...(JSON.parse(await textOf(request)) as Omit<WorkerCall, 'abandoned'>), abandoned: false };
    worker.calls.push(call);
    worker.mostInFlight = Math.max(worker.mostInFlight, ++worker.inFlight);
    response.once('close', () => {
      worker.inFlight--;
      call.abandoned = !response.writableFinished;
    });
    const { hold, delayMs = 0 } = call.input;
    if (hold !== undefined) await gate(hold).promise;
    if (delayMs > 0) await pause(delayMs);
    answer(call.input, response);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  worker.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return worker;
}

async function textOf(request: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

function answer(input: WorkerCall['input'], response: http.ServerResponse): void {
  const { fault, status = 200, bytes, contentType = 'application/json' } = input;
  if (fault === 'silent') return;
  if (fault === 'hangUp') return void response.destroy();
  const body = bytes === undefined ? Buffer.from(JSON.stringify(input)) : Buffer.alloc(bytes, 'x');
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  if (fault !== 'cutOff') return void response.end(body);
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}
