import path from 'node:path';
import { type InvocationResult } from '../contracts.js';
import { exitReason, forkScript, killAfter, send } from '../process/child-process.js';
import { type HostLog } from '../log.js';
import { type ExtendedInvocationRequest } from '../app/invoker.js';
import { deserializeError, type FromWorker, type LoadMessage } from './protocol.js';

/** One invocation in the pool. */
export interface Call {
  readonly id: number;
  readonly fn: string;
  readonly request: ExtendedInvocationRequest;
  /** The worker has called the function. */
  isStarted: boolean;
  readonly outcome: PromiseWithResolvers<InvocationResult>;
}

/** Callbacks of a worker to its pool. */
interface WorkerEvents {
  loaded(): void;
  /** The app could not be loaded; the process ends. */
  failed(error: Error): void;
  started(call: Call): void;
  /** An invocation has succeeded or failed. */
  completed(call: Call): void;
  /** The process has ended, and these invocations have no result. */
  ended(reason: string, incomplete: Call[]): void;
}

const SCRIPT = path.join(__dirname, 'worker-process.js');

/**
 * One worker process, from its fork to its end.
 *
 * W1 Each call passed to `run` is completed once, or returned once by `ended`.
 * W2 `ended` is the last event and occurs for every way in which a process can end.
 */
export class Worker {
  /** The app is loaded and the process has not ended. */
  ready = false;
  /** Calls that the process has not started: they stay queued while the app's code blocks its event loop. */
  queued = 0;
  readonly #child = forkScript(SCRIPT);
  readonly #calls = new Map<number, Call>();
  readonly #log: HostLog;
  readonly #events: WorkerEvents;
  readonly #exited: Promise<void>;

  constructor(message: LoadMessage, log: HostLog, events: WorkerEvents) {
    this.#log = log;
    this.#events = events;
    this.#child.on('message', (received: FromWorker) => this.#onMessage(received));
    this.#exited = exitReason(this.#child).then((reason) => this.#onExit(reason));
    send(this.#child, message);
  }

  /** Number of calls that are queued or running. */
  get load(): number {
    return this.#calls.size;
  }

  get idle(): boolean {
    return this.ready && this.load === 0;
  }

  /** Sends a call to the process. */
  run(call: Call): void {
    this.#calls.set(call.id, call);
    this.queued++;
    send(this.#child, { kind: 'invoke', id: call.id, fn: call.fn, request: call.request });
  }

  /** Ends the process immediately. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Lets the app run its `appTerminate` hooks, for at most `graceMs`, and ends the process. */
  async stop(graceMs: number): Promise<void> {
    send(this.#child, { kind: 'stop' });
    await killAfter(this.#child, this.#exited, graceMs);
  }

  #onMessage(message: FromWorker): void {
    switch (message.kind) {
      case 'loaded':
        this.ready = true;
        this.#events.loaded();
        break;
      case 'failed':
        this.#child.kill('SIGKILL');
        this.#events.failed(deserializeError(message.error));
        break;
      case 'started':
        this.#onStarted(message.id);
        break;
      case 'succeeded':
        this.#complete(message.id, (call) => call.outcome.resolve({ result: undefined, ...message.result }));
        break;
      case 'threw':
        this.#complete(message.id, (call) => call.outcome.reject(deserializeError(message.error)));
        break;
      case 'log':
        this.#log.log(message.level, message.category, message.message, message.fields);
        break;
      default:
        message satisfies never;
    }
  }

  #onStarted(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    call.isStarted = true;
    this.queued--;
    this.#events.started(call);
  }

  #complete(id: number, setOutcome: (call: Call) => void): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    setOutcome(call);
    this.#events.completed(call);
  }

  #onExit(reason: string): void {
    this.ready = false;
    const incomplete = [...this.#calls.values()];
    this.#calls.clear();
    this.#events.ended(reason, incomplete);
  }
}
