import { type BindingIo, type Clock, type HostFunction, type InvocationResult } from '../contracts.js';
import { type InspectAddress, inspectAddressOf } from '../process/inspector.js';
import { type HostLog, type LogThreshold } from '../log.js';
import { AppLoadError } from '../app/errors.js';
import {
  FunctionTimeoutError,
  inputData,
  type InputValues,
  valuesOf,
  type ExtendedInvocationRequest,
} from '../app/invoker.js';
import { restartDelayMs } from '../waiting.js';
import { type Call, Worker } from './worker.js';

/** What the pool needs to load the app in its workers. */
interface WorkerPoolOptions {
  count: number;
  appDir: string;
  log: HostLog;
  logLevels: Record<string, LogThreshold>;
  inputs: InputValues;
  io: BindingIo;
  clock: Clock;
  /** How long an invocation may take, in ms; Infinity for no limit. */
  functionTimeoutMs: number;
  inspect: InspectAddress | undefined;
}

/** The process of an invocation ended before the function did. */
class WorkerEndedError extends Error {
  override readonly name = 'WorkerEndedError';
}

/** A place in the pool and its current process. */
interface Slot {
  readonly index: number;
  worker: Worker | undefined;
  /** Exits since the last completed call; they determine the delay before the next start. */
  exits: number;
  /** Why the pool ends the process; undefined when it does not. */
  reason: string | undefined;
}

/** Calls that are sent to a worker in advance: it never idles, and all others can still go to another worker. */
const MAX_QUEUED = 1;
/** Time for the `appTerminate` hooks, independent of the host's grace period. */
const TERMINATE_MS = 1_000;

/**
 * Runs invocations in child processes (docs/host.md, `--workers`).
 *
 * P1 A call waits in `#waiting`, or is sent to one worker, or is completed.
 * P2 When a worker ends, its started calls have failed, because they may have had side effects; the others wait again.
 * P3 A worker that ends is replaced until `stop`: immediately if it completed a call, otherwise after a growing delay.
 * P4 A call that exceeds the timeout has failed, and its worker is ended: there is no other way to stop a loop.
 */
export class WorkerPool {
  /** Resolves when every worker has loaded the app. Rejects with AppLoadError when one cannot. */
  readonly loaded: Promise<void>;
  readonly #options: WorkerPoolOptions;
  readonly #slots: Slot[];
  readonly #waiting: Call[] = [];
  readonly #timeouts = new Map<Call, () => void>();
  #lastId = 0;
  #stopping = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, (_, index) => {
      return { index, worker: undefined, exits: 0, reason: undefined };
    });
    this.loaded = Promise.all(this.#slots.map((slot) => this.#firstStart(slot))).then(() => undefined);
    this.loaded.catch(() => undefined); // handled by the caller, which awaits it later
  }

  /**
   * Runs an activity in a worker. This process reads and writes its bindings.
   *
   * Rejects with the function's error, BindingError, WorkerEndedError or FunctionTimeoutError.
   */
  readonly invoke = async (fn: HostFunction, request: ExtendedInvocationRequest): Promise<InvocationResult> => {
    const { inputs, io } = this.#options;
    const { triggerData: _isInInputData, ...rest } = request;
    const data = inputData(fn, request, valuesOf(await io.read(fn, request), inputs));
    const outcome = Promise.withResolvers<InvocationResult>();
    const call = { id: ++this.#lastId, fn: fn.name, request: { ...rest, inputData: data }, isStarted: false, outcome };
    this.#waiting.push(call);
    this.#dispatch();
    const result = await outcome.promise;
    return io.write(fn, request, result) ?? result;
  };

  /** Ends the workers: busy ones immediately, idle ones after the app's `appTerminate` hooks. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const workers = this.#slots.flatMap(({ worker }) => worker ?? []);
    await Promise.all(workers.map((worker) => (worker.idle ? worker.stop(TERMINATE_MS) : worker.kill())));
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
      if (worker?.ready !== true || worker.queued >= MAX_QUEUED) continue;
      if (worker.load < (best?.load ?? Infinity)) best = worker;
    }
    return best;
  }

  // Starting and replacing workers

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
    const message = {
      kind: 'load',
      appDir,
      logLevels,
      inspect: inspect && inspectAddressOf(inspect, slot.index + 1),
    } as const;
    slot.reason = undefined;
    slot.worker = new Worker(message, log, {
      loaded: () => {
        wasLoaded = true;
        loaded();
        this.#dispatch();
      },
      failed: (error) => {
        slot.reason = error.stack;
      },
      started: (call) => {
        this.#startTimeout(slot, call);
        this.#dispatch();
      },
      completed: (call) => {
        slot.exits = 0;
        this.#clearTimeout(call);
      },
      ended: (exitReason, incomplete) => {
        slot.worker = undefined;
        this.#returnCalls(slot, exitReason, incomplete);
        if (wasLoaded) this.#replace(slot, exitReason);
        else failed(slot.reason ?? exitReason);
      },
    });
  }

  #returnCalls(slot: Slot, exitReason: string, incomplete: Call[]): void {
    for (const call of incomplete) this.#clearTimeout(call);
    const reason = slot.reason ?? exitReason;
    for (const call of incomplete.filter(({ isStarted }) => isStarted)) {
      call.outcome.reject(
        new WorkerEndedError(`The worker process that ran ${call.fn} ended before the function did: ${reason}.`),
      );
    }
    this.#waiting.unshift(...incomplete.filter(({ isStarted }) => !isStarted)); // P2
    this.#dispatch();
  }

  /** P3 */
  #replace(slot: Slot, exitReason: string): void {
    if (this.#stopping) return;
    const delayMs = restartDelayMs(slot.exits);
    slot.exits++;
    const when = delayMs === 0 ? 'immediately' : `in ${delayMs / 1_000} s`;
    this.#logError(
      `The worker process ${slot.index + 1} ended: ${slot.reason ?? exitReason}. A new one starts ${when}.`,
    );
    const { clock } = this.#options;
    clock.at(clock.now() + delayMs, () => {
      if (!this.#stopping)
        this.#start(
          slot,
          () => undefined,
          (reason) => this.#replace(slot, reason),
        );
    });
  }

  // Timeouts

  /** P4 */
  #startTimeout(slot: Slot, call: Call): void {
    const { clock, functionTimeoutMs } = this.#options;
    if (functionTimeoutMs === Infinity) return;
    const cancel = clock.at(clock.now() + functionTimeoutMs, () => {
      const took = `${call.fn} took more than ${functionTimeoutMs / 1_000} s ("functionTimeout" in host.json)`;
      call.outcome.reject(new FunctionTimeoutError(`${took}. Its worker process was ended.`));
      slot.reason = took;
      void slot.worker?.kill();
    });
    this.#timeouts.set(call, cancel);
  }

  #clearTimeout(call: Call): void {
    this.#timeouts.get(call)?.();
    this.#timeouts.delete(call);
  }

  #logError(message: string): void {
    this.#options.log.log('error', 'Host.Workers', message);
  }
}
