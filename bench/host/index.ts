import { type Findings } from '../figures.js';
import { measureMemory, measureWaiting } from './memory.js';
import { measureShares } from './shares.js';
import { measureSignals } from './signals.js';
import { measureStartUp } from './start-up.js';
import { measureStateSize } from './state-size.js';
import { measureThroughput } from './throughput.js';
import { measureTimers } from './timers.js';

/** How the embedded host scales with finished and waiting instances, with time, and with the length of a history. */
export async function benchHost({ minutes }: { minutes?: number } = {}): Promise<Findings> {
  const figures = [];
  figures.push(...(await measureStateSize()));
  figures.push(...(await measureStartUp()));
  figures.push(...(await measureThroughput()));
  figures.push(...(await measureTimers()));
  figures.push(...(await measureSignals()));
  figures.push(...(await measureShares()));
  figures.push(...(await measureWaiting([1_000, 10_000, 100_000])));
  figures.push(...(await measureMemory(minutes)));
  return { figures };
}
