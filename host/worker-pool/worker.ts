import path from 'node:path';
import { type InvocationResult } from '../contracts.js';
import { endOf, forkScript, tell } from '../process/child-process.js';
import { type HostLog } from '../log.js';
import { type WorkerRequest } from '../app/invoker.js';
import { fromWire, type FromWorker, type LoadOrder } from './protocol.js';

/** One invocation on its way through the pool. */
export interface Call {
  readonly id: number;
  readonly fn: string;
  readonly request: WorkerRequest;
  begun: boolean;
  settle: PromiseWithResolvers<InvocationResult>;
}

/** What a worker tells its pool. */
export interface WorkerEvents {
  loaded(): void;
  /** The app cannot be loaded; the process ends. */
  failed(error: Error): void;
  begun(call: Call): void;
  /** An invocation has its answer. */
  answered(call: Call): void;
  /** The process is gone, and these invocations have no answer. */
  ended(how: string, unanswered: Call[]): void;
}

const SCRIPT = path.join(__dirname, 'worker-process.js');

/**
 * One worker process, from its fork to its end.
 *
 * W1 A call that was given to `run` is answered, or handed back by `ended`, once.
 * W2 `ended` is the last event, and comes however the process ends.
 */
export class Worker {
  /** It has loaded the app, and has not ended. */
  ready = false;
  /** Calls that it was given and has not begun: one stays there while its code does not let go of the processor. */
  ahead = 0;
  readonly #child = forkScript(SCRIPT);
  readonly #calls = new Map<number, Call>();
  readonly #log: HostLog;
  readonly #events: WorkerEvents;
  readonly #gone: Promise<void>;

  constructor(order: LoadOrder, log: HostLog, events: WorkerEvents) {
    this.#log = log;
    this.#events = events;
    this.#child.on('message', (message: FromWorker) => this.#hear(message));
    this.#gone = endOf(this.#child).then((how) => this.#end(how));
    tell(this.#child, order);
  }

  /** Invocations that it has. */
  get load(): number {
    return this.#calls.size;
  }

  get idle(): boolean {
    return this.ready && this.load === 0;
  }

  run(call: Call): void {
    this.#calls.set(call.id, call);
    this.ahead++;
    tell(this.#child, { kind: 'invoke', id: call.id, fn: call.fn, request: call.request });
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** Lets the app say good-bye, for at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    tell(this.#child, { kind: 'stop' });
    const force = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.#gone;
    clearTimeout(force);
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'loaded':
        this.ready = true;
        this.#events.loaded();
        break;
      case 'failed':
        this.#child.kill('SIGKILL');
        this.#events.failed(fromWire(message.error));
        break;
      case 'begun':
        this.#begun(message.id);
        break;
      case 'done':
        this.#answer(message.id, (call) => call.settle.resolve({ result: undefined, ...message.result }));
        break;
      case 'threw':
        this.#answer(message.id, (call) => call.settle.reject(fromWire(message.error)));
        break;
      case 'log':
        this.#log.log(message.level, message.category, message.message, message.fields);
        break;
      default:
        message satisfies never;
    }
  }

  #begun(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    call.begun = true;
    this.ahead--;
    this.#events.begun(call);
  }

  #answer(id: number, settle: (call: Call) => void): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    settle(call);
    this.#events.answered(call);
  }

  #end(how: string): void {
    this.ready = false;
    const unanswered = [...this.#calls.values()];
    this.#calls.clear();
    this.#events.ended(how, unanswered);
  }
}
