import { type Figure, median } from '../figures.js';
import { BenchEngine, withFolder } from './engine.js';
import { startHost } from './process.js';

const FINISHED = 10_000;
const UNFINISHED = 1_000;
const RUNS = 5;
const IN_FLIGHT = 64;

/** Seconds from the start of the process to its `ready` line, on a file with history. Each start follows a SIGKILL. */
export async function measureStartUp(): Promise<Figure[]> {
  const empty = await withFolder(startSeveral);
  const filled = await withFolder(async (folder) => {
    await fill(folder);
    return startSeveral(folder);
  });
  return [
    { name: 'start of an empty host, median', value: empty, unit: 's' },
    {
      name: `start with ${FINISHED} finished and ${UNFINISHED} unfinished, median`,
      value: filled,
      unit: 's',
      target: { below: 3 },
    },
  ];
}

async function fill(folder: string): Promise<void> {
  const engine = await BenchEngine.open(folder);
  await BenchEngine.many(FINISHED, IN_FLIGHT, () => engine.run('chain', 3));
  await BenchEngine.many(UNFINISHED, IN_FLIGHT, () => engine.start('waits'));
  await engine.close();
}

async function startSeveral(folder: string): Promise<number> {
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const host = await startHost(folder);
    seconds.push(host.readyMs / 1_000);
    await host.kill();
  }
  return median(seconds);
}
