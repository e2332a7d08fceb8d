import path from 'node:path';
import { ROOT } from '../dev/plan.js';
import { startStack } from '../dev/stack.js';
import { type Findings } from './figures.js';
import { putLoad, type LoadResult } from './load.js';

const IN_FLIGHT = [1, 16, 64];
const WARM_UP_S = 3;
const MEASURED_S = 6;
/** For an app that needs no storage and no services. */
export const NOWHERE = {
  storage: 'UseDevelopmentStorage=true',
  imageProvider: 'http://127.0.0.1:9',
  plateReader: 'http://127.0.0.1:9',
  bankMapMl: 'http://127.0.0.1:9',
};

/**
 * Three activities in a row, durable, on an app of their own: started over the management API with `timeout`, which
 * holds the answer until the sequence has ended.
 */
export async function benchSequence(): Promise<Findings> {
  const stack = await startStack({ app: path.join(ROOT, 'bench/apps/sequence'), external: NOWHERE });
  try {
    const url = `${stack.url}/runtime/webhooks/durabletask/orchestrators/threeSteps?timeout=30&pollingInterval=1`;
    await checkResult(url);
    const load = { url, method: 'POST', body: '0', expect: 200 } as const;
    await putLoad({ ...load, connections: 16, seconds: WARM_UP_S });
    const runs: { inFlight: number; result: LoadResult }[] = [];
    for (const inFlight of IN_FLIGHT) {
      runs.push({ inFlight, result: await putLoad({ ...load, connections: inFlight, seconds: MEASURED_S }) });
    }
    return { figures: runs.flatMap(({ inFlight, result }) => figuresOf(inFlight, result)), details: runs };
  } finally {
    await stack.stop();
  }
}

function figuresOf(inFlight: number, { perSecond, p50, p99 }: LoadResult) {
  return [
    {
      name: `sequences, ${inFlight} in flight`,
      value: perSecond,
      unit: '/s',
      ...(inFlight === 64 && { target: { atLeast: 2_000 } }),
    },
    { name: `  median`, value: p50, unit: 'ms', ...(inFlight === 1 && { target: { atMost: 4 } }) },
    { name: `  p99`, value: p99, unit: 'ms' },
  ];
}

async function checkResult(url: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: '0', headers: { 'content-type': 'application/json' } });
  const text = await response.text();
  if (response.status !== 200 || text !== '3') throw new Error(`The sequence answered ${response.status}: ${text}`);
}
