/**
 * The local stack: storage (Azurite), the reference services and the app on its embedded host, each a process, for
 * `npm start`, the demo, the benchmarks and the tests. A part that ends by itself is reported through `onCrash` and not
 * restarted: an automatic restart would hide the cause.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Part, type PartEvents } from './part.js';
import { PART_NAMES, planStack, type PartName, type Plan, type PlanOptions } from './plan.js';
import { pollUntil } from './poll.js';
import { isRunning } from './processes.js';
import { StateFolder } from './state-folder.js';

const START_DEADLINE_MS = 30_000;
const HEALTH_INTERVAL_MS = 20;
const PROCESS_INTERVAL_MS = 10;

export interface StackOptions extends PlanOptions {
  /** State of the host and of the storage. Default: a temporary folder, deleted when the stack stops. */
  dir?: string;
  /** Called with each line that a part prints. */
  onLine?: PartEvents['line'];
  /** Called when a part ended by itself; the message contains its last lines. Default: ignored. */
  onCrash?: PartEvents['crashed'];
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
    const parts = new Parts(plan, folder, { line: options.onLine ?? ignore, crashed: options.onCrash ?? ignore });
    const stop = once(() => parts.stop().finally(release));
    await startAll(parts, stop, options);
    return stackOf(plan, dir, parts, stop);
  } catch (cause) {
    release();
    throw cause;
  }
}

async function startAll(parts: Parts, stop: () => Promise<void>, { signal, app }: StackOptions): Promise<void> {
  const cancel = () => void stop();
  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', cancel, { once: true });
    await parts.start();
    if (app === undefined) await waitForHealth(parts.plan.url);
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

  constructor(
    readonly plan: Plan,
    folder: StateFolder,
    events: PartEvents,
  ) {
    this.#folder = folder;

    this.#parts = new Map(
      PART_NAMES.flatMap((name) => {
        const spec = plan.specs[name];
        return spec ? [[name, new Part(spec, events)]] : [];
      }),
    );
  }

  get(name: PartName): Part {
    const part = this.#parts.get(name);
    if (!part) throw new Error(`This stack does not run its own ${name}.`);
    return part;
  }

  async start(): Promise<void> {
    await Promise.all([...this.#parts.values()].map((part) => this.#startOne(part)));
  }

  async restart(name: PartName): Promise<void> {
    await this.get(name).stop();
    await this.#startOne(this.get(name));
  }

  /** The app stops first, while the parts that it depends on still run. */
  async stop(): Promise<void> {
    await this.#parts.get('app')?.stop();
    await Promise.all([...this.#parts.values()].map((part) => part.stop()));
  }

  async #startOne(part: Part): Promise<void> {
    const serving = part.start(START_DEADLINE_MS);
    const parts = [...this.#parts.values()].flatMap(({ pid }) => pid ?? []);
    const { url, connectionString, specs } = this.plan;
    // The connection string of an external storage contains a secret key and is not written to disk.
    this.#folder.storeUser({ url, parts, ...(specs.storage && { storage: connectionString }) });
    await serving;
  }
}

/** Resolves when `GET /health` reports that the app and its storage are healthy. */
async function waitForHealth(url: string): Promise<void> {
  let last = '';
  const isHealthy = async () => {
    const response = await fetch(`${url}/health`);
    last = `${response.status} ${await response.text()}`;
    return response.ok || undefined;
  };
  await pollUntil(isHealthy, {
    intervalMs: HEALTH_INTERVAL_MS,
    timeoutMs: START_DEADLINE_MS,
    timeoutError: () => new Error(`The app is not healthy: ${last}`),
  });
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= run());
}

function ignore(): void {
  // no listener
}
