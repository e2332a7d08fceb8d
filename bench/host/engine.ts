import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSystemClock } from '../../host/clock.js';
import { loadHostJson } from '../../host/config/host-json.js';
import {
  type Clock,
  type DurableExtension,
  type Logger,
  type WebhookRequest,
  type WebhookResponse,
} from '../../host/contracts.js';
import { createDurableExtension } from '../../host/durable/index.js';
import { createLog } from '../../host/log.js';
import { type LoadedApp, loadApp } from '../../host/app/load-app.js';
import { ROOT } from '../../dev/plan.js';
import { pollUntil } from '../../dev/poll.js';

/** Folder of the load app (bench/apps/load.ts). */
export const LOAD_APP = path.join(ROOT, 'bench/apps/load');
const SETTINGS = loadHostJson(LOAD_APP, {}).durableTask;

const NEVER = new AbortController().signal;
const silent: Logger = { log: () => undefined };

let loaded: Promise<LoadedApp> | undefined;

/** An app can be loaded once per process, so all engines share it. */
function loadOnce(): Promise<LoadedApp> {
  const log = createLog({ levels: { default: 'warning' }, format: 'text', fd: process.stderr.fd });
  const clock = createSystemClock();
  return (loaded ??= loadApp({ appDir: LOAD_APP, log, inputs: () => undefined, clock, functionTimeoutMs: Infinity }));
}

/** Runs `work` with a temporary folder, which is deleted afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'longhaul-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

interface EngineOptions {
  /** Can replace the app's functions, for example to measure them. */
  wrap?: (app: LoadedApp) => LoadedApp;
  /** Default: that of the system. */
  clock?: Clock;
}

/** Runs `work` on a separate engine with an empty state file. */
export function withEngine<T>(work: (engine: BenchEngine) => Promise<T>, options?: EngineOptions) {
  return withFolder(async (folder) => {
    const engine = await BenchEngine.open(folder, options);
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  });
}

/** The durable engine without HTTP: requests are passed to the extension, functions run in the real worker. */
export class BenchEngine {
  readonly #extension: DurableExtension;

  private constructor(extension: DurableExtension) {
    this.#extension = extension;
  }

  static async open(
    stateDir: string,
    { wrap = (app) => app, clock = createSystemClock() }: EngineOptions = {},
  ): Promise<BenchEngine> {
    const { functions, invoke } = wrap(await loadOnce());
    const extension = createDurableExtension({
      isOwnStorage: () => true,
      functions,
      invoke,
      stateDir,
      settings: SETTINGS,
      logger: silent,
      clock,
    });
    await extension.start();
    return new BenchEngine(extension);
  }

  close(): Promise<void> {
    return this.#extension.stop(1_000);
  }

  /** Starts an orchestration and resolves when it has completed. */
  async run(name: string, input: unknown): Promise<void> {
    const { status, body } = await this.send('POST', `orchestrators/${name}`, input, 'timeout=600&pollingInterval=1');
    if (status !== 200) throw new Error(`${name} answered ${status}: ${String(body)}`);
  }

  /** Starts an orchestration and resolves when the start is stored. */
  async start(name: string, input?: unknown): Promise<void> {
    const { status, body } = await this.send('POST', `orchestrators/${name}`, input);
    if (status !== 202) throw new Error(`${name} answered ${status}: ${String(body)}`);
  }

  /** Runs `work` `count` times with at most `inFlight` running at a time. */
  static async many(count: number, inFlight: number, work: () => Promise<void>): Promise<void> {
    let left = count;
    const worker = async () => {
      while (left-- > 0) await work();
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
  }

  /** Resolves when no instance is Pending. */
  async allStarted(intervalMs: number): Promise<void> {
    const isDone = async () => {
      const { body } = await this.send('GET', 'instances', undefined, 'runtimeStatus=Pending&top=1');
      return String(body) === '[]' || undefined;
    };
    await pollUntil(isDone, { intervalMs });
  }

  send(method: string, requestPath: string, input?: unknown, query = ''): Promise<WebhookResponse> {
    const body = Buffer.from(input === undefined ? '' : JSON.stringify(input));
    const request: WebhookRequest = {
      method,
      path: requestPath,
      query: new URLSearchParams(query),
      search: query && `?${query}`,
      headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
      body,
      origin: 'http://localhost:7071',
      signal: NEVER,
    };
    return this.#extension.handle(request);
  }
}
