/**
 * The local stack: storage (Azurite), the reference services and the app on its embedded host, each a process, for
 * `npm start`, the demo, the benchmarks and the tests. A part that ends by itself is reported through `onCrash`. Only
 * `npm start` starts it again (`restarts`): elsewhere that would hide the cause.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Part, type PartEvents, type PartSpec } from './part.js';
import { PART_NAMES, planStack, type PartName, type Plan, type PlanOptions } from './plan.js';
import { pollUntil } from './poll.js';
import { isRunning } from './processes.js';
import { Restarts } from './restarts.js';
import { StateFolder } from './state-folder.js';
import { waitForStorage } from './storage-wait.js';

/** Longest time until a part serves, ms: also on a machine with other work. */
const START_DEADLINE_MS = 120_000;
const HEALTH_INTERVAL_MS = 20;
const PROCESS_INTERVAL_MS = 10;
/** When an app that serves but is not healthy is reported, ms, and again. */
const HEALTH_REPORT_MS = 2_000;
const HEALTH_REPORTS_MS = 5_000;
/** Entries of the state folder without which the stack has lost its data. */
const DATA = ['azurite', 'durable.sqlite'];

export interface StackOptions extends PlanOptions {
  /** State of the host and of the storage. Default: a temporary folder, deleted when the stack stops. */
  dir?: string;
  /** Called with each line that a part prints. */
  onLine?: PartEvents['line'];
  /** Called when a part serves, also when it does again. */
  onServing?: (part: PartSpec) => void;
  /** Called when something delays the start, or when a part is started again. Default: ignored. */
  onNotice?: (message: string) => void;
  /**
   * Called when the stack cannot go on: a part ended by itself, and the message has its last lines; or the state folder
   * was deleted. Default: ignored.
   */
  onCrash?: (message: string) => void;
  /**
   * Starts a part again that ends by itself, until it did so five times in a minute, and waits for an external storage
   * without a limit. Default: off.
   */
  restarts?: boolean;
  /** How long a part may take until it serves, and the app until it is healthy, ms. Default: 30 s. */
  startTimeoutMs?: number;
  /** Cancels the start; everything that was started is stopped. */
  signal?: AbortSignal;
}

export interface Stack {
  readonly url: string;
  readonly imageProvider: { readonly url: string };
  readonly plateReader: { readonly url: string };
  readonly bankMapMl: { readonly url: string };
  readonly analyzer: { readonly url: string };
  readonly storage: { readonly connectionString: string };
  readonly dir: string;
  /** The latest lines of a part's stdout and stderr. */
  log(part: PartName): readonly string[];
  /** The part's process ID; undefined while it does not run. */
  pid(part: PartName): number | undefined;
  /** Sends the signal and resolves when the part has ended. SIGKILL loses up to 5 s of writes to Azurite. */
  kill(part: PartName, signal: NodeJS.Signals): Promise<void>;
  /**
   * Kills one of the processes of the app (`processes`), by its index from 0, with SIGKILL, and resolves when it has
   * ended. The host starts a new one immediately; until that one has loaded the app, the others do its work.
   * `restarted` of the result resolves with the process ID of the new one as soon as it has been started.
   */
  killProcess(index: number): Promise<{ restarted: Promise<number> }>;
  /** The process IDs of the processes of the app, by index; null for one that does not run. */
  processes(): readonly (number | null)[];
  /** Starts a part again on its port and state, stopping it first if it runs; resolves when it serves. */
  restart(part: PartName): Promise<void>;
  /** Stops everything, the app first. Safe to call again. */
  stop(): Promise<void>;
}

/** Starts all parts in parallel and resolves when all of them serve. On failure no process is left. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dir = path.resolve(options.dir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-')));
  const folder = await StateFolder.lock(dir);
  const release = () => {
    folder.release();
    if (options.dir === undefined) fs.rmSync(dir, { recursive: true, force: true });
  };
  try {
    const plan = await planStack(dir, options);
    const parts = new Parts(plan, folder, options);
    const stop = once(() => parts.stop().finally(release));
    await startAll(parts, stop, options);
    folder.watch(DATA, (entry) => {
      options.onCrash?.(
        `The state folder ${dir} was deleted or replaced while the stack used it (${entry}). What it held is lost. ` +
          'The stack stops; start it again.',
      );
    });
    return stackOf(plan, dir, parts, stop);
  } catch (cause) {
    release();
    throw cause;
  }
}

async function startAll(parts: Parts, stop: () => Promise<void>, options: StackOptions): Promise<void> {
  const { signal, app } = options;
  const cancel = () => void stop();
  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', cancel, { once: true });
    await parts.start();
    if (app === undefined) await waitForHealth(parts.plan.url, options);
    signal?.throwIfAborted();
  } catch (cause) {
    await stop();
    signal?.throwIfAborted();
    throw cause;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function stackOf(plan: Plan, dir: string, parts: Parts, stop: () => Promise<void>): Stack {
  return {
    url: plan.url,
    imageProvider: { url: plan.imageProviderUrl },
    plateReader: { url: plan.plateReaderUrl },
    bankMapMl: { url: plan.bankMapMlUrl },
    analyzer: { url: plan.analyzerUrl },
    storage: { connectionString: plan.connectionString },
    dir,
    log: (name) => parts.get(name).log,
    pid: (name) => parts.get(name).pid,
    kill: (name, signal) => parts.get(name).kill(signal),
    killProcess: (index) => killProcess(dir, index),
    processes: () => readProcesses(dir),
    restart: (name) => parts.restart(name),
    stop,
  };
}

/** Reads the list that the host writes (host/processes/process-pool.ts). */
function readProcesses(dir: string): (number | null)[] {
  const file = path.join(dir, 'processes.json');
  return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as (number | null)[]) : [];
}

async function killProcess(dir: string, index: number): Promise<{ restarted: Promise<number> }> {
  const pid = readProcesses(dir)[index];
  if (typeof pid !== 'number') throw new Error(`The app has no running process ${index}.`);
  process.kill(pid, 'SIGKILL');
  const until = <T>(read: () => T | undefined, what: string) =>
    pollUntil(() => Promise.resolve(read()), {
      intervalMs: PROCESS_INTERVAL_MS,
      timeoutMs: START_DEADLINE_MS,
      timeoutError: () => new Error(`${what} of process ${index} of the app took too long.`),
    });
  await until(() => !isRunning(pid) || undefined, 'The end');
  const restarted = until(() => {
    const next = readProcesses(dir)[index] ?? pid;
    return next === pid ? undefined : next;
  }, 'The restart');
  restarted.catch(() => undefined); // a caller that does not wait for it stops the stack before
  return { restarted };
}

/** The processes of one stack. */
class Parts {
  readonly #parts: ReadonlyMap<PartName, Part>;
  readonly #folder: StateFolder;
  readonly #options: StackOptions;
  readonly #restarts: Restarts;
  readonly #stopped = new AbortController();

  constructor(
    readonly plan: Plan,
    folder: StateFolder,
    options: StackOptions,
  ) {
    const { onLine = ignore, onNotice = ignore, onCrash = ignore } = options;
    this.#folder = folder;
    this.#options = options;
    this.#restarts = new Restarts({
      start: (part) => this.#startOne(part),
      notice: onNotice,
      gaveUp: onCrash,
      stopped: this.#stopped.signal,
    });
    const died = (part: Part, how: string) => {
      if (options.restarts) void this.#restarts.died(part, how);
      else onCrash(part.describe(how));
    };
    this.#parts = new Map(
      PART_NAMES.flatMap((name): [PartName, Part][] => {
        const spec = plan.specs[name];
        return spec ? [[name, new Part(spec, { line: onLine, died })]] : [];
      }),
    );
  }

  get(name: PartName): Part {
    const part = this.#parts.get(name);
    if (!part) throw new Error(`This stack does not run its own ${name}.`);
    return part;
  }

  async start(): Promise<void> {
    await Promise.all(
      [...this.#parts].map(async ([name, part]) => {
        if (name === 'app') await this.#externalStorage();
        await this.#startOne(part);
      }),
    );
  }

  async restart(name: PartName): Promise<void> {
    await this.get(name).stop();
    await this.#startOne(this.get(name));
  }

  /** The app stops first, while the parts that it depends on still run. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#parts.get('app')?.stop();
    await Promise.all([...this.#parts.values()].map((part) => part.stop()));
  }

  async #externalStorage(): Promise<void> {
    const { externalStorage } = this.plan;
    if (!externalStorage) return;
    const { onNotice = ignore, restarts } = this.#options;
    const timeoutMs = restarts ? Infinity : START_DEADLINE_MS;
    const { signal } = this.#stopped;
    await waitForStorage(externalStorage, { onWaiting: onNotice, timeoutMs, signal });
  }

  async #startOne(part: Part): Promise<void> {
    const serving = part.start(this.#options.startTimeoutMs ?? START_DEADLINE_MS);
    const parts = [...this.#parts.values()].flatMap(({ pid }) => pid ?? []);
    const { url, connectionString, specs } = this.plan;
    // The connection string of an external storage contains a secret key and is not written to disk.
    this.#folder.storeUser({ url, parts, ...(specs.storage && { storage: connectionString }) });
    await serving;
    this.#options.onServing?.(part.spec);
  }
}

/** Resolves when `GET /health` reports that the app and its storage are healthy. */
async function waitForHealth(
  url: string,
  { onNotice = ignore, startTimeoutMs = START_DEADLINE_MS }: StackOptions,
): Promise<void> {
  let last = '';
  let report = performance.now() + HEALTH_REPORT_MS;
  const isHealthy = async () => {
    const response = await fetch(`${url}/health`);
    last = `${response.status} ${await response.text()}`;
    if (response.ok) return true;
    if (performance.now() > report) {
      report = performance.now() + HEALTH_REPORTS_MS;
      onNotice(`the app is not healthy yet: GET ${url}/health answered ${last}`);
    }
    return undefined;
  };
  await pollUntil(isHealthy, {
    intervalMs: HEALTH_INTERVAL_MS,
    timeoutMs: startTimeoutMs,
    timeoutError: () => new Error(`The app is not healthy: GET ${url}/health answered ${last}`),
  });
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= run());
}

function ignore(): void {
  // no listener
}
