import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure } from '../figures.js';
import { type BenchEngine, withEngine } from './engine.js';
import { HeldClock } from './held-clock.js';

const TIMERS = 20_000;
const TARGET_S = 3;
/** From the starts to the due time of the timers, on a clock that stands still meanwhile. */
const WAIT_MS = 10_000;
/** Starts that are sent in one batch. */
const BATCH = 256;
const POLL_INTERVAL_MS = 5;

/** How long it takes until all timers with the same due time have reached their orchestrators. */
export async function measureTimers(): Promise<Figure[]> {
  return [
    ...figuresOf('200 orchestrations × 100', await fireAll(200)),
    ...figuresOf(`${TIMERS} orchestrations × 1`, await fireAll(TIMERS)),
  ];
}

/** Measured from the due time of the timers to the stored end of the last orchestration. */
interface Firing {
  seconds: number;
  /** The longest time that the event loop of the host was blocked, ms. */
  longestDelayMs: number;
}

function figuresOf(name: string, { seconds, longestDelayMs }: Firing): Figure[] {
  return [
    { name: `${TIMERS} timers due at once, ${name}`, value: seconds, unit: 's', target: { atMost: TARGET_S } },
    { name: '  timers', value: TIMERS / seconds, unit: '/s' },
    { name: '  longest pause of the host meanwhile', value: longestDelayMs, unit: 'ms' },
  ];
}

/** The clock stands still until everything is started: a host rounds each wait to whole seconds (docs/host.md, Timers). */
function fireAll(orchestrations: number): Promise<Firing> {
  const clock = new HeldClock();
  const due = clock.now() + WAIT_MS;
  const fire = async (engine: BenchEngine) => {
    const ends = await startAll(engine, orchestrations, due);
    await engine.allStarted(POLL_INTERVAL_MS);
    const eventLoop = watchEventLoop();
    const began = performance.now();
    clock.release(due);
    await Promise.all(ends);
    return { seconds: (performance.now() - began) / 1_000, longestDelayMs: eventLoop.stop() };
  };
  return withEngine(fire, { clock });
}

/** @returns the ends of the orchestrations */
async function startAll(engine: BenchEngine, orchestrations: number, due: number): Promise<Promise<void>[]> {
  const ends: Promise<void>[] = [];
  while (ends.length < orchestrations) {
    const batch = Math.min(BATCH, orchestrations - ends.length);
    for (let index = 0; index < batch; index++) {
      ends.push(engine.run('timers', { count: TIMERS / orchestrations, due }));
    }
    await sleep(0);
  }
  return ends;
}

/** Measures the longest delay of the event loop. Its timer also keeps the process alive, which the host's timers do not. */
function watchEventLoop(): { stop(): number } {
  let last = performance.now();
  let longest = 0;
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(tick, 1);
  const stop = () => {
    clearInterval(timer);
    tick();
    return longest;
  };
  return { stop };
}
