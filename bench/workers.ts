import path from 'node:path';
import { ROOT } from '../dev/plan.js';
import { startStack } from '../dev/stack.js';
import { median, type Figure, type Findings } from './figures.js';
import { NOWHERE } from './sequence.js';

const WORKERS = [0, 1, 2];
const BUSY_MS = 50;
const BUSY = 80;
const TRIVIAL_RUNS = 300;

/** What worker processes bring to activities that keep a processor busy, and what they cost one that does nothing. */
export async function benchWorkers(): Promise<Findings> {
  const figures: Figure[] = [];
  for (const workers of WORKERS) figures.push(...(await measure(workers)));
  return { figures };
}

async function measure(workers: number): Promise<Figure[]> {
  const app = path.join(ROOT, 'bench/apps/busy');
  const stack = await startStack({ app, external: NOWHERE, hostArgs: ['--workers', String(workers)] });
  try {
    const run = (input: object) => timed(stack.url, input);
    const trivial = { count: 1, name: 'nothing', input: null };
    const times: number[] = [];
    for (let index = 0; index < TRIVIAL_RUNS; index++) times.push(await run(trivial));
    const busy = await run({ count: BUSY, name: 'hash', input: BUSY_MS });
    return [
      { name: `${workers} workers: activities of ${BUSY_MS} ms of hashing`, value: BUSY / (busy / 1_000), unit: '/s' },
      { name: '  an orchestration of one that does nothing, median', value: median(times), unit: 'ms' },
    ];
  } finally {
    await stack.stop();
  }
}

/** Milliseconds from the start of an orchestration to its end. */
async function timed(url: string, input: object): Promise<number> {
  const began = performance.now();
  const where = `${url}/runtime/webhooks/durabletask/orchestrators/side?timeout=60&pollingInterval=1`;
  const response = await fetch(where, { method: 'POST', body: JSON.stringify(input) });
  if (response.status !== 200)
    throw new Error(`The orchestration answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  return performance.now() - began;
}
