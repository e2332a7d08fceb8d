import type http from 'node:http';
import { eventually } from './eventually.js';
import { answer, listen, textOf, type Script } from './scripted-server.js';

/** What a request's `input` makes the worker do. By default it answers with the input. */
export interface WorkerScript extends Script {
  /** Answers only after `release`. */
  hold?: string;
}

export interface WorkerCall {
  requestID: string;
  serverlessID: string;
  input: WorkerScript & Record<string, unknown>;
  /** The body as it was sent. */
  text: string;
  /** By the performance clock; `endedAt` once the answer is sent, or the caller has hung up. */
  beganAt: number;
  endedAt: number;
  /** Whether the caller hung up before the answer. The worker may learn of it late. */
  abandoned: boolean;
}

/** A worker that does what each request's own input specifies. */
export interface ServerlessWorker {
  url: string;
  /** In the order of arrival. */
  calls: WorkerCall[];
  inFlight: number;
  mostInFlight: number;
  /** Releases all calls that hold under this name, now and later. */
  release(name: string): void;
  /** The call of a request, when it has arrived. */
  called(requestID: string): Promise<WorkerCall>;
  close(): Promise<void>;
}

/** @param port that of a worker that went away and comes back */
export async function startServerlessWorker(port?: number): Promise<ServerlessWorker> {
  const gates = new Map<string, PromiseWithResolvers<unknown>>();
  const gate = (name: string) => {
    const known = gates.get(name) ?? Promise.withResolvers<unknown>();
    gates.set(name, known);
    return known;
  };
  const serve = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const text = await textOf(request);
    const sent = JSON.parse(text) as Pick<WorkerCall, 'requestID' | 'serverlessID' | 'input'>;
    const call = { ...sent, text, beganAt: performance.now(), endedAt: Infinity, abandoned: false };
    worker.calls.push(call);
    worker.mostInFlight = Math.max(worker.mostInFlight, ++worker.inFlight);
    response.once('close', () => {
      worker.inFlight--;
      call.endedAt = performance.now();
      call.abandoned = !response.writableFinished;
    });
    const { hold } = call.input;
    if (hold !== undefined) await gate(hold).promise;
    await answer(response, call.input, JSON.stringify(call.input));
  };
  const server = await listen((request, response) => {
    // A caller that is killed in the middle of its request counts as no call.
    serve(request, response).catch((thrown: unknown) => response.destroy(thrown as Error));
  }, port);
  const worker: ServerlessWorker = {
    ...server,
    calls: [],
    inFlight: 0,
    mostInFlight: 0,
    release: (name) => gate(name).resolve(undefined),
    called: (requestID) =>
      eventually(
        () => Promise.resolve(worker.calls.find((call) => call.requestID === requestID)),
        `call of ${requestID}`,
      ),
  };
  return worker;
}
