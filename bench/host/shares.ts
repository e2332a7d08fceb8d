import { PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { type LoadedApp } from '../../host/app/load-app.js';
import { type Figure } from '../figures.js';
import { type BenchEngine, withEngine } from './engine.js';

const LONGEST = 5_000;
const STEPS = [LONGEST / 4, LONGEST / 2, LONGEST];
const WARM_UP_RUNS = 8;
/** The replay takes long and the host alone does not. */
const PASSES = { beside: 3, alone: 9 };
/** For twice the steps. */
const LARGEST_GROWTH = 2.2;

/**
 * Milliseconds of wall time of a process that never waits here. CPU times would be the better measure, but systems
 * count those of a thread in ticks, which are longer than a turn.
 */
interface Shares {
  library: number;
  host: number;
  /** Collecting garbage: whose it is nobody can say. */
  garbage: number;
}

const SHARES = ['library', 'host', 'garbage'] as const;

/**
 * Who works how much in a long sequence. The library replays the whole history at each step, so its share grows with
 * the square of the steps; the host's own must grow with the steps. It is shown twice: beside the replay, after which
 * the same code takes longer, and with a stand-in for the library, which does nothing but ask for the next activity.
 */
export async function measureShares(): Promise<Figure[]> {
  const meter = new Meter();
  const beside = await withEngine(
    (engine) => sharesOf(engine, meter, PASSES.beside),
    (app) => mapOrchestrators(app, (callback) => meter.timed(callback)),
  );
  const alone = await withEngine(
    (engine) => sharesOf(engine, meter, PASSES.alone),
    (app) => mapOrchestrators(app, () => meter.timed(standIn())),
  );
  meter.stop();
  return [
    ...figuresOf("the library's replay", 'library', beside),
    ...figuresOf('collecting garbage', 'garbage', beside),
    ...figuresOf('the host beside the replay', 'host', beside, { atMost: LARGEST_GROWTH }),
    ...figuresOf('the host alone', 'host', alone, { atMost: LARGEST_GROWTH }),
  ];
}

/**
 * The mean of several runs, the lengths taking turns, each with the same number of steps in all: the least or the
 * median of short runs would leave out what comes once in a while, such as a checkpoint of the state file.
 */
async function sharesOf(engine: BenchEngine, meter: Meter, passes: number): Promise<Shares[]> {
  for (let run = 0; run < WARM_UP_RUNS; run++) await engine.run('chain', STEPS[0]);
  const sums = STEPS.map((): Shares => ({ library: 0, host: 0, garbage: 0 }));
  for (let pass = 0; pass < passes; pass++) {
    for (const [index, steps] of STEPS.entries()) {
      const runs = LONGEST / steps;
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

/** Answers as the library does for `chain`, without replaying: one more action for each answer (host contract, 6.4). */
function standIn(): Callback {
  let actions: object[] = [];
  return (given) => {
    const { input: steps, history } = given as Trigger;
    const done = (history.at(-1)?.TaskScheduledId ?? -1) + 1;
    if (done === 0) actions = [];
    const isDone = done === steps;
    if (!isDone) actions.push({ actionType: 0, functionName: 'addOne', input: done });
    return { isDone, actions: [actions], schemaVersion: 3, ...(isDone && { output: done }) };
  };
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

  timed(callback: Callback): Callback {
    return async (...given) => {
      const start = performance.now();
      try {
        return await callback(...given);
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
