import { setTimeout as pause } from 'node:timers/promises';
import { type Figure } from '../figures.js';
import { type BenchEngine, withEngine } from './engine.js';

const TIMERS = 20_000;
const TARGET_S = 3;
/** From the last commit of a start to the moment when the timers are due, at least. */
const LEAD_MS = 500;
/** Time for all starts, at first; doubled while it is too short. */
const START_MS = { wide: 2_000, single: 6_000 };
/** Starts that are handed over in one go. */
const BURST = 256;
const LOOK_EVERY_MS = 5;

/** How long it takes until all timers that are due in one moment have reached their orchestrators. */
export async function measureTimers(): Promise<Figure[]> {
  return [
    ...figuresOf('200 orchestrations × 100', await fireAll(200, START_MS.wide)),
    ...figuresOf(`${TIMERS} orchestrations × 1`, await fireAll(TIMERS, START_MS.single)),
  ];
}

/** Both from the moment when the timers are due to the last orchestration's end, which the file has. */
interface Firing {
  seconds: number;
  /** The longest time that anything else had to wait for the host meanwhile, ms. */
  longestPauseMs: number;
}

function figuresOf(name: string, { seconds, longestPauseMs }: Firing): Figure[] {
  return [
    { name: `${TIMERS} timers due at once, ${name}`, value: seconds, unit: 's', target: { atMost: TARGET_S } },
    { name: '  timers', value: TIMERS / seconds, unit: '/s' },
    { name: '  longest pause of the host meanwhile', value: longestPauseMs, unit: 'ms' },
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
  while (!(await engine.isSettled('Pending'))) await pause(LOOK_EVERY_MS);
  const isLate = Date.now() > due - LEAD_MS;
  if (!isLate) await pause(due - LOOK_EVERY_MS - Date.now());
  const pauses = watchPauses();
  await Promise.all(ends);
  const seconds = (Date.now() - due) / 1_000;
  const longestPauseMs = pauses.stop();
  return isLate ? undefined : { seconds, longestPauseMs };
}

/** @returns the ends of the orchestrations */
async function startAll(engine: BenchEngine, orchestrations: number, due: number): Promise<Promise<void>[]> {
  const ends: Promise<void>[] = [];
  while (ends.length < orchestrations) {
    const burst = Math.min(BURST, orchestrations - ends.length);
    for (let index = 0; index < burst; index++) {
      ends.push(engine.run('timers', { count: TIMERS / orchestrations, due }));
    }
    await pause(0);
  }
  return ends;
}

/** Looks often whether the event loop comes round. It also keeps the process alive, which the host's timers do not. */
function watchPauses(): { stop(): number } {
  let last = performance.now();
  let longest = 0;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, 1);
  const stop = () => {
    clearInterval(timer);
    look();
    return longest;
  };
  return { stop };
}
