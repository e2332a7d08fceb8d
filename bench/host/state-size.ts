import { stat } from 'node:fs/promises';
import path from 'node:path';
import { type Figure } from '../figures.js';
import { BenchEngine, withFolder } from './engine.js';

const INSTANCES = 1_000;
const IN_FLIGHT = 64;

/** Bytes in the state file per finished orchestration. */
export async function measureStateSize(): Promise<Figure[]> {
  const empty = await sizeAfter(0, 0);
  const figures: Figure[] = [];
  for (const steps of [1, 3, 10]) {
    const bytes = (await sizeAfter(INSTANCES, steps)) - empty;
    figures.push({ name: `state of a finished chain of ${steps}`, value: bytes / INSTANCES, unit: 'B' });
  }
  return figures;
}

function sizeAfter(instances: number, steps: number): Promise<number> {
  return withFolder(async (folder) => {
    const engine = await BenchEngine.open(folder);
    await BenchEngine.many(instances, IN_FLIGHT, () => engine.run('chain', steps));
    await engine.close(); // merges the write-ahead log into the file
    return (await stat(path.join(folder, 'durable.sqlite'))).size;
  });
}
