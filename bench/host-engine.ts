import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSystemClock } from '../host/clock.js';
import { type DurableExtension, type DurableSettings, type Logger, type WebhookRequest } from '../host/contracts.js';
import { createDurableExtension } from '../host/durable/index.js';
import { createLog } from '../host/log.js';
import { type LoadedApp, loadApp } from '../host/worker/worker.js';

/** The durable engine without HTTP: requests go straight to the extension, functions through the real worker. */
export interface EngineReport {
  /** Sequences of three activities, started and waited for, at 1 and at 64 in flight. */
  sequence: { inFlight: number; perSecond: number; medianMs: number; p99Ms: number; cpuMicrosPerSequence: number }[];
  fanOut: { activities: number; ms: number };
  /** One orchestration of so many activities, one after another. */
  longSequence: { activities: number; ms: number }[];
  /** A start of the host on a file with so many instances. */
  recovery: { finished: number; unfinished: number; ms: number };
}

const FIXTURE = path.resolve(__dirname, '../test/conformance/fixture-app');

const SETTINGS: DurableSettings = {
  hubName: 'Bench',
  maxConcurrentActivityFunctions: 20,
  maxConcurrentOrchestratorFunctions: 20,
  maxConcurrentEntityFunctions: 20,
  maxEntityOperationBatchSize: 5_000,
  maxOrchestrationActions: 100_000,
  overridableExistingInstanceStates: 'NonRunningStates',
  defaultAsyncRequestSleepTimeMilliseconds: 30_000,
  storeInputsInOrchestrationHistory: false,
  defaultVersion: null,
};

/** @param scale multiplies the amount of work; 1 takes about half a minute */
export async function benchEngine(scale = 1): Promise<EngineReport> {
  const folder = await mkdtemp(path.join(tmpdir(), 'longhaul-bench-'));
  try {
    const app = await loadFixture(folder);
    const bench = new Bench(app, folder);
    await bench.open();
    await bench.sequences(64, 500 * scale); // warm-up
    const sequence = [await bench.sequences(1, 1_000 * scale), await bench.sequences(64, 6_000 * scale)];
    const fanOut = await bench.fanOut(Math.round(2_000 * scale));
    const longSequence = [];
    for (const count of [1_250, 2_500, 5_000]) longSequence.push(await bench.longSequence(Math.round(count * scale)));
    const recovery = await bench.recovery(Math.round(10_000 * scale), Math.round(1_000 * scale));
    await bench.close();
    return { sequence, fanOut, longSequence, recovery };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadFixture(folder: string): Promise<LoadedApp> {
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ main: path.join(FIXTURE, '*.js') }));
  const log = createLog({ levels: { default: 'warning' }, format: 'text', fd: process.stderr.fd });
  const clock = createSystemClock();
  return loadApp({ appDir: folder, log, inputs: () => undefined, clock, functionTimeoutMs: 1_800_000 });
}

const NEVER = new AbortController().signal;
const silent: Logger = { log: () => undefined };

class Bench {
  #extension: DurableExtension;

  constructor(
    private readonly app: LoadedApp,
    private readonly folder: string,
  ) {
    this.#extension = this.#create();
  }

  #create(): DurableExtension {
    const { functions, invoke } = this.app;
    const clock = createSystemClock();
    return createDurableExtension({
      functions,
      invoke,
      stateDir: this.folder,
      settings: SETTINGS,
      logger: silent,
      clock,
    });
  }

  open(): Promise<void> {
    return this.#extension.start();
  }

  close(): Promise<void> {
    return this.#extension.stop(1_000);
  }

  async sequences(inFlight: number, count: number): Promise<EngineReport['sequence'][number]> {
    const times: number[] = [];
    let left = count;
    const worker = async () => {
      while (left-- > 0) {
        const begin = performance.now();
        await this.#run('sequence', 'x');
        times.push(performance.now() - begin);
      }
    };
    const cpu = process.cpuUsage();
    const begin = performance.now();
    await Promise.all(Array.from({ length: inFlight }, worker));
    const seconds = (performance.now() - begin) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    times.sort((a, b) => a - b);
    return {
      inFlight,
      perSecond: round(count / seconds),
      medianMs: round(times[count >> 1] ?? 0),
      p99Ms: round(times[Math.floor(count * 0.99)] ?? 0),
      cpuMicrosPerSequence: round((user + system) / count),
    };
  }

  async fanOut(activities: number): Promise<EngineReport['fanOut']> {
    return { activities, ms: await timed(() => this.#run('fanOut', activities)) };
  }

  async longSequence(activities: number): Promise<EngineReport['longSequence'][number]> {
    return { activities, ms: await timed(() => this.#run('longSequence', activities)) };
  }

  async recovery(finished: number, unfinished: number): Promise<EngineReport['recovery']> {
    await this.sequences(64, finished);
    for (let index = 0; index < unfinished; index++) await this.#send('POST', 'orchestrators/waits', undefined);
    await this.close();
    this.#extension = this.#create();
    return { finished, unfinished, ms: await timed(() => this.open()) };
  }

  async #run(name: string, input: unknown): Promise<void> {
    const { status, body } = await this.#send('POST', `orchestrators/${name}`, input, 'timeout=600&pollingInterval=1');
    if (status !== 200) throw new Error(`${name} answered ${status}: ${String(body)}`);
  }

  #send(method: string, requestPath: string, input: unknown, query = '') {
    const request: WebhookRequest = {
      method,
      path: requestPath,
      query: new URLSearchParams(query),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(input === undefined ? '' : JSON.stringify(input)),
      origin: 'http://localhost:7071',
      signal: NEVER,
    };
    return this.#extension.handle(request);
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return round(performance.now() - begin);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

if (require.main === module) {
  void benchEngine(Number(process.argv[2] ?? 1)).then((report) => console.log(JSON.stringify(report, null, 2)));
}
