/**
 * The local stack: storage (Azurite), the reference services and the app on its embedded host, each a process, for
 * `npm start`, the demo, the benchmarks and the tests. A part that dies unasked is reported through `onDeath` and not
 * restarted: `npm start` ends then, because a part that comes back by itself would hide why it went.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Part, type PartEvents } from './part.js';
import { PART_NAMES, planStack, type PartName, type Plan, type PlanOptions } from './plan.js';
import { StateFolder } from './state-folder.js';

const START_DEADLINE_MS = 30_000;
const HEALTH_CHECK_MS = 20;

export interface StackOptions extends PlanOptions {
  /** Port of the app; 0, the default, takes a free one. */
  port?: number;
  /** State of the host and of the storage. Default: a temporary folder that goes with the stack. */
  dir?: string;
  /** Start the services with their fault switches. Default: off. */
  faults?: boolean;
  /** Folder of the images. Default: the project's samples. */
  imagesDir?: string;
  /** Further settings of the app. */
  env?: Readonly<Record<string, string>>;
  /** What runs elsewhere, a connection string or a URL each, is not started. */
  external?: { storage?: string; imageProvider?: string; plateReader?: string; bankMapMl?: string };
  /** Folder of the Functions app. Default: this project. Another one need not answer `GET /health`. */
  app?: string;
  /** Further options of the app's host (docs/host.md). */
  hostArgs?: readonly string[];
  /** Each line that a part prints. */
  onLine?: PartEvents['line'];
  /** A part ended unasked; the message holds its last lines. Default: it shows when the part is needed. */
  onDeath?: PartEvents['died'];
  /** Gives up starting, and leaves nothing running. */
  signal?: AbortSignal;
}

export interface Stack {
  readonly url: string;
  readonly imageProvider: { readonly url: string };
  readonly plateReader: { readonly url: string };
  readonly bankMapMl: { readonly url: string };
  readonly storage: { readonly connectionString: string };
  readonly dir: string;
  /** The latest lines of a part's stdout and stderr. */
  log(part: PartName): readonly string[];
  /** The part's process id; undefined while it does not run. */
  pid(part: PartName): number | undefined;
  /** Sends the signal to a part and resolves when it is gone. SIGKILL loses what Azurite has not yet written, up to 5 s. */
  kill(part: PartName, signal: NodeJS.Signals): Promise<void>;
  /** Starts a part again on its port and state, stopping it first if it runs; resolves when it serves. */
  restart(part: PartName): Promise<void>;
  /** Stops everything, the app first. Safe to call again. */
  stop(): Promise<void>;
}

/** Starts everything at once and resolves when all of it serves. On failure nothing is left running. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dir = path.resolve(options.dir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-')));
  const folder = await StateFolder.take(dir);
  const release = () => {
    folder.release();
    if (options.dir === undefined) fs.rmSync(dir, { recursive: true, force: true });
  };
  try {
    const plan = await planStack(dir, options);
    const parts = new Parts(plan, folder, { line: options.onLine ?? ignore, died: options.onDeath ?? ignore });
    const stop = once(() => parts.stop().finally(release));
    await startAll(parts, stop, options);
    return stackOf(plan, dir, parts, stop);
  } catch (cause) {
    release();
    throw cause;
  }
}

async function startAll(parts: Parts, stop: () => Promise<void>, { signal, app }: StackOptions): Promise<void> {
  const giveUp = () => void stop();
  try {
    signal?.throwIfAborted();
    signal?.addEventListener('abort', giveUp, { once: true });
    await parts.start();
    if (app === undefined) await answersHealth(parts.plan.url);
    signal?.throwIfAborted();
  } catch (cause) {
    await stop();
    signal?.throwIfAborted();
    throw cause;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

function stackOf(plan: Plan, dir: string, parts: Parts, stop: () => Promise<void>): Stack {
  return {
    url: plan.url,
    imageProvider: { url: plan.imageProviderUrl },
    plateReader: { url: plan.plateReaderUrl },
    bankMapMl: { url: plan.bankMapMlUrl },
    storage: { connectionString: plan.connectionString },
    dir,
    log: (name) => parts.get(name).log,
    pid: (name) => parts.get(name).pid,
    kill: (name, signal) => parts.get(name).kill(signal),
    restart: (name) => parts.restart(name),
    stop,
  };
}

/** The processes of one stack. */
class Parts {
  private readonly parts: ReadonlyMap<PartName, Part>;

  constructor(
    readonly plan: Plan,
    private readonly folder: StateFolder,
    events: PartEvents,
  ) {
    this.parts = new Map(
      PART_NAMES.flatMap((name) => {
        const spec = plan.specs[name];
        return spec ? [[name, new Part(spec, events)]] : [];
      }),
    );
  }

  get(name: PartName): Part {
    const part = this.parts.get(name);
    if (!part) throw new Error(`This stack does not run its own ${name}.`);
    return part;
  }

  async start(): Promise<void> {
    await Promise.all([...this.parts.values()].map((part) => this.startOne(part)));
  }

  async restart(name: PartName): Promise<void> {
    await this.get(name).stop();
    await this.startOne(this.get(name));
  }

  /** The app goes first, so that it ends its work with what it needs still there. */
  async stop(): Promise<void> {
    await this.parts.get('app')?.stop();
    await Promise.all([...this.parts.values()].map((part) => part.stop()));
  }

  private async startOne(part: Part): Promise<void> {
    const serving = part.start(START_DEADLINE_MS);
    const parts = [...this.parts.values()].flatMap(({ pid }) => pid ?? []);
    const { url, connectionString, specs } = this.plan;
    // Of another's storage we would write down a key.
    this.folder.note({ url, parts, ...(specs.storage && { storage: connectionString }) });
    await serving;
  }
}

/** Resolves when the app says that it and its storage are well. */
async function answersHealth(url: string): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  for (;;) {
    const response = await fetch(`${url}/health`);
    if (response.ok) return;
    const answer = await response.text();
    if (performance.now() > deadline) throw new Error(`The app is not well: ${response.status} ${answer}`);
    await pause(HEALTH_CHECK_MS);
  }
}

function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= run());
}

function ignore(): void {
  // nobody asked
}
