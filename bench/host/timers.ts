import { setTimeout as pause } from 'node:timers/promises';
import { type Figure } from '../figures.js';
import { BenchEngine, withEngine } from './engine.js';

const TIMERS = 20_000;
const TARGET_S = 3;
const IN_FLIGHT = 256;
/** From the start of the last orchestration to the moment when the timers are due. */
const LEAD_MS = 1_000;
/** Long enough to start everything before. */
const ROUGH_START_MS = 10_000;
const LOOK_EVERY_MS = 25;

/** How long it takes until all timers that are due in one moment have reached their orchestrators. */
export async function measureTimers(): Promise<Figure[]> {
  const wide = await fireAll(200);
  const single = await fireAll(TIMERS);
  return [
    ...figuresOf('200 orchestrations × 100', wide, true),
    ...figuresOf('20,000 orchestrations × 1', single, false),
  ];
}

function figuresOf(name: string, seconds: number, bound: boolean): Figure[] {
  return [
    {
      name: `${TIMERS} timers due at once, ${name}`,
      value: seconds,
      unit: 's',
      ...(bound && { target: { atMost: TARGET_S } }),
    },
    { name: '  timers', value: TIMERS / seconds, unit: '/s' },
  ];
}

/** Seconds from the moment when the timers are due to the end of the last orchestration. */
function fireAll(orchestrations: number): Promise<number> {
  return withEngine(async (engine) => {
    const began = Date.now();
    const due = began + (orchestrations > 1_000 ? 2 * ROUGH_START_MS : ROUGH_START_MS / 2);
    const input = { count: TIMERS / orchestrations, due };
    await BenchEngine.many(orchestrations, IN_FLIGHT, () => engine.start('timers', input));
    await settled(engine, 'Pending');
    if (Date.now() > due - LEAD_MS) throw new Error(`Starting took ${Date.now() - began} ms: the timers are due.`);
    await pause(due - Date.now());
    await settled(engine, 'Pending,Running');
    return (Date.now() - due) / 1_000;
  });
}

async function settled(engine: BenchEngine, statuses: string): Promise<void> {
  while (!(await engine.isSettled(statuses))) await pause(LOOK_EVERY_MS);
}
