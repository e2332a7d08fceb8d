import path from 'node:path';
import { ROOT } from '../dev/plan.js';
import { median, type Figure, type Findings } from './figures.js';
import { NO_SERVICES } from './sequence.js';
import { withStack } from './with-stack.js';

const WORKERS = [0, 1, 2];
const BUSY_MS = 50;
const BUSY = 80;
const TRIVIAL_RUNS = 300;

/** The throughput of CPU-bound activities with worker processes, and the latency of an activity that does nothing. */
export async function benchWorkers(): Promise<Findings> {
  const figures: Figure[] = [];
  for (const workers of WORKERS) figures.push(...(await measure(workers)));
  return { figures };
}

function measure(workers: number): Promise<Figure[]> {
  const app = path.join(ROOT, 'bench/apps/busy');
  return withStack({ app, external: NO_SERVICES, processes: workers }, async (stack) => {
    const run = (input: object) => timed(stack.url, input);
    const trivial = { count: 1, name: 'nothing', input: null };
    const times: number[] = [];
    for (let index = 0; index < TRIVIAL_RUNS; index++) times.push(await run(trivial));
    const busy = await run({ count: BUSY, name: 'hash', input: BUSY_MS });
    return [
      { name: `${workers} workers: activities of ${BUSY_MS} ms of hashing`, value: BUSY / (busy / 1_000), unit: '/s' },
      { name: '  an orchestration of one that does nothing, median', value: median(times), unit: 'ms' },
    ];
  });
}

/** Runs an orchestration and returns its duration, ms. */
async function timed(url: string, input: object): Promise<number> {
  const began = performance.now();
  const endpoint = `${url}/runtime/webhooks/durabletask/orchestrators/side?timeout=60&pollingInterval=1`;
  const response = await fetch(endpoint, { method: 'POST', body: JSON.stringify(input) });
  if (response.status !== 200)
    throw new Error(`The orchestration answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  return performance.now() - began;
}
