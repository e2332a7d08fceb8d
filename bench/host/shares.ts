import { PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { type LoadedApp } from '../../host/app/load-app.js';
import { type Figure } from '../figures.js';
import { type BenchEngine, withEngine } from './engine.js';

const MAX_STEPS = 5_000;
const STEPS = [MAX_STEPS / 4, MAX_STEPS / 2, MAX_STEPS];
const WARM_UP_RUNS = 8;
/** Fewer passes where the replay runs too, because it takes long. */
const PASSES = { withReplay: 3, alone: 9 };
/** The target for the growth when the number of steps doubles. */
const MAX_GROWTH = 2.2;

/** Milliseconds of wall time; the process does not wait here. The CPU time of a thread has too coarse a resolution. */
interface Shares {
  library: number;
  host: number;
  /** Garbage collection, which cannot be assigned to either. */
  garbage: number;
}

const SHARES = ['library', 'host', 'garbage'] as const;

/**
 * Time shares of the library, the host and the garbage collection in a long sequence. The library replays the whole
 * history at each step, so its share grows with the square of the steps; the host's share must grow linearly. The host
 * is measured twice: with the replay, which slows it down, and with a stub of the library that only schedules the next
 * activity.
 */
export async function measureShares(): Promise<Figure[]> {
  const meter = new Meter();
  const withReplay = await withEngine((engine) => sharesOf(engine, meter, PASSES.withReplay), {
    wrap: (app) => mapOrchestrators(app, (callback) => meter.timed(callback)),
  });
  const alone = await withEngine((engine) => sharesOf(engine, meter, PASSES.alone), {
    wrap: (app) => mapOrchestrators(app, () => meter.timed(stubOrchestrator())),
  });
  meter.stop();
  return [
    ...figuresOf("the library's replay", 'library', withReplay),
    ...figuresOf('collecting garbage', 'garbage', withReplay),
    ...figuresOf('the host beside the replay', 'host', withReplay, { atMost: MAX_GROWTH }),
    ...figuresOf('the host alone', 'host', alone, { atMost: MAX_GROWTH }),
  ];
}

/**
 * The mean of several runs per length, with the same total number of steps for each. A minimum or median would leave
 * out rare work, such as a checkpoint of the state file.
 */
async function sharesOf(engine: BenchEngine, meter: Meter, passes: number): Promise<Shares[]> {
  for (let run = 0; run < WARM_UP_RUNS; run++) await engine.run('chain', STEPS[0]);
  const sums = STEPS.map((): Shares => ({ library: 0, host: 0, garbage: 0 }));
  for (let pass = 0; pass < passes; pass++) {
    for (const [index, steps] of STEPS.entries()) {
      const runs = MAX_STEPS / steps;
      for (let run = 0; run < runs; run++) {
        const shares = await meter.measure(() => engine.run('chain', steps));
        const sum = sums[index];
        if (sum) for (const share of SHARES) sum[share] += shares[share] / (runs * passes);
      }
    }
  }
  return sums;
}

function figuresOf(name: string, share: keyof Shares, shares: readonly Shares[], target?: Figure['target']): Figure[] {
  return shares.flatMap((of, index) => {
    const before = shares[index - 1]?.[share];
    const figure = { name: `${name}, sequence of ${STEPS[index] ?? 0}`, value: of[share], unit: 'ms' };
    if (before === undefined) return [figure];
    return [figure, { name: '  for twice the steps', value: of[share] / before, unit: '×', ...(target && { target }) }];
  });
}

type Callback = LoadedApp['functions'][number]['callback'];

function mapOrchestrators(app: LoadedApp, change: (callback: Callback) => Callback): LoadedApp {
  const functions = app.functions.map((fn) =>
    fn.trigger.type === 'orchestrationTrigger' ? { ...fn, callback: change(fn.callback) } : fn,
  );
  return { ...app, functions };
}

interface Trigger {
  input: number;
  history: { TaskScheduledId?: number }[];
}

/** Returns what the library returns for `chain`, without a replay: one more action per result (host contract, 6.4). */
function stubOrchestrator(): Callback {
  let actions: object[] = [];
  return (trigger) => {
    const { input: steps, history } = trigger as Trigger;
    const done = (history.at(-1)?.TaskScheduledId ?? -1) + 1;
    if (done === 0) actions = [];
    const isDone = done === steps;
    if (!isDone) actions.push({ actionType: 0, functionName: 'addOne', input: done });
    return { isDone, actions: [actions], schemaVersion: 3, ...(isDone && { output: done }) };
  };
}

/** Measures the time of the main thread. Only one orchestration runs at a time, so that awaited time is its own. */
class Meter {
  #library = 0;
  #collections: PerformanceEntry[] = [];
  #windows: { start: number; end: number }[] = [];
  readonly #observer = new PerformanceObserver((list) => this.#collections.push(...list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  timed(callback: Callback): Callback {
    return async (...args) => {
      const start = performance.now();
      try {
        return await callback(...args);
      } finally {
        const end = performance.now();
        this.#library += end - start;
        this.#windows.push({ start, end });
      }
    };
  }

  async measure(work: () => Promise<void>): Promise<Shares> {
    await this.#flush();
    this.#library = 0;
    this.#collections = [];
    this.#windows = [];
    const began = performance.now();
    await work();
    const total = performance.now() - began;
    await this.#flush();
    const [inside, outside] = [this.#garbage(true), this.#garbage(false)];
    return {
      library: this.#library - inside,
      host: total - this.#library - outside,
      garbage: inside + outside,
    };
  }

  /** Milliseconds of garbage collection while an orchestrator function ran, or while none did. */
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

  /** Waits for the entries of past collections, which are delivered in a later turn of the event loop. */
  async #flush(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.#collections.push(...this.#observer.takeRecords());
  }

  stop(): void {
    this.#observer.disconnect();
  }
}
