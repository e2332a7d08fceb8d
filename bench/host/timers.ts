import { setTimeout as sleep } from 'node:timers/promises';
import { type Figure } from '../figures.js';
import { type BenchEngine, withEngine } from './engine.js';

const TIMERS = 20_000;
const TARGET_S = 3;
/** The minimum time from the last commit of a start to the due time of the timers. */
const LEAD_MS = 500;
/** Initial time for all starts; doubled while it is too short. */
const START_MS = { wide: 2_000, single: 6_000 };
/** Starts that are sent in one batch. */
const BATCH = 256;
const POLL_INTERVAL_MS = 5;

/** How long it takes until all timers with the same due time have reached their orchestrators. */
export async function measureTimers(): Promise<Figure[]> {
  return [
    ...figuresOf('200 orchestrations × 100', await fireAll(200, START_MS.wide)),
    ...figuresOf(`${TIMERS} orchestrations × 1`, await fireAll(TIMERS, START_MS.single)),
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

async function fireAll(orchestrations: number, startMs: number): Promise<Firing> {
  const firing = await withEngine((engine) => fireOnce(engine, orchestrations, startMs));
  return firing ?? fireAll(orchestrations, 2 * startMs);
}

/** @returns undefined when the timers were due before everything was started */
async function fireOnce(engine: BenchEngine, orchestrations: number, startMs: number): Promise<Firing | undefined> {
  const due = Date.now() + startMs + LEAD_MS;
  const ends = await startAll(engine, orchestrations, due);
  await engine.allStarted(POLL_INTERVAL_MS);
  const isLate = Date.now() > due - LEAD_MS;
  if (!isLate) await sleep(due - POLL_INTERVAL_MS - Date.now());
  const eventLoop = watchEventLoop();
  await Promise.all(ends);
  const seconds = (Date.now() - due) / 1_000;
  const longestDelayMs = eventLoop.stop();
  return isLate ? undefined : { seconds, longestDelayMs };
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
