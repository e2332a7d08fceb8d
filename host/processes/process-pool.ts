import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type QueueSettings } from '../config/queue-settings.js';
import { type Clock, type HostFunction, type InvocationResult } from '../contracts.js';
import { type InspectAddress, inspectAddressOf } from '../process/inspector.js';
import { type HostLog, type LogThreshold } from '../log.js';
import { AppLoadError } from '../app/errors.js';
import { FunctionTimeoutError, type ExtendedInvocationRequest } from '../app/invoker.js';
import { restartDelayMs } from '../waiting.js';
import { AppProcess, type Call } from './app-process.js';
import { encodeTrigger } from './durable-data.js';
import { type LoadMessage } from './protocol.js';

/** What the pool needs to load the app in its processes. */
interface ProcessPoolOptions {
  count: number;
  appDir: string;
  /** Existing folder; its file `processes.json` lists the process ids. */
  stateDir: string;
  log: HostLog;
  logLevels: Record<string, LogThreshold>;
  queues: QueueSettings;
  routePrefix: string;
  clock: Clock;
  /** How long an invocation may take, in ms; Infinity for no limit. */
  functionTimeoutMs: number;
  inspect: InspectAddress | undefined;
  /** Called when an output binding has sent a message to a queue. */
  onSent: (queueUrl: string) => void;
  /** Called with each file that is loaded as code. */
  onFileLoaded: ((file: string) => void) | undefined;
}

/** The processes of an invocation ended before the function did. */
class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';
}

/** A place in the pool and its current process. */
interface Slot {
  readonly index: number;
  process: AppProcess | undefined;
  /** Exits since the last completed call; they determine the delay before the next start. */
  exits: number;
  /** Why the pool ends the process; undefined when it does not. */
  reason: string | undefined;
}

/** Calls that are sent to a process in advance: it never idles, and all others can still go to another process. */
const MAX_QUEUED = 1;
/** Time for the `appTerminate` hooks, independent of the host's grace period. */
const TERMINATE_MS = 1_000;
/** A function during which so many processes end by themselves has failed: it would end all of them, one by one. */
const MAX_ENDED_PROCESSES = 3;
/** The exit reason of a process that was killed from outside: its function is not the cause. */
const KILLED = 'signal SIGKILL';

/**
 * The processes of the app, `--processes` (docs/host.md): each loads the whole app, and every invocation and request
 * goes to any of them.
 *
 * P1 A call waits in `#waiting`, or is sent to one process, or is completed.
 * P2 When a process ends, its calls wait again and go to another one, started ones too, as a message comes back on Azure
 *    after its visibility time-out. A call whose processes keep ending by themselves fails.
 * P3 A process that ends is replaced until `stop`: immediately if it completed a call, otherwise after a growing delay.
 * P4 A call that exceeds the timeout has failed, and its process is ended: there is no other way to stop a loop.
 */
export class ProcessPool {
  /** Resolves with the app's functions when every process has loaded the app. Rejects with AppLoadError. */
  readonly loaded: Promise<readonly HostFunction[]>;
  /** What requests to the processes' ports must contain. */
  readonly token = randomUUID();
  readonly #options: ProcessPoolOptions;
  readonly #slots: Slot[];
  readonly #waiting: Call[] = [];
  /** Requests that wait for a process. */
  #waitingRequests: ((process: AppProcess) => void)[] = [];
  readonly #timeouts = new Map<Call, () => void>();
  #clientBinding: string | undefined;
  /** Index of the slot that gets the next call when all are equally busy. */
  #turn = 0;
  #lastId = 0;
  #stopping = false;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, (_, index) => {
      return { index, process: undefined, exits: 0, reason: undefined };
    });
    this.loaded = Promise.all(this.#slots.map((slot) => this.#firstStart(slot))).then(([functions = []]) => functions);
    this.loaded.catch(() => undefined); // handled by the caller, which awaits it later
  }

  /** Sets the value of the durable client's binding. Call it before the first invocation. */
  setClient(binding: string): void {
    this.#clientBinding = binding;
    for (const { process } of this.#slots) process?.send({ kind: 'client', binding });
  }

  /**
   * Runs a function in one of the processes.
   *
   * Rejects with the function's error, BindingError, ProcessEndedError or FunctionTimeoutError.
   */
  readonly invoke = (fn: HostFunction, request: ExtendedInvocationRequest): Promise<InvocationResult> => {
    const { triggerValue, decorate: _, ...rest } = request;
    const trigger = triggerValue === undefined ? {} : { trigger: encodeTrigger(Object(triggerValue) as object) };
    const outcome = Promise.withResolvers<InvocationResult>();
    const sent = { ...rest, ...trigger };
    this.#waiting.push({
      id: ++this.#lastId,
      fn: fn.name,
      request: sent,
      isStarted: false,
      endedProcesses: 0,
      outcome,
    });
    this.#dispatch();
    return outcome.promise;
  };

  /** Resolves with the process that gets the next request. */
  forRequest(): Promise<AppProcess> {
    const process = this.#leastBusy(() => true);
    return process ? Promise.resolve(process) : new Promise((resolve) => this.#waitingRequests.push(resolve));
  }

  /** Ends a process in which a request exceeded the timeout (P4). */
  timeOutRequest(process: AppProcess, fn: string): FunctionTimeoutError {
    const slot = this.#slots.find((candidate) => candidate.process === process);
    return this.#timeOut(slot, fn);
  }

  endEventStreams(): void {
    for (const { process } of this.#slots) process?.send({ kind: 'endEventStreams' });
  }

  /** Ends the processes: busy ones immediately, idle ones after the app's `appTerminate` hooks. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const processes = this.#slots.flatMap(({ process }) => process ?? []);
    await Promise.all(processes.map((process) => (process.idle ? process.stop(TERMINATE_MS) : process.kill())));
    if (this.#slots.length > 0) rmSync(this.#listFile, { force: true });
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const process = this.#leastBusy(({ queued }) => queued < MAX_QUEUED);
      const call = process && this.#waiting.shift();
      if (call === undefined) return;
      process?.run(call);
    }
  }

  /** The ready process with the least work. Equally busy ones take turns, so that work does not stay in one process. */
  #leastBusy(accepts: (process: AppProcess) => boolean): AppProcess | undefined {
    let best: AppProcess | undefined;
    let next = this.#turn;
    for (let offset = 0; offset < this.#slots.length; offset++) {
      const index = (this.#turn + offset) % this.#slots.length;
      const process = this.#slots[index]?.process;
      if (process?.ready !== true || !accepts(process) || process.load >= (best?.load ?? Infinity)) continue;
      best = process;
      next = index + 1;
    }
    this.#turn = next;
    return best;
  }

  // Starting and replacing processes

  #firstStart(slot: Slot): Promise<HostFunction[]> {
    return new Promise((resolve, reject) => {
      this.#start(slot, { isFirst: slot.index === 0, loaded: resolve }, (reason) => {
        reject(new AppLoadError(`A process could not load the app: ${reason}`));
      });
    });
  }

  #start(
    slot: Slot,
    { isFirst, loaded }: { isFirst: boolean; loaded: (functions: HostFunction[]) => void },
    failed: (reason: string) => void,
  ): void {
    const { log } = this.#options;
    let wasLoaded = false;
    slot.reason = undefined;
    const process = new AppProcess(this.#loadMessage(slot, isFirst), log, {
      loaded: (functions) => {
        wasLoaded = true;
        loaded(functions);
        this.#serveWaiting(process);
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
      sentToQueue: this.#options.onSent,
      fileLoaded: (file) => this.#options.onFileLoaded?.(file),
      ended: (exitReason, incomplete) => {
        slot.process = undefined;
        this.#listProcesses();
        this.#returnCalls(slot, exitReason, incomplete);
        if (wasLoaded) this.#replace(slot, exitReason);
        else failed(slot.reason ?? exitReason);
      },
    });
    slot.process = process;
    if (this.#clientBinding !== undefined) process.send({ kind: 'client', binding: this.#clientBinding });
    this.#listProcesses();
  }

  #loadMessage({ index }: Slot, isFirst: boolean): LoadMessage {
    const { appDir, logLevels, inspect, queues, routePrefix, onFileLoaded } = this.#options;
    return {
      kind: 'load',
      ...{ appDir, logLevels, queues, routePrefix, token: this.token, isFirst },
      reportsFiles: onFileLoaded !== undefined,
      inspect: inspect && { ...inspectAddressOf(inspect, index + 1), brk: inspect.brk && isFirst },
    };
  }

  #serveWaiting(process: AppProcess): void {
    const requests = this.#waitingRequests;
    this.#waitingRequests = [];
    for (const resolve of requests) resolve(process);
    this.#dispatch();
  }

  /** P2 */
  #returnCalls(slot: Slot, exitReason: string, incomplete: Call[]): void {
    const reason = slot.reason ?? exitReason;
    for (const call of incomplete) {
      this.#clearTimeout(call);
      if (call.isStarted && exitReason !== KILLED) call.endedProcesses++;
      call.isStarted = false;
    }
    const failed = incomplete.filter(({ endedProcesses }) => endedProcesses >= MAX_ENDED_PROCESSES);
    for (const { fn, outcome } of failed) {
      const times = `${MAX_ENDED_PROCESSES} times`;
      outcome.reject(
        new ProcessEndedError(`The process that ran ${fn} ended before the function did, ${times}: ${reason}.`),
      );
    }
    this.#waiting.unshift(...incomplete.filter((call) => !failed.includes(call)));
    this.#dispatch();
  }

  /** P3 */
  #replace(slot: Slot, exitReason: string): void {
    if (this.#stopping) return;
    const delayMs = restartDelayMs(slot.exits);
    slot.exits++;
    const when = delayMs === 0 ? 'immediately' : `in ${delayMs / 1_000} s`;
    this.#logError(`The process ${slot.index + 1} ended: ${slot.reason ?? exitReason}. A new one starts ${when}.`);
    const { clock } = this.#options;
    clock.at(clock.now() + delayMs, () => {
      if (this.#stopping) return;
      const start = { isFirst: false, loaded: () => undefined };
      this.#start(slot, start, (reason) => this.#replace(slot, reason));
    });
  }

  /** Writes the process ids, in the order of the processes; null for one that does not run. */
  #listProcesses(): void {
    if (this.#stopping) return;
    const ids = this.#slots.map(({ process }) => process?.pid ?? null);
    const written = `${this.#listFile}.new`; // a reader never sees a file that is half written
    writeFileSync(written, JSON.stringify(ids));
    renameSync(written, this.#listFile);
  }

  get #listFile(): string {
    return path.join(this.#options.stateDir, 'processes.json');
  }

  // Timeouts

  /** P4 */
  #startTimeout(slot: Slot, call: Call): void {
    const { clock, functionTimeoutMs } = this.#options;
    if (functionTimeoutMs === Infinity) return;
    const cancel = clock.at(clock.now() + functionTimeoutMs, () => {
      slot.process?.abandon(call);
      call.outcome.reject(this.#timeOut(slot, call.fn));
    });
    this.#timeouts.set(call, cancel);
  }

  #timeOut(slot: Slot | undefined, fn: string): FunctionTimeoutError {
    const took = `${fn} took more than ${this.#options.functionTimeoutMs / 1_000} s ("functionTimeout" in host.json)`;
    if (slot !== undefined) slot.reason = took;
    void slot?.process?.kill();
    return new FunctionTimeoutError(`${took}. Its process was ended.`);
  }

  #clearTimeout(call: Call): void {
    this.#timeouts.get(call)?.();
    this.#timeouts.delete(call);
  }

  #logError(message: string): void {
    this.#options.log.log('error', 'Host.Processes', message);
  }
}
