import { type BindingIo, type Clock, type HostFunction, type InvocationResult } from '../contracts.js';
import { type Inspect, inspectOf } from '../process/inspector.js';
import { type HostLog, type LogThreshold } from '../log.js';
import { AppLoadError } from '../app/errors.js';
import { FunctionTimeoutError, inputData, type InputValues, valuesOf, type WorkerRequest } from '../app/invoker.js';
import { type Call, Worker } from './worker.js';

export interface PoolOptions {
  count: number;
  appDir: string;
  log: HostLog;
  logLevels: Record<string, LogThreshold>;
  inputs: InputValues;
  io: BindingIo;
  clock: Clock;
  /** How long an invocation may take, in ms; Infinity for no limit. */
  functionTimeoutMs: number;
  inspect: Inspect | undefined;
}

/** The process that ran an invocation ended before it answered. */
export class WorkerEndedError extends Error {
  override readonly name = 'WorkerEndedError';
}

/** A place in the pool, and the process that has it now. */
interface Slot {
  readonly index: number;
  worker: Worker | undefined;
  /** Deaths since the last answer: what grows the wait before the next try. */
  deaths: number;
  /** Why it is being ended, if it is. */
  reason: string | undefined;
}

/** Calls that a worker may have before it begins them: enough to go on without a pause, few enough to go elsewhere. */
const AHEAD = 1;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
/** For the app's own good-bye (`appTerminate`), whatever is left of the host's grace. */
const GOOD_BYE_MS = 1_000;

/**
 * Runs invocations in processes of their own.
 *
 * P1 A call waits in `#waiting`, or is with one worker, or is settled.
 * P2 When a worker ends, what it had begun has failed, because it may have had effects; the rest waits again.
 * P3 Each place has a worker until `stop`: one that ends is replaced, at once after a time of work, later and later
 *    when it does nothing but end.
 * P4 A call that takes too long has failed, and its worker is ended: nothing else stops a loop.
 */
export class WorkerPool {
  /** Resolves when every worker has loaded the app. Rejects with AppLoadError when one cannot. */
  readonly loaded: Promise<void>;
  readonly #options: PoolOptions;
  readonly #slots: Slot[];
  readonly #waiting: Call[] = [];
  readonly #timeouts = new Map<Call, () => void>();
  #lastId = 0;
  #stopping = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, (_, index) => {
      return { index, worker: undefined, deaths: 0, reason: undefined };
    });
    this.loaded = Promise.all(this.#slots.map((slot) => this.#firstStart(slot))).then(() => undefined);
    this.loaded.catch(() => undefined); // whoever awaits it may be busy with the host's own start
  }

  /**
   * Runs an activity in a worker; what its bindings read and write, this process reads and writes.
   *
   * Rejects with the function's own error, BindingError, WorkerEndedError or FunctionTimeoutError.
   */
  readonly invoke = async (fn: HostFunction, request: WorkerRequest): Promise<InvocationResult> => {
    const { inputs, io } = this.#options;
    const { triggerData: _inData, ...rest } = request;
    const data = inputData(fn, request, valuesOf(await io.read(fn, request), inputs));
    const settle = Promise.withResolvers<InvocationResult>();
    const call = { id: ++this.#lastId, fn: fn.name, request: { ...rest, inputData: data }, begun: false, settle };
    this.#waiting.push(call);
    this.#dispatch();
    const result = await settle.promise;
    return io.write(fn, request, result) ?? result;
  };

  /** Ends the workers: those that still have work now, the others when the app has said good-bye. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const workers = this.#slots.flatMap(({ worker }) => worker ?? []);
    await Promise.all(workers.map((worker) => (worker.idle ? worker.stop(GOOD_BYE_MS) : worker.kill())));
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#leastBusy();
      const call = worker && this.#waiting.shift();
      if (call === undefined) return;
      worker?.run(call);
    }
  }

  #leastBusy(): Worker | undefined {
    let best: Worker | undefined;
    for (const { worker } of this.#slots) {
      if (worker?.ready !== true || worker.ahead >= AHEAD) continue;
      if (worker.load < (best?.load ?? Infinity)) best = worker;
    }
    return best;
  }

  // Life and death of workers

  #firstStart(slot: Slot): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#start(slot, resolve, (reason) => {
        reject(new AppLoadError(`A worker process could not load the app: ${reason}`));
      });
    });
  }

  #start(slot: Slot, loaded: () => void, failed: (reason: string) => void): void {
    const { appDir, logLevels, log, inspect } = this.#options;
    let wasLoaded = false;
    const order = { kind: 'load', appDir, logLevels, inspect: inspect && inspectOf(inspect, slot.index + 1) } as const;
    slot.reason = undefined;
    slot.worker = new Worker(order, log, {
      loaded: () => {
        wasLoaded = true;
        loaded();
        this.#dispatch();
      },
      failed: (error) => {
        slot.reason = error.stack;
      },
      begun: (call) => {
        this.#watchTime(slot, call);
        this.#dispatch();
      },
      answered: (call) => {
        slot.deaths = 0;
        this.#forgetTime(call);
      },
      ended: (how, unanswered) => {
        slot.worker = undefined;
        this.#bury(slot, how, unanswered);
        if (wasLoaded) this.#replace(slot, how);
        else failed(slot.reason ?? how);
      },
    });
  }

  #bury(slot: Slot, how: string, unanswered: Call[]): void {
    for (const call of unanswered) this.#forgetTime(call);
    const why = slot.reason ?? how;
    for (const call of unanswered.filter(({ begun }) => begun)) {
      call.settle.reject(
        new WorkerEndedError(`The worker process that ran ${call.fn} ended before its answer: ${why}.`),
      );
    }
    this.#waiting.unshift(...unanswered.filter(({ begun }) => !begun)); // P2
    this.#dispatch();
  }

  /** P3 */
  #replace(slot: Slot, how: string): void {
    if (this.#stopping) return;
    const waitMs = slot.deaths === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (slot.deaths - 1));
    slot.deaths++;
    const when = waitMs === 0 ? 'at once' : `in ${waitMs / 1_000} s`;
    this.#say(`The worker process ${slot.index + 1} ended: ${slot.reason ?? how}. A new one starts ${when}.`);
    const { clock } = this.#options;
    clock.at(clock.now() + waitMs, () => {
      if (!this.#stopping)
        this.#start(
          slot,
          () => undefined,
          (reason) => this.#replace(slot, reason),
        );
    });
  }

  // Time

  /** P4 */
  #watchTime(slot: Slot, call: Call): void {
    const { clock, functionTimeoutMs } = this.#options;
    if (functionTimeoutMs === Infinity) return;
    const cancel = clock.at(clock.now() + functionTimeoutMs, () => {
      const took = `${call.fn} took more than ${functionTimeoutMs / 1_000} s ("functionTimeout" in host.json)`;
      call.settle.reject(new FunctionTimeoutError(`${took}. Its worker process was ended.`));
      slot.reason = took;
      void slot.worker?.kill();
    });
    this.#timeouts.set(call, cancel);
  }

  #forgetTime(call: Call): void {
    this.#timeouts.get(call)?.();
    this.#timeouts.delete(call);
  }

  #say(message: string): void {
    this.#options.log.log('error', 'Host.Workers', message);
  }
}
