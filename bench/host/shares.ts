import { PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { type LoadedApp } from '../../host/worker/worker.js';
import { type Figure, median } from '../figures.js';
import { type BenchEngine, withEngine } from './engine.js';

const STEPS = [1_250, 2_500, 5_000];
const RUNS = 3;
/** For twice the steps. */
const LARGEST_GROWTH = 2.2;

interface Shares {
  /** Milliseconds on the main thread: in the library, in the host, and collecting garbage (whose it is nobody can say). */
  library: number;
  host: number;
  garbage: number;
}

/**
 * Who works how much in a long sequence. The library replays the whole history at each step, so its share grows with
 * the square of the steps; the host's own must grow with the steps.
 */
export function measureShares(): Promise<Figure[]> {
  const meter = new Meter();
  return withEngine(
    async (engine) => {
      await engine.run('chain', 1_000); // warm-up
      const shares: Shares[] = [];
      for (const steps of STEPS) shares.push(await sharesOf(engine, meter, steps));
      meter.stop();
      return figuresOf(shares);
    },
    (app) => meter.wrap(app),
  );
}

/** The median of each share: the runs differ by what else the machine does. */
async function sharesOf(engine: BenchEngine, meter: Meter, steps: number): Promise<Shares> {
  const runs: Shares[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await meter.measure(() => engine.run('chain', steps)));
  const middle = (share: keyof Shares) => median(runs.map((one) => one[share]));
  return { library: middle('library'), host: middle('host'), garbage: middle('garbage') };
}

function figuresOf(shares: readonly Shares[]): Figure[] {
  return shares.flatMap(({ library, host, garbage }, index) => {
    const before = shares[index - 1];
    const growth = { name: '  host, for twice the steps', unit: '×', target: { atMost: LARGEST_GROWTH } };
    return [
      { name: `sequence of ${STEPS[index] ?? 0}: the library's replay`, value: library, unit: 'ms' },
      { name: '  the host', value: host, unit: 'ms' },
      { name: '  collecting garbage', value: garbage, unit: 'ms' },
      ...(before === undefined ? [] : [{ ...growth, value: host / before.host }]),
    ];
  });
}

/** Books the time of the main thread. One orchestration at a time: all that an invocation awaits is its own. */
class Meter {
  #library = 0;
  #collections: PerformanceEntry[] = [];
  #windows: { start: number; end: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => this.#collections.push(...list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Times what runs inside the orchestrator functions, the library with them. */
  wrap(app: LoadedApp): LoadedApp {
    const functions = app.functions.map((fn) => {
      if (fn.trigger.type !== 'orchestrationTrigger') return fn;
      const callback: typeof fn.callback = async (...given) => {
        const cpu = process.threadCpuUsage();
        const start = performance.now();
        try {
          return (await fn.callback(...given));
        } finally {
          const { user, system } = process.threadCpuUsage(cpu);
          this.#library += (user + system) / 1_000;
          this.#windows.push({ start, end: performance.now() });
        }
      };
      return { ...fn, callback };
    });
    return { ...app, functions };
  }

  async measure(work: () => Promise<void>): Promise<Shares> {
    await this.#flush();
    this.#reset();
    const cpu = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(cpu);
    await this.#flush();
    const inside = this.#garbage(true);
    const outside = this.#garbage(false);
    const total = (user + system) / 1_000;
    return {
      library: this.#library - inside,
      host: total - this.#library - outside,
      garbage: inside + outside,
    };
  }

  #reset(): void {
    this.#library = 0;
    this.#collections = [];
    this.#windows = [];
  }

  /** Milliseconds of the collections that came while an orchestrator function ran, or while none did. */
  #garbage(inLibrary: boolean): number {
    let at = 0;
    let sum = 0;
    for (const { startTime, duration } of this.#collections.toSorted((a, b) => a.startTime - b.startTime)) {
      while ((this.#windows[at]?.end ?? Infinity) < startTime) at++;
      const isInside = (this.#windows[at]?.start ?? Infinity) <= startTime;
      if (isInside === inLibrary) sum += duration;
    }
    return sum;
  }

  /** Collections are told of in a later turn of the event loop. */
  async #flush(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.#collections.push(...this.#observer.takeRecords());
  }

  stop(): void {
    this.#observer.disconnect();
  }
}
