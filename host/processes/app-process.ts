import path from 'node:path';
import { type HostFunction, type InvocationResult } from '../contracts.js';
import { exitReason, forkScript, killAfter, send } from '../process/child-process.js';
import { type HostLog } from '../log.js';
import { decodeReply } from './durable-data.js';
import { deserializeError, type FromProcess, type LoadMessage, type SentRequest, type ToProcess } from './protocol.js';

/** One invocation in the pool. */
export interface Call {
  readonly id: number;
  readonly fn: string;
  readonly request: SentRequest;
  /** The process has called the function. */
  isStarted: boolean;
  /** Processes that ended by themselves while the function ran. */
  endedProcesses: number;
  readonly outcome: PromiseWithResolvers<InvocationResult>;
}

/** Callbacks of a process to its pool. */
interface ProcessEvents {
  loaded(functions: HostFunction[]): void;
  /** The app could not be loaded; the process ends. */
  failed(error: Error): void;
  started(call: Call): void;
  /** An invocation has succeeded or failed. */
  completed(call: Call): void;
  sentToQueue(queueUrl: string): void;
  fileLoaded(file: string): void;
  /** The process has ended, and these invocations have no result. */
  ended(reason: string, incomplete: Call[]): void;
}

const SCRIPT = path.join(__dirname, 'process-script.js');

/**
 * One process of the app, from its fork to its end.
 *
 * W1 Each call passed to `run` is completed once, or returned once by `ended`, or abandoned.
 * W2 `ended` is the last event and occurs for every way in which a process can end.
 */
export class AppProcess {
  /** The app is loaded and the process has not ended. */
  ready = false;
  /** Calls that the process has not started: they stay queued while the app's code blocks its event loop. */
  queued = 0;
  /** HTTP requests that are forwarded to it. */
  requests = 0;
  /** Where it serves forwarded requests; 0 until it is ready. */
  port = 0;
  readonly #child = forkScript(SCRIPT);
  readonly #calls = new Map<number, Call>();
  readonly #log: HostLog;
  readonly #events: ProcessEvents;
  readonly #exited: Promise<void>;

  constructor(message: LoadMessage, log: HostLog, events: ProcessEvents) {
    this.#log = log;
    this.#events = events;
    this.#child.on('message', (received: FromProcess) => this.#onMessage(received));
    this.#exited = exitReason(this.#child).then((reason) => this.#onExit(reason));
    this.send(message);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Number of calls and requests that are queued or running. */
  get load(): number {
    return this.#calls.size + this.requests;
  }

  get idle(): boolean {
    return this.ready && this.#calls.size === 0;
  }

  /** Sends a call to the process. */
  run(call: Call): void {
    this.#calls.set(call.id, call);
    this.queued++;
    this.send({ kind: 'invoke', id: call.id, fn: call.fn, request: call.request });
  }

  /** The call has failed: `ended` does not return it. */
  abandon(call: Call): void {
    this.#calls.delete(call.id);
  }

  send(message: ToProcess): void {
    send(this.#child, message);
  }

  /** Ends the process immediately. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Lets the app run its `appTerminate` hooks, for at most `graceMs`, and ends the process. */
  async stop(graceMs: number): Promise<void> {
    this.send({ kind: 'stop' });
    await killAfter(this.#child, this.#exited, graceMs);
  }

  #onMessage(message: FromProcess): void {
    switch (message.kind) {
      case 'loaded':
        this.ready = true;
        this.port = message.port;
        this.#events.loaded(message.functions);
        break;
      case 'failed':
        this.#child.kill('SIGKILL');
        this.#events.failed(deserializeError(message.error));
        break;
      case 'file':
        this.#events.fileLoaded(message.file);
        break;
      case 'started':
        this.#onStarted(message.id);
        break;
      case 'succeeded': {
        const { reply, ...result } = message.result;
        this.#complete(message.id, (call) => call.outcome.resolve({ result: reply && decodeReply(reply), ...result }));
        break;
      }
      case 'threw':
        this.#complete(message.id, (call) => call.outcome.reject(deserializeError(message.error)));
        break;
      case 'sentToQueue':
        this.#events.sentToQueue(message.queueUrl);
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
